import type { Incident } from "../incident/incident.ts";
import { nextStep } from "../incident/next-step.ts";
import type { Job } from "../ports.ts";
import type { Outside } from "./outside.ts";

/** The one job that reads cluster and repositories; asked for twice, it is done once. */
export const LOOK: Job = { key: "look", kind: "look", data: null };

/** The job that takes an incident as far as it goes now. */
export function advanceJob(key: string, notBefore?: Date): Job {
  const job = { key: `advance ${key}`, kind: "advance", data: { incident: key } };
  return notBefore === undefined ? job : { ...job, notBefore };
}

/** The jobs by which an incident goes on from here. */
export function jobsOf(incident: Incident, now: Date, { limits }: Pick<Outside, "limits">): readonly Job[] {
  const step = nextStep(incident, now, limits);
  if (step.do !== "wait") return [advanceJob(incident.key)];
  return step.until === null ? [] : [advanceJob(incident.key, step.until)];
}
