import { isSuspended } from "../diagnosis/symptoms/flux.ts";
import { commitInRevision } from "../evidence/commit.ts";
import type { World } from "../evidence/world.ts";
import type { Incident } from "../incident/incident.ts";
import { valueAt } from "../manifest/path.ts";
import { wayTo } from "../proposal/way.ts";
import { type KubernetesObject, refOf, refText } from "../signal/object.ts";
import type { Signal } from "../signal/signal.ts";
import { condition, type Health, healthOf } from "./health.ts";

/** Whether one Flux object on the way has the merge, with the time it says. */
type Passage = { readonly has: boolean; readonly at: Date | null; readonly text: string };

/** What one look says of an incident whose proposal was merged. */
export type Observation = {
  readonly at: Date;
  /** Null where no source is known. */
  readonly fetched: Passage | null;
  /** Null where nothing applies the root. */
  readonly applied: Passage | null;
  readonly root: Health;
  /** What the look still finds at the root, or null where the rules are silent. */
  readonly finding: { readonly category: string | null; readonly because: string } | null;
  /** Alerts of this incident that nobody said are over. */
  readonly firing: readonly Signal[];
  /** The longest that Flux may take by its own intervals before it looks again, in milliseconds. */
  readonly patience: number;
};

/** What is seen, beside the world, when an observation is made. */
export type Sight = {
  readonly world: World;
  readonly finding: Observation["finding"];
  readonly heard: readonly Signal[];
  /** The commits that have the merge among their ancestors. */
  readonly containing: ReadonlySet<string>;
  readonly now: Date;
};

/** The commits that Flux holds on the way to a root: of each it has to be asked whether it contains the merge. */
export function commitsOnTheWay(world: World, root: Incident["root"]): readonly string[] {
  const { source, appliers } = wayTo(world, root);
  const revisions = [
    ...(source === null ? [] : [artifactRevision(source)]),
    ...appliers.flatMap((a) => [lastApplied(a), lastAttempted(a)]),
  ];
  return [...new Set(revisions.map(commitInRevision).filter((commit) => commit !== undefined))];
}

/** Puts together what one look says of an incident. */
export function observe(incident: Incident, { world, finding, heard, containing, now }: Sight): Observation {
  const { source, appliers } = wayTo(world, incident.root);
  const known = new Set(incident.signals.map(({ source, fingerprint }) => `${source} ${fingerprint}`));
  const has = (revision: unknown): boolean => containing.has(commitInRevision(revision) ?? "");
  return {
    at: now,
    fetched: source === null ? null : fetchedBy(source, has),
    applied: passageOf(
      appliers.filter(({ kind }) => kind === "Kustomization").map((applier) => appliedBy(applier, has)),
    ),
    root: healthOf(world, incident.root),
    finding,
    firing: heard.filter(
      (signal) => signal.endsAt === undefined && known.has(`${signal.source} ${signal.fingerprint}`),
    ),
    patience: Math.max(
      0,
      ...[source, ...appliers].map((object) => durationOf(object && valueAt(object, ["spec", "interval"]))),
    ),
  };
}

function fetchedBy(source: KubernetesObject, has: (revision: unknown) => boolean): Passage {
  const revision = artifactRevision(source);
  const at = timeOf(valueAt(source, ["status", "artifact", "lastUpdateTime"]));
  return { has: has(revision), at, text: `${refText(refOf(source))} holds ${revisionText(revision)}` };
}

function appliedBy(applier: KubernetesObject, has: (revision: unknown) => boolean): Passage {
  const name = refText(refOf(applier));
  const ready = condition(applier, "Ready");
  if (isSuspended(applier)) return { has: false, at: null, text: `${name} is suspended` };
  if (has(lastApplied(applier)))
    return {
      has: true,
      at: timeOf(ready?.lastTransitionTime),
      text: `${name} applied ${revisionText(lastApplied(applier))}`,
    };
  // While it waits for the health of what it applied, Flux has not moved lastAppliedRevision yet.
  const attempted = lastAttempted(applier);
  const isWaiting =
    ready?.reason === "HealthCheckFailed" || /health check/i.test(condition(applier, "Healthy")?.message ?? "");
  if (isWaiting && has(attempted))
    return {
      has: true,
      at: timeOf(ready?.lastTransitionTime),
      text: `${name} applied ${revisionText(attempted)} and checks its health`,
    };
  return { has: false, at: null, text: `${name}: ${ready?.message ?? "no word from it"}` };
}

function passageOf(passages: readonly Passage[]): Passage | null {
  return passages.find(({ has }) => !has) ?? passages.at(-1) ?? null;
}

const artifactRevision = (source: KubernetesObject): unknown => valueAt(source, ["status", "artifact", "revision"]);
const lastApplied = (applier: KubernetesObject): unknown => valueAt(applier, ["status", "lastAppliedRevision"]);
const lastAttempted = (applier: KubernetesObject): unknown => valueAt(applier, ["status", "lastAttemptedRevision"]);

function revisionText(revision: unknown): string {
  return typeof revision === "string" ? revision : "nothing yet";
}

function timeOf(text: unknown): Date | null {
  const time = typeof text === "string" ? new Date(text) : null;
  return time === null || Number.isNaN(time.getTime()) ? null : time;
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** Milliseconds of a duration as Flux writes it, `1h30m0s`; 0 where it is none. */
function durationOf(text: unknown): number {
  if (typeof text !== "string") return 0;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g);
  return [...parts].reduce((sum, [, amount, unit = ""]) => sum + Number(amount) * (UNITS[unit] ?? 0), 0);
}
