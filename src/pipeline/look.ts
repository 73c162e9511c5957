import type { World } from "../evidence/world.ts";
import type { Identity } from "../incident/evolve.ts";
import type { Incident, RepositoryRef } from "../incident/incident.ts";
import { incidentKey } from "../incident/key.ts";
import { treeOf } from "../manifest/tree.ts";
import type { Checkout } from "../ports.ts";
import type { Material } from "../proposal/consider.ts";
import { findingOf } from "../proposal/finding.ts";
import type { ReportedIncident } from "../proposal/report.ts";
import { branchesOf, type Sighting, sightingsOf, type View } from "../proposal/sighting.ts";
import { matchSources, type Source } from "../proposal/sources.ts";
import { stormReport } from "../proposal/storm.ts";
import { recordsByRule } from "../proposal/track-record.ts";
import { healthOf } from "../recovery/health.ts";
import type { Observation } from "../recovery/observation.ts";
import { isSameObject, type ObjectRef } from "../signal/object.ts";
import type { Signal } from "../signal/signal.ts";
import { keepReport } from "./documents.ts";
import { note } from "./note.ts";
import type { Outside } from "./outside.ts";
import { verify } from "./verify.ts";

/** One look: the cluster, what was heard, and the roots in trouble. */
type Seen = {
  readonly world: World;
  readonly heard: readonly Signal[];
  readonly sightings: readonly Sighting[];
  readonly now: Date;
};

const ACTIVE: readonly Incident["status"][] = [
  "open",
  "diagnosed",
  "proposed",
  "merged",
  "applied",
  "persists",
  "handed-over",
  "rejected",
];

// An alert that ended within the hour may still be the first sign of what a rule sees now.
const HEARD_MS = 3_600_000;

const NOTHING: Checkout = {
  revision: null,
  tree: treeOf({}),
  history: { known: false, because: "no configured repository" },
};

/**
 * Reads cluster and repositories once, and notes what that means for every incident, new or known. Which sources may not
 * be proposed to is logged once, not at every look: `said` remembers.
 */
export async function look(outside: Outside, said: Set<string>): Promise<void> {
  const now = outside.clock.now();
  const world = await outside.cluster.look();
  const heard = await outside.signals.heard(new Date(now.getTime() - HEARD_MS));
  const asked = {
    world,
    signals: heard.filter(({ endsAt }) => endsAt === undefined),
    records: recordsByRule(await outside.ledger.list()),
  };
  const sources = matchSources(world, outside.configured);
  for (const source of sources.unmatched.filter((sentence) => !said.has(sentence))) {
    outside.log.warn({ source }, "source cannot be proposed to");
    said.add(source);
  }
  const branches = branchesOf(sources);
  const views =
    branches.length === 0
      ? [await blindView(outside, asked)]
      : await readable(outside, branches, (source) => view(outside, source, asked));
  const seen = { world, heard, sightings: sightingsOf(views, sources, world), now };
  const isStorm = await noteTrouble(outside, seen);
  await noteTheRest(outside, seen, isStorm);
}

/** The views of those branches that can be read; one that cannot keeps nobody else waiting. */
async function readable(
  { log }: Outside,
  branches: readonly Source[],
  read: (source: Source) => Promise<View>,
): Promise<readonly View[]> {
  const results = await Promise.allSettled(branches.map(read));
  const views = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const reasons = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  if (views.length === 0) throw reasons[0];
  for (const reason of reasons)
    log.error({ error: String(reason) }, "branch cannot be read: nothing is concluded from it");
  return views;
}

/** What every branch is looked at with. */
type Asked = Omit<Material, "checkout">;

async function view(outside: Outside, source: Source, asked: Asked): Promise<View> {
  const repository = await outside.openRepository(source.repository);
  const checkout = await repository.checkout(source.branch);
  return { source, revision: checkout.revision ?? "", report: await outside.consider({ ...asked, checkout }) };
}

/** Where no source of the cluster may be proposed to, what is wrong is told all the same. */
async function blindView(outside: Outside, asked: Asked): Promise<View> {
  const source = { repository: outside.configured[0].repository, branch: "" };
  return { source, revision: "", report: await outside.consider({ ...asked, checkout: NOTHING }) };
}

/** Notes every root that asks for something; answers whether so many are new that they were noted as one storm. */
async function noteTrouble(outside: Outside, seen: Seen): Promise<boolean> {
  const asking = seen.sightings.filter(({ reported }) => reported.decision !== "none");
  const active = await activeIncidents(outside);
  const fresh = asking.filter(({ reported }) => !active.some(({ root }) => isSameObject(root, reported.root)));
  const isStorm = fresh.length > outside.limits.stormRoots;
  if (isStorm) await noteStorm(outside, seen, fresh);
  for (const sighting of asking) {
    if (!isStorm || !fresh.includes(sighting)) await noteSighting(outside, seen, sighting);
  }
  return isStorm;
}

async function noteSighting(outside: Outside, seen: Seen, { reported, repository, ground }: Sighting): Promise<void> {
  const finding = findingOf(reported, await keepReport(outside, reported), ground);
  const signals = seen.heard.filter((signal) => reported.signals.some((told) => isTold(signal, told)));
  await note(
    outside,
    { kind: "found", at: seen.now, finding, signals },
    identityOf(outside, reported.root, repository),
  );
}

async function noteStorm(outside: Outside, seen: Seen, fresh: readonly Sighting[]): Promise<void> {
  const reported = stormReport(outside.clusterName, fresh);
  const finding = findingOf(reported, await keepReport(outside, reported), { usable: false, because: "" });
  const { repository } = outside.configured[0];
  await note(
    outside,
    { kind: "found", at: seen.now, finding, signals: [] },
    identityOf(outside, reported.root, repository),
  );
}

/** Judges what was merged, and notes which trouble this look no longer saw. */
async function noteTheRest(outside: Outside, seen: Seen, isStorm: boolean): Promise<void> {
  for (const incident of await activeIncidents(outside)) {
    const reported = seen.sightings.find((sighting) => isSameObject(sighting.reported.root, incident.root))?.reported;
    if (incident.status === "merged" || incident.status === "applied")
      await verify(outside, incident, { ...seen, finding: stillFound(reported) });
    else if (reported === undefined && isWell(seen, incident, isStorm))
      await note(outside, { kind: "missed", at: seen.now }, incident);
  }
}

/** What a look still finds at a root whose proposal was merged. */
function stillFound(reported: ReportedIncident | undefined): Observation["finding"] {
  if (reported === undefined || reported.decision === "none") return null;
  return { category: reported.cause?.category ?? null, because: reported.because };
}

/** Only an object that was read and is healthy counts as well: what is forbidden or missing closes nothing. */
function isWell({ world }: Seen, { root }: Incident, isStorm: boolean): boolean {
  return root.kind === "Cluster" ? !isStorm : world.listed.has("/Pod") && healthOf(world, root).is === "healthy";
}

async function activeIncidents({ ledger, clusterName }: Outside): Promise<readonly Incident[]> {
  return (await ledger.list(ACTIVE)).filter(({ cluster }) => cluster === clusterName);
}

function identityOf({ clusterName }: Outside, root: ObjectRef, repository: RepositoryRef): Identity {
  return { key: incidentKey(clusterName, root), cluster: clusterName, root, repository };
}

function isTold(signal: Signal, told: ReportedIncident["signals"][number]): boolean {
  return signal.source === told.source && signal.reason === told.reason && signal.text === told.text;
}
