import type { Incident } from "./incident.ts";
import type { Limits } from "./limits.ts";

/** Whether the next proposal of an incident may be opened now; no more than its own history is asked. */
export type Permission =
  | { readonly may: "yes" }
  | { readonly may: "later"; readonly at: Date }
  | { readonly may: "no"; readonly because: string };

const DAY = 24 * 3_600_000;

/** Asks every guard that the history of an incident can answer; the first that objects speaks. */
export function mayPropose(incident: Incident, now: Date, limits: Limits): Permission {
  const { finding } = incident;
  if (finding.decision === "issue") return { may: "no", because: finding.because };
  if (finding.proposalKey === null || finding.base === null)
    return { may: "no", because: "No configured repository and branch sets this object." };
  const objection =
    flapping(incident, now, limits) ??
    recurring(incident, finding.proposalKey, now, limits) ??
    ineffective(incident, limits);
  if (objection !== undefined) return { may: "no", because: objection };
  if (incident.wakesAt !== null && now < incident.wakesAt) return { may: "later", at: incident.wakesAt };
  return tooMany(incident, now, limits);
}

/**
 * From when on the newest looks may replace an open proposal: at once, where they ask for the same on a base that it can
 * be merged into; where they ask for something else, once they have done so for a while, because looks of a cluster in
 * motion differ. Never (null) where they do not, and where a person pushed to it: it is theirs.
 */
export function outdatedFrom(proposed: Extract<Incident, { status: "proposed" }>, { patience }: Limits): Date | null {
  const { finding, latest, latestAt, conflicts, isTheirs } = proposed;
  if (isTheirs || latest.decision !== "propose" || latest.proposalKey === null) return null;
  if (latest.proposalKey !== finding.proposalKey) return new Date(latestAt.getTime() + patience);
  return conflicts && latest.base?.revision !== finding.base?.revision ? latestAt : null;
}

function flapping({ reopened }: Incident, now: Date, limits: Limits): string | undefined {
  const recent = reopened.filter(({ at }) => isWithin(at, now, limits.flappingWindow));
  if (recent.length < limits.flaps) return undefined;
  const times = recent.map(({ at }) => at.toISOString()).join(", ");
  return `It came back ${recent.length} times (${times}): it is flapping, and one more change would not settle it. Look for what these times have in common.`;
}

function recurring({ past }: Incident, key: string, now: Date, limits: Limits): string | undefined {
  const same = past.filter((proposal) => proposal.key === key);
  const rejected = same.findLast(({ fate }) => fate === "rejected");
  if (rejected !== undefined)
    return `A person closed this very proposal (#${rejected.number}); it is not asked for again.`;
  const merged = same.findLast(({ fate, at }) => fate !== "withdrawn" && isWithin(at, now, limits.recurrenceWindow));
  if (merged === undefined) return undefined;
  return `The same change was merged in #${merged.number} on ${merged.at.toISOString().slice(0, 10)} and the trouble is here again: something undoes it, or it was not the cause.`;
}

function ineffective({ past }: Incident, limits: Limits): string | undefined {
  const vain = past.filter(({ fate }) => fate === "did-not-help");
  if (vain.length < limits.vainProposals) return undefined;
  const pulls = vain.map(({ number }) => `#${number}`).join(", ");
  return `${vain.length} proposals were merged (${pulls}) and the trouble is still here: a person should look.`;
}

function tooMany({ past }: Incident, now: Date, limits: Limits): Permission {
  const today = past.filter(({ at }) => isWithin(at, now, DAY));
  const oldest = today.at(-limits.proposalsPerDay);
  if (oldest === undefined) return { may: "yes" };
  return { may: "later", at: new Date(oldest.at.getTime() + DAY) };
}

function isWithin(at: Date, now: Date, window: number): boolean {
  return now.getTime() - at.getTime() < window;
}
