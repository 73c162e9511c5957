import type { KubernetesObject } from "../../signal/object.ts";
import type { Lookup } from "../lookup.ts";
import { conditionOf, mapAt, textAt } from "../read.ts";
import type { Symptom } from "../symptom.ts";
import { recentEvent, symptomOf } from "./now.ts";

/** A Job that failed for good, unless a later run of its CronJob succeeded. */
export function jobSymptoms(lookup: Lookup, job: KubernetesObject): readonly Symptom[] {
  const failed = conditionOf(job, "Failed");
  if (failed?.status !== "True" || isOvertaken(lookup, job)) return [];
  const told = {
    text: `the job failed: ${failed.reason}: ${failed.message}`,
    field: "status.conditions[Failed]",
    at: failed.at,
  };
  return [symptomOf(job, { is: "job-failed", reason: failed.reason, message: failed.message }, told)];
}

/** Whether a later run of the same CronJob succeeded, so that this one's failure is over. */
export function isOvertaken(lookup: Lookup, job: KubernetesObject): boolean {
  const owner = lookup.get(lookup.rootOf(job));
  if (owner === undefined || owner.kind !== "CronJob") return false;
  return lookup
    .childrenOf(owner)
    .some(
      (sibling) =>
        conditionOf(sibling, "Complete")?.status === "True" &&
        (sibling.metadata.creationTimestamp ?? "") > (job.metadata.creationTimestamp ?? ""),
    );
}

const UNSCHEDULED = [
  "FailedNeedsStart",
  "UnparseableSchedule",
  "InvalidSchedule",
  "UnknownTimeZone",
  "TooManyMissedTimes",
  "FailedCreate",
  "MissSchedule",
];

/** A CronJob whose schedule cannot be followed. */
export function cronJobSymptoms(lookup: Lookup, cronJob: KubernetesObject): readonly Symptom[] {
  if (mapAt(cronJob, "spec")["suspend"] === true) return [];
  const event = recentEvent(lookup, cronJob, UNSCHEDULED, 24 * 60);
  const ran = textAt(cronJob, "status", "lastScheduleTime") ?? "";
  if (event === undefined || ran > event.at) return [];
  const told = { text: `its schedule is not followed: ${event.message}`, field: "events", at: event.at };
  return [symptomOf(cronJob, { is: "schedule", reason: event.reason, message: event.message }, told)];
}
