import type { World } from "../evidence/world.ts";
import type { Incident } from "../incident/incident.ts";
import { judgeRecovery } from "../recovery/judge.ts";
import { commitsOnTheWay, observe, type Sight } from "../recovery/observation.ts";
import { note } from "./note.ts";
import type { Outside } from "./outside.ts";

type Merged = Extract<Incident, { status: "merged" | "applied" }>;

/** Notes how far a merged proposal has come, and whether it is decided. */
export async function verify(outside: Outside, incident: Merged, sight: Omit<Sight, "containing">): Promise<void> {
  const { now: at } = sight;
  const containing = await commitsWith(outside, incident, sight.world);
  const judgement = judgeRecovery(incident, observe(incident, { ...sight, containing }), outside.limits);
  await note(outside, { kind: "linked", at, links: judgement.links }, incident);
  if (judgement.is === "recovered") await note(outside, { kind: "recovered", at }, incident);
  if (judgement.is !== "persists") return;
  const { because, revert } = judgement;
  await note(outside, { kind: "persisted", at, because, revert }, incident);
}

/** The commits on the way to an incident's root that have its merge among their ancestors. */
async function commitsWith(outside: Outside, incident: Merged, world: World): Promise<ReadonlySet<string>> {
  const repository = await outside.openRepository(incident.repository);
  const containing = new Set<string>();
  for (const commit of commitsOnTheWay(world, incident.root)) {
    if (await repository.contains(commit, incident.mergeCommit)) containing.add(commit);
  }
  return containing;
}
