import { valueAt } from "../manifest/path.ts";
import { type KubernetesObject, type ObjectRef, refOf } from "../signal/object.ts";
import { isPartOf } from "./applied.ts";
import type { Lookup } from "./lookup.ts";
import { ranLong, restartsOf } from "./proven.ts";
import { conditionOf, listAt, mapAt, numberAt, textAt } from "./read.ts";
import type { Suspect } from "./suspect.ts";
import type { Symptom } from "./symptom.ts";
import { minutesSince } from "./symptoms/now.ts";
import { podTemplateOf, referencesOf } from "./workload.ts";

/**
 * Whether a change cannot be why a pod of a workload fails: the pod was still made from what was there before, the run
 * that failed was over when the change was committed, pods without it fail as well, or others run well with it.
 */
export function hasAlibi(lookup: Lookup, workload: ObjectRef, suspect: Suspect, symptom: Symptom): boolean {
  if (wasOverBefore(suspect, symptom) || wasToldBefore(lookup.get(workload), suspect, symptom)) return true;
  const within = inPods(lookup.get(workload), suspect);
  if (within === undefined) return false;
  const { ailment, object } = symptom;
  return lookup.podsOf(workload).some((pod) => {
    if (isOfFormer(pod, within, suspect)) return pod.metadata.name === object.name || fails(pod, ailment);
    // A program that is ready and complains is not known to be well by that.
    return ailment.is !== "complaining" && isFresh(pod, within, suspect) && runsWell(lookup, pod);
  });
}

function wasOverBefore({ commit }: Suspect, { ailment, at }: Symptom): boolean {
  return ailment.is === "crash" && commit !== null && at !== null && Date.parse(at) < Date.parse(commit.at);
}

// A container hears its variables when it is started; only files are renewed under it.
function wasToldBefore(workload: KubernetesObject | undefined, suspect: Suspect, { ailment, at }: Symptom): boolean {
  const { commit, object } = suspect;
  const isRunning = ailment.is === "unready" || ailment.is === "waiting";
  if (!isRunning || commit === null || at === null || Date.parse(at) >= Date.parse(commit.at)) return false;
  const readers = referencesOf(podTemplateOf(workload)).filter(
    ({ kind, name }) => kind === object.kind && name === object.name,
  );
  return readers.length > 0 && readers.every(({ path }) => !path.includes("volumes"));
}

// Where the field of a workload's template stands in its pods.
function inPods(workload: KubernetesObject | undefined, { object, path }: Suspect): Suspect["path"] | undefined {
  const top = podTemplateOf(workload)?.path ?? [];
  const isOwn = workload !== undefined && object.kind === workload.kind && refOf(workload).name === object.name;
  const isWithin = isOwn && path.length > top.length && top.every((step, at) => step === path[at]);
  return isWithin ? ["spec", ...path.slice(top.length)] : undefined;
}

function isOfFormer(pod: KubernetesObject, path: Suspect["path"], { from, to }: Suspect): boolean {
  const value = valueAt(pod, path);
  if (from === undefined || to === undefined) return from === undefined && value === undefined;
  return isPartOf(from, value) && !isPartOf(to, value);
}

// What a change took away shows in no pod: others may never have had it.
function isFresh(pod: KubernetesObject, path: Suspect["path"], { from, to }: Suspect): boolean {
  const value = valueAt(pod, path);
  return to !== undefined && isPartOf(to, value) && !(from !== undefined && isPartOf(from, value));
}

const FEW_RESTARTS = 3;

function fails(pod: KubernetesObject, ailment: Symptom["ailment"]): boolean {
  if (!("container" in ailment)) return false;
  const status = [
    ...listAt(pod, "status", "initContainerStatuses"),
    ...listAt(pod, "status", "containerStatuses"),
  ].find((each) => textAt(each, "name") === ailment.container);
  const waits = /BackOff|Err/.test(textAt(status, "state", "waiting", "reason") ?? "");
  return waits || (mapAt(status)["ready"] === false && (numberAt(status, "restartCount") ?? 0) >= FEW_RESTARTS);
}

// A program that ends soon after every start is ready for moments, too.
const WELL_MINUTES = 10;
const A_DAY_MINUTES = 24 * 60;

function runsWell(lookup: Lookup, pod: KubernetesObject): boolean {
  const restarts = restartsOf(pod);
  const ready = conditionOf(pod, "Ready");
  const isWell = ready?.status === "True" && restarts === 0 && minutesSince(lookup, ready.at) > WELL_MINUTES;
  // One that was never restarted may never have come up.
  const isLong = restarts > 0 && minutesSince(lookup, pod.metadata.creationTimestamp) > A_DAY_MINUTES;
  return isWell || (isLong && ranLong(lookup, pod, restarts));
}
