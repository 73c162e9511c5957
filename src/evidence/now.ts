import { mapOf, mapsOf } from "../signal/json.ts";
import type { KubernetesObject } from "../signal/object.ts";

// A snapshot tells its own time by what has happened in it. Times that announce something (a certificate's expiry, a
// lease's deadline, an object's end) and times of bookkeeping (managed fields) are not among these.
const CONDITION_TIMES = ["lastTransitionTime", "lastUpdateTime", "lastHeartbeatTime", "lastProbeTime"];
const EVENT_TIMES = ["firstTimestamp", "lastTimestamp", "eventTime"];
const STATES = ["state", "lastState"];
const CONTAINER_LISTS = ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"];

/** The newest time that these objects tell of; the year 1970 where they tell none. */
export function newestTime(objects: Iterable<KubernetesObject>): Date {
  let newest = 0;
  for (const object of objects)
    for (const time of timesOf(object)) {
      const at = typeof time === "string" ? Date.parse(time) : Number.NaN;
      if (at > newest) newest = at;
    }
  return new Date(newest);
}

function* timesOf(object: KubernetesObject): Generator<unknown> {
  yield object.metadata.creationTimestamp;
  const status = mapOf(object["status"]);
  for (const condition of mapsOf(status["conditions"])) for (const key of CONDITION_TIMES) yield condition[key];
  if (object.kind === "Event") yield* eventTimes(object);
  else if (object.kind === "Lease") yield mapOf(object["spec"])["renewTime"];
  else if (object.kind === "Pod") yield* containerTimes(status);
}

function* eventTimes(event: KubernetesObject): Generator<unknown> {
  for (const key of EVENT_TIMES) yield event[key];
  yield event["deprecatedLastTimestamp"];
  yield mapOf(event["series"])["lastObservedTime"];
}

function* containerTimes(status: Readonly<Record<string, unknown>>): Generator<unknown> {
  for (const list of CONTAINER_LISTS)
    for (const container of mapsOf(status[list]))
      for (const key of STATES) {
        const state = mapOf(container[key]);
        yield mapOf(state["running"])["startedAt"];
        const ended = mapOf(state["terminated"]);
        yield ended["startedAt"];
        yield ended["finishedAt"];
      }
}
