import { isDeepStrictEqual } from "node:util";
import type { LifeEvent } from "../incident/event.ts";
import { evolve, type Identity, openIncident } from "../incident/evolve.ts";
import type { Incident } from "../incident/incident.ts";
import { eventData } from "../incident/stored.ts";
import type { IncidentEvent } from "../ports.ts";
import { jobsOf } from "./jobs.ts";
import { once } from "./once.ts";
import type { Outside } from "./outside.ts";

// What only says that time passed or that something was seen again.
const UNDECIDED: ReadonlySet<LifeEvent["kind"]> = new Set([
  "found",
  "missed",
  "linked",
  "stirred",
  "still-open",
  "told",
]);

/** Notes what a look or a person says of an incident, opening it where it is new; where nothing changes nothing is written. */
export async function note(outside: Outside, event: LifeEvent, identity: Identity): Promise<void> {
  for (;;) {
    const stored = await outside.ledger.load(identity.key);
    if (stored === undefined && event.kind !== "found") return;
    const incident = next(stored?.incident, event, identity);
    if (stored !== undefined && isDeepStrictEqual(incident, stored.incident)) return rejoin(outside, incident);
    if (stored !== undefined) await record(outside, stored.incident, event);
    const jobs = jobsOf(incident, event.at, outside);
    if (await outside.ledger.save(incident, stored?.version ?? 0, [toStored(event)], jobs)) return;
  }
}

/** Keeps an event for good where it decides something: once, however often the step is taken up again. */
export async function record(outside: Outside, incident: Incident, event: LifeEvent): Promise<void> {
  const { key, finding, past } = incident;
  outside.log.info({ incident: key, event: event.kind }, "incident goes on");
  if (UNDECIDED.has(event.kind)) return;
  const isAsked = event.kind === "acknowledged" || event.kind === "snoozed";
  const step = `audit ${event.kind} ${past.length} ${isAsked ? event.at.toISOString() : finding.report}`;
  await once(outside, incident, step, () => {
    const data = { report: finding.report, ...(eventData(event) as object) };
    return outside.audit.record({ incident: key, kind: event.kind, at: event.at, data });
  });
}

/** An event as the ledger keeps it. */
export function toStored(event: LifeEvent): IncidentEvent {
  return { kind: event.kind, at: event.at, data: eventData(event) };
}

function next(incident: Incident | undefined, event: LifeEvent, identity: Identity): Incident {
  if (incident !== undefined) return evolve(incident, event);
  if (event.kind !== "found") throw new Error(`Incident ${identity.key} begins with ${event.kind}`);
  return openIncident(identity, event);
}

// What is due by the clock alone: a job that was lost with a queue is asked for again.
async function rejoin(outside: Outside, incident: Incident): Promise<void> {
  const jobs = jobsOf(incident, outside.clock.now(), outside);
  if (jobs.length > 0) await outside.queue.add(jobs);
}
