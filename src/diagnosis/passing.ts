import type { Signal } from "../signal/signal.ts";
import { isAlarmRule } from "./alarm-rule.ts";
import type { FluxTrouble } from "./flux/trouble.ts";
import type { Lookup } from "./lookup.ts";
import type { Symptom, Trouble } from "./symptom.ts";
import { minutesSince, recentEvent } from "./symptoms/now.ts";

type Told = {
  readonly trouble: Trouble;
  readonly explains: readonly Trouble[];
  readonly signals: readonly Signal[];
};

/**
 * Whether a trouble that no rule can name is most probably none: Flux that is still at work, a Service that nobody
 * asks for. Where an alert speaks of it, it is told all the same.
 */
export function isPassing(lookup: Lookup, { trouble, explains, signals }: Told): boolean {
  const isHeard = signals.length > 0;
  // That nothing answers at a Service is all that comes of a workload without pods; what waits for Flux is another matter.
  const isFollowing = (symptom: Symptom): boolean => symptom.ailment.is !== "flux" && isSoft(symptom, isHeard);
  const isHarmless =
    explains.every(({ symptoms }) => symptoms.every(isFollowing)) ||
    (isJustBegun(lookup, trouble) && explains.every(isWaiting));
  return isHarmless && trouble.symptoms.every((symptom) => isSoft(symptom, isHeard));
}

// Longer than this, what Flux is at work on keeps others from what they need.
const MINUTES_AT_WORK = 5;

function isJustBegun(lookup: Lookup, { root, symptoms }: Trouble): boolean {
  const object = lookup.get(root);
  const isAgain = object !== undefined && recentEvent(lookup, object, ["HealthCheckFailed"]) !== undefined;
  return !isAgain && symptoms.every(({ at }) => minutesSince(lookup, at) < MINUTES_AT_WORK);
}

function isWaiting({ symptoms }: Trouble): boolean {
  return symptoms.every(({ ailment }) => ailment.is === "flux" && isWait(ailment.trouble));
}

function isWait({ is }: FluxTrouble): boolean {
  return is === "dependency-waits" || is === "source-waits";
}

function isSoft({ object, ailment }: Symptom, isHeard: boolean): boolean {
  switch (ailment.is) {
    // What an alert without an object is about, nothing here tells.
    case "alert":
      return isAlarmRule(object);
    case "flux":
      return isAtWork(ailment.reason) || isWait(ailment.trouble);
    // Without a commit that led it there, that is how it is meant.
    case "astray":
      return true;
    case "no-backends":
    case "no-port":
    case "scaled-to-zero":
    case "short":
    case "condition":
    case "violation":
      return !isHeard;
    default:
      return false;
  }
}

/** Whether a reason says only that Flux is not done yet. */
export function isAtWork(reason: string): boolean {
  // A health check is cancelled by the next revision, which has its own.
  return reason.startsWith("Progressing") || reason === "DependencyNotReady" || reason === "HealthCheckCanceled";
}
