import type { LifeEvent } from "../incident/event.ts";
import type { Incident } from "../incident/incident.ts";
import type { Outside } from "./outside.ts";

/** Asks the forge what became of an incident's proposal. */
export async function askFate(outside: Outside, incident: Incident): Promise<LifeEvent> {
  const at = outside.clock.now();
  const { fate } = await outside.forge.proposals.read(proposalOf(incident).pull);
  switch (fate.is) {
    case "merged":
      return { kind: "merged", at, commit: fate.commit, mergedAt: fate.at };
    case "closed":
      return { kind: "declined", at };
    case "open":
      return { kind: "still-open", at, dueAt: new Date(at.getTime() + outside.limits.fatePoll) };
  }
}

/** Takes back a proposal that is no longer needed, unless people merged, closed or changed it meanwhile. */
export async function withdraw(outside: Outside, incident: Incident): Promise<LifeEvent> {
  const fate = await askFate(outside, incident);
  if (fate.kind !== "still-open") return fate;
  const isClosed = await outside.forge.proposals.close(proposalOf(incident).pull);
  return { kind: isClosed ? "withdrawn" : "resolved", at: fate.at };
}

function proposalOf(incident: Incident): Extract<Incident, { status: "proposed" }> {
  if (incident.status === "proposed") return incident;
  throw new Error(`Incident ${incident.key} is ${incident.status} and has no open proposal`);
}
