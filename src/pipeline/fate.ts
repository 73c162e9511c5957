import type { LifeEvent } from "../incident/event.ts";
import type { Incident } from "../incident/incident.ts";
import { supersededComment } from "../proposal/issue-body.ts";
import type { Outside } from "./outside.ts";

/** Asks the forge what became of an incident's proposal. */
export async function askFate(outside: Outside, incident: Incident): Promise<LifeEvent> {
  const at = outside.clock.now();
  const { fate } = await outside.forge.proposals.read(proposalOf(incident).pull);
  switch (fate.is) {
    case "merged":
      return { kind: "merged", at, commit: fate.commit, mergedAt: fate.at };
    case "closed":
      // Ours, where the process ended before it could be noted.
      return { kind: fate.byUs ? "superseded" : "declined", at };
    case "open": {
      const dueAt = new Date(at.getTime() + outside.limits.fatePoll);
      return { kind: "still-open", at, dueAt, conflicts: fate.conflicts };
    }
  }
}

/** Takes back a proposal that is no longer needed, unless people merged, closed or changed it meanwhile. */
export async function withdraw(outside: Outside, incident: Incident): Promise<LifeEvent> {
  const fate = await askFate(outside, incident);
  if (fate.kind !== "still-open") return fate;
  const isClosed = await outside.forge.proposals.close(proposalOf(incident).pull);
  return { kind: isClosed ? "withdrawn" : "resolved", at: fate.at };
}

/** Takes back a proposal that is behind the newest look, so that the next one takes its place; a person's is left alone. */
export async function supersede(outside: Outside, incident: Incident): Promise<LifeEvent> {
  const fate = await askFate(outside, incident);
  if (fate.kind !== "still-open") return fate;
  const proposal = proposalOf(incident);
  await outside.forge.issues.comment(proposal.pull, "superseded", supersededComment(proposal));
  const isClosed = await outside.forge.proposals.close(proposal.pull);
  return { kind: isClosed ? "superseded" : "left-alone", at: fate.at };
}

function proposalOf(incident: Incident): Extract<Incident, { status: "proposed" }> {
  if (incident.status === "proposed") return incident;
  throw new Error(`Incident ${incident.key} is ${incident.status} and has no open proposal`);
}
