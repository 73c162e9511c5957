import { containerStep, isWholeContainer } from "../bearing.ts";
import type { Suspect } from "../suspect.ts";
import type { Failing } from "./failing.ts";

// What a program hears nothing of; nor does it of a port that is declared, unless another has it.
const UNHEARD = ["resources", "imagePullPolicy", "readinessProbe", "livenessProbe"];

/**
 * Whether a container may fail by a change: of its own fields, the pod's, or the content that it reads; of another
 * container only that it is there, where a port is taken.
 */
export function concerns(suspect: Suspect, found: Failing): boolean {
  // Only another program is made for another machine.
  if (found.complaints.some(({ is }) => is === "wrong-machine"))
    return suspect.path.at(-1) === "image" || isWholeContainer(suspect, found.container);
  if (suspect.object.kind === "ConfigMap" || suspect.object.kind === "Secret") return suspect.path[0] === "data";
  if (isWholeContainer(suspect, found.container)) return true;
  const step = containerStep(suspect.path);
  if (step !== undefined) {
    const field = String(step.rest[0] ?? "");
    const isTaken = found.complaints.some(({ is }) => is === "port-taken");
    if (field === "" && isTaken) return true;
    return step.container === found.container && (field === "ports" ? isTaken : !UNHEARD.includes(field));
  }
  const field = String(suspect.path[suspect.path.lastIndexOf("spec") + 1] ?? "");
  return [
    "volumes",
    "securityContext",
    "serviceAccountName",
    "automountServiceAccountToken",
    "hostNetwork",
    "dnsPolicy",
    "dnsConfig",
    "hostAliases",
    "runtimeClassName",
  ].includes(field);
}
