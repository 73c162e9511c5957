import type { ObjectRef } from "../signal/object.ts";
import type { Signal } from "../signal/signal.ts";
import type { LifeEvent } from "./event.ts";
import type { Finding, Incident, Known, PastProposal, RecoveryLink, RepositoryRef } from "./incident.ts";
import { handedOverTale, proposedTale } from "./tale.ts";

/** What an incident is before anything happened to it. */
export type Identity = {
  readonly key: string;
  readonly cluster: string;
  readonly root: ObjectRef;
  readonly repository: RepositoryRef;
};

type EventOf<K extends LifeEvent["kind"]> = Extract<LifeEvent, { kind: K }>;
type In<S extends Incident["status"]> = Extract<Incident, { status: S }>;
type Change<K extends LifeEvent["kind"]> = (incident: Incident, event: EventOf<K>) => Incident;

const SIGNALS_KEPT = 20;

/** The incident that the first finding about a root opens. */
export function openIncident(identity: Identity, found: EventOf<"found">): Incident {
  return {
    ...identity,
    status: "open",
    signals: found.signals.slice(-SIGNALS_KEPT),
    openedAt: found.at,
    finding: found.finding,
    puzzledAt: found.finding.cause === null ? found.at : null,
    goneAt: null,
    reopened: [],
    past: [],
    acknowledgedAt: null,
    wakesAt: null,
    escalatedAt: null,
    told: null,
    issue: null,
  };
}

/** What an event makes of an incident. An event that cannot happen in its state is a bug and throws. */
export function evolve(incident: Incident, event: LifeEvent): Incident {
  return (CHANGES[event.kind] as Change<LifeEvent["kind"]>)(incident, event);
}

const CHANGES: { readonly [K in LifeEvent["kind"]]: Change<K> } = {
  found,
  missed: (incident, { at }) => ({ ...incident, goneAt: incident.goneAt ?? at }),
  announced: (incident, { issue }) => {
    const open = only(incident, "open");
    const told = open.finding.decision === "issue" ? handedOverTale(open.finding.because) : null;
    return { ...open, status: "diagnosed", issue, told };
  },
  proposed: (incident, { at, pull, proposalKey, dueAt }) => {
    const diagnosed = only(incident, "diagnosed");
    const fresh = { latest: diagnosed.finding, latestAt: at, conflicts: false, isTheirs: false };
    return { ...diagnosed, status: "proposed", pull, proposalKey, dueAt, ...fresh };
  },
  "handed-over": (incident, { at, because }) => ({
    ...only(incident, "diagnosed"),
    status: "handed-over",
    at,
    because,
  }),
  stirred: (incident, { at }) => (incident.status === "proposed" ? { ...incident, dueAt: at } : incident),
  "still-open": (incident, { dueAt, conflicts }) => ({ ...only(incident, "proposed"), dueAt, conflicts }),
  merged: (incident, { commit, mergedAt }) => {
    const text = `merged as ${commit.slice(0, 12)}`;
    return {
      ...asProposed(only(incident, "proposed")),
      status: "merged",
      mergeCommit: commit,
      mergedAt,
      links: [{ link: "merged", at: mergedAt, text }],
    };
  },
  declined: (incident, { at }) => {
    const proposed = asProposed(only(incident, "proposed"));
    return { ...proposed, status: "rejected", at, past: pastWith(proposed, "rejected", at) };
  },
  reconsidered: (incident, { at }) => {
    const { issue, pull, proposalKey, ...rest } = only(incident, "rejected");
    const past = rest.past.filter(({ number, fate }) => number !== pull.number || fate !== "rejected");
    const fresh = { dueAt: at, latest: rest.finding, latestAt: at, conflicts: false, isTheirs: false };
    return { ...knownOf({ ...rest, past }), status: "proposed", issue, pull, proposalKey, ...fresh };
  },
  withdrawn: (incident, { at }) => {
    const proposed = only(incident, "proposed");
    return resolvedByItself({ ...proposed, past: pastWith(proposed, "withdrawn", at) }, at);
  },
  superseded: (incident, { at }) => {
    const proposed = only(incident, "proposed");
    const { issue, latest, pull } = proposed;
    const past = pastWith(proposed, "withdrawn", at);
    // The issue told of this proposal; it has to tell of the next one.
    return { ...knownOf(proposed), status: "diagnosed", issue, finding: latest, past, told: proposedTale(pull) };
  },
  "left-alone": (incident) => ({ ...only(incident, "proposed"), isTheirs: true }),
  linked: (incident, { links }) => withLinks(only(incident, "merged", "applied"), links),
  recovered: (incident, { at }) => {
    const merged = only(incident, "merged", "applied");
    return { ...asMerged(merged), status: "recovered", recoveredAt: at, past: pastWith(merged, "helped", at) };
  },
  persisted: (incident, { at, because, revert }) => {
    const merged = only(incident, "merged", "applied");
    const past = pastWith(merged, "did-not-help", at);
    return { ...asMerged(merged), status: "persists", judgedAt: at, because, revert, past };
  },
  "revert-settled": (incident, { revert }) => ({ ...only(incident, "persists"), revert }),
  resolved: (incident, { at }) => resolvedByItself(incident, at),
  told: (incident, { told }) => ({ ...incident, told }),
  closed: (incident, { at, sentence }) => {
    const over = only(incident, "recovered", "resolved-by-itself");
    const outcome = { kind: over.status, sentence };
    return { ...knownOf(over), status: "closed", at, issue: over.issue, outcome };
  },
  acknowledged: (incident, { at }) => ({ ...incident, acknowledgedAt: at }),
  snoozed: (incident, { wakesAt }) => ({ ...incident, wakesAt }),
  escalated: (incident, { at }) => ({ ...incident, escalatedAt: at }),
};

/** Whether a finding asks for something else than the one before: another cause, another change, another decision. */
function isOtherFinding(a: Finding, b: Finding): boolean {
  return a.decision !== b.decision || a.proposalKey !== b.proposalKey || a.cause?.category !== b.cause?.category;
}

function found(incident: Incident, { at, finding, signals }: EventOf<"found">): Incident {
  const seen = { goneAt: null, signals: withHeard(incident.signals, signals) };
  const news = { ...seen, finding, puzzledAt: finding.cause === null ? (incident.puzzledAt ?? at) : null };
  switch (incident.status) {
    case "open":
    case "diagnosed":
      return { ...incident, ...news };
    case "handed-over":
    case "rejected":
      if (!isOtherFinding(incident.finding, finding)) return { ...incident, ...seen };
      return { ...knownOf(incident), ...news, status: "diagnosed", issue: incident.issue };
    case "closed": {
      const reopened = [...incident.reopened, { at }];
      const fresh = { openedAt: at, reopened, acknowledgedAt: null, escalatedAt: null, told: null };
      return { ...knownOf(incident), ...news, ...fresh, status: "open", issue: incident.issue };
    }
    case "proposed":
      return { ...incident, ...seen, ...newest(incident, finding, at) };
    // What a proposal or its outcome is about stays what it was.
    default:
      return { ...incident, ...seen };
  }
}

// Another base may be the end of a conflict; what else differs from look to look asks for nothing new.
function newest({ latest, latestAt }: In<"proposed">, finding: Finding, at: Date) {
  if (isOtherFinding(latest, finding)) return { latest: finding, latestAt: at };
  return { latest: latest.base?.revision === finding.base?.revision ? latest : finding, latestAt };
}

function withHeard(known: readonly Signal[], heard: readonly Signal[]): readonly Signal[] {
  const byFingerprint = new Map(
    [...known, ...heard].map((signal) => [`${signal.source} ${signal.fingerprint}`, signal]),
  );
  return [...byFingerprint.values()].slice(-SIGNALS_KEPT);
}

function withLinks(incident: In<"merged" | "applied">, links: readonly RecoveryLink[]): Incident {
  const applied = links.find(({ link }) => link === "applied");
  if (applied === undefined) return { ...asMerged(incident), status: "merged", links };
  return { ...asMerged(incident), status: "applied", links, appliedAt: applied.at };
}

function resolvedByItself(incident: Incident, at: Date): Incident {
  const pull = "pull" in incident ? incident.pull : null;
  return { ...knownOf(incident), status: "resolved-by-itself", at, issue: incident.issue, pull };
}

function pastWith(
  incident: Known & { readonly proposalKey: string; readonly pull: { readonly number: number } },
  fate: PastProposal["fate"],
  at: Date,
): readonly PastProposal[] {
  const { past, proposalKey: key, pull, finding } = incident;
  const { cause, intent } = finding;
  return [...past, { key, rule: cause?.rule ?? "", intent, number: pull.number, fate, at }];
}

function only<S extends Incident["status"]>(incident: Incident, ...statuses: readonly S[]): In<S> {
  if ((statuses as readonly string[]).includes(incident.status)) return incident as In<S>;
  const expected = statuses.join(" or ");
  throw new Error(`Expected incident ${incident.key} to be ${expected} for this event, found it ${incident.status}`);
}

function asProposed(incident: In<"proposed">) {
  const { issue, pull, proposalKey } = incident;
  return { ...knownOf(incident), issue, pull, proposalKey };
}

function asMerged(incident: In<"merged" | "applied">) {
  const { issue, pull, proposalKey, mergeCommit, mergedAt, links } = incident;
  return { ...knownOf(incident), issue, pull, proposalKey, mergeCommit, mergedAt, links };
}

function knownOf(incident: Known): Known {
  const { key, cluster, root, repository, signals, openedAt, finding, puzzledAt } = incident;
  const { goneAt, reopened, past, acknowledgedAt, wakesAt, escalatedAt, told } = incident;
  return {
    key,
    cluster,
    root,
    repository,
    signals,
    openedAt,
    finding,
    puzzledAt,
    goneAt,
    reopened,
    past,
    acknowledgedAt,
    wakesAt,
    escalatedAt,
    told,
  };
}
