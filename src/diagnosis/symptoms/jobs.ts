import { type KubernetesObject, refOf } from "../../signal/object.ts";
import type { Lookup } from "../lookup.ts";
import { conditionOf, listAt, mapAt, numberAt, textAt } from "../read.ts";
import type { Symptom } from "../symptom.ts";
import { minutesSince, recentEvent, symptomOf } from "./now.ts";

// So long a container may work on after another has done its work; where a later run was left out for it, not so long.
const MINUTES_OF_WORK = 12 * 60;
const MINUTES_IN_THE_WAY = 60;

/** A Job that failed for good, unless a later run of its CronJob succeeded; or one that does not end. */
export function jobSymptoms(lookup: Lookup, job: KubernetesObject): readonly Symptom[] {
  const failed = conditionOf(job, "Failed");
  if (failed?.status !== "True") return outlived(lookup, job);
  if (isOvertaken(lookup, job)) return [];
  const told = {
    text: `the job failed: ${failed.reason}: ${failed.message}`,
    field: "status.conditions[Failed]",
    at: failed.at,
  };
  return [symptomOf(job, { is: "job-failed", reason: failed.reason, message: failed.message }, told)];
}

// A Job is done when all ordinary containers of its pod have ended.
function outlived(lookup: Lookup, job: KubernetesObject): readonly Symptom[] {
  if (conditionOf(job, "Complete")?.status === "True") return [];
  const owner = lookup.get(lookup.rootOf(job));
  const isLeftOut = owner !== undefined && recentEvent(lookup, owner, ["JobAlreadyActive"]) !== undefined;
  return lookup.childrenOf(job).flatMap((pod) => {
    const statuses = pod.metadata.deletionTimestamp === undefined ? listAt(pod, "status", "containerStatuses") : [];
    const done = statuses.find((each) => numberAt(each, "state", "terminated", "exitCode") === 0);
    const running = statuses.find((each) => textAt(each, "state", "running", "startedAt") !== undefined);
    const at = textAt(done, "state", "terminated", "finishedAt");
    const patience = isLeftOut ? MINUTES_IN_THE_WAY : MINUTES_OF_WORK;
    if (done === undefined || running === undefined || minutesSince(lookup, at) < patience) return [];
    const names = { ended: textAt(done, "name") ?? "", running: textAt(running, "name") ?? "" };
    const text = `${names.ended} has done its work, and ${names.running} runs on`;
    return [
      symptomOf(pod, { is: "outlived", pod: refOf(pod), ...names }, { text, field: "status.containerStatuses", at }),
    ];
  });
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
  if (event === undefined || ran > event.at || isOfFormer(cronJob, event.message)) return [];
  const told = { text: `its schedule is not followed: ${event.message}`, field: "events", at: event.at };
  return [symptomOf(cronJob, { is: "schedule", reason: event.reason, message: event.message }, told)];
}

// `unparseable schedule: "0 25 * * *"`: where another one stands by now, this is over.
function isOfFormer({ spec }: KubernetesObject, message: string): boolean {
  const said = /schedule: "([^"]+)"/.exec(message)?.[1];
  return said !== undefined && said !== textAt(spec, "schedule");
}
