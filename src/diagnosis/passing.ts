import type { Diagnosis } from "./diagnose.ts";
import type { Symptom } from "./symptom.ts";

/**
 * Whether a trouble that no rule can name is most probably none: Flux that is still at work, a Service that nobody
 * asks for. Where an alert speaks of it, it is told all the same.
 */
export function isPassing(diagnosis: Pick<Diagnosis, "trouble" | "signals" | "explains">): boolean {
  if (diagnosis.explains.length > 0) return false;
  return diagnosis.trouble.symptoms.every((symptom) => isSoft(symptom, diagnosis.signals.length > 0));
}

function isSoft({ ailment }: Symptom, isHeard: boolean): boolean {
  switch (ailment.is) {
    case "flux":
      return isAtWork(ailment.reason) || ["dependency-waits", "source-waits"].includes(ailment.trouble.is);
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

function isAtWork(reason: string): boolean {
  // A health check is cancelled by the next revision, which has its own.
  return reason.startsWith("Progressing") || reason === "DependencyNotReady" || reason === "HealthCheckCanceled";
}
