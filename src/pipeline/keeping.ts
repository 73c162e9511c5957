import { isDeepStrictEqual } from "node:util";
import type { LifeEvent } from "../incident/event.ts";
import { evolve, type Identity, openIncident } from "../incident/evolve.ts";
import type { Incident } from "../incident/incident.ts";
import { nextStep } from "../incident/next-step.ts";
import { eventData } from "../incident/stored.ts";
import type { IncidentEvent, Job } from "../ports.ts";
import type { ReportedIncident } from "../proposal/report.ts";
import type { Json } from "../signal/object.ts";
import type { Outside } from "./outside.ts";

/** The one job that reads cluster and repositories; asked for twice, it is done once. */
export const LOOK: Job = { key: "look", kind: "look", data: null };

/** The job that takes an incident as far as it goes now. */
export function advanceJob(key: string, notBefore?: Date): Job {
  const job = { key: `advance ${key}`, kind: "advance", data: { incident: key } };
  return notBefore === undefined ? job : { ...job, notBefore };
}

// What only says that time passed or that something was seen again.
const UNDECIDED: ReadonlySet<LifeEvent["kind"]> = new Set([
  "found",
  "missed",
  "linked",
  "stirred",
  "still-open",
  "told",
]);

/** The jobs by which an incident goes on from here. */
export function jobsOf(incident: Incident, now: Date, { limits }: Pick<Outside, "limits">): readonly Job[] {
  const step = nextStep(incident, now, limits);
  if (step.do !== "wait") return [advanceJob(incident.key)];
  return step.until === null ? [] : [advanceJob(incident.key, step.until)];
}

/** Notes what a look saw of an incident, opening it where it is new; nothing is written where nothing changes. */
export async function note(outside: Outside, event: LifeEvent, identity: Identity): Promise<void> {
  for (;;) {
    const stored = await outside.ledger.load(identity.key);
    if (stored === undefined && event.kind !== "found") return;
    const incident = next(stored?.incident, event, identity);
    if (stored !== undefined && isDeepStrictEqual(incident, stored.incident)) return rejoin(outside, incident);
    await record(outside, incident, stored?.version ?? 0, event);
    const jobs = jobsOf(incident, event.at, outside);
    if (await outside.ledger.save(incident, stored?.version ?? 0, [toStored(event)], jobs)) return;
  }
}

/** Keeps an event for good where it decides something; one that a kill interrupted may be kept twice, never not at all. */
export async function record(
  { audit, log }: Outside,
  incident: Incident,
  version: number,
  event: LifeEvent,
): Promise<void> {
  const { key, finding } = incident;
  log.info({ incident: key, event: event.kind }, "incident goes on");
  if (UNDECIDED.has(event.kind)) return;
  const data = { version, report: finding.report, ...(eventData(event) as object) };
  await audit.record({ incident: key, kind: event.kind, at: event.at, data });
}

/** An event as the ledger keeps it. */
export function toStored(event: LifeEvent): IncidentEvent {
  return { kind: event.kind, at: event.at, data: eventData(event) };
}

/** The report that a finding rests on. */
export async function reportOf({ archive }: Outside, { key, finding }: Incident): Promise<ReportedIncident> {
  const document = await archive.read(finding.report);
  if (document === undefined) throw new Error(`The report ${finding.report} of incident ${key} is not in the archive`);
  return document as unknown as ReportedIncident;
}

/** A value as plain JSON: what is undefined is left out. */
export function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value));
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
