import type { Signal } from "../signal/signal.ts";
import type { Symptom, Trouble } from "./symptom.ts";

type Told = {
  readonly trouble: Trouble;
  readonly explains: readonly Trouble[];
  readonly signals: readonly Signal[];
};

/**
 * Whether a trouble that no rule can name is most probably none: Flux that is still at work, a Service that nobody
 * asks for. Where an alert speaks of it, it is told all the same.
 */
export function isPassing({ trouble, explains, signals }: Told): boolean {
  if (explains.length > 0) return false;
  return trouble.symptoms.every((symptom) => isSoft(symptom, signals.length > 0));
}

function isSoft({ ailment }: Symptom, isHeard: boolean): boolean {
  switch (ailment.is) {
    case "flux":
      return isAtWork(ailment.reason) || ["dependency-waits", "source-waits"].includes(ailment.trouble.is);
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
