import type { ObjectRef } from "../signal/object.ts";
import { isContainerField } from "./bearing.ts";
import { blame } from "./blame.ts";
import { confidenceOf } from "./confidence.ts";
import type { Hypothesis } from "./hypothesis.ts";
import { measuresOf } from "./measures.ts";
import type { ProbeFailure } from "./message/probe.ts";
import { quantityOf } from "./quantity.ts";
import { mapAt } from "./read.ts";
import type { Scene } from "./scene.ts";
import type { Suspect } from "./suspect.ts";
import { suspectsOf } from "./suspects.ts";
import type { SymptomOf } from "./symptom.ts";
import { citeSymptom } from "./telling.ts";
import { doubted, moreCpuBefore, restartedBefore, together, waitingForCpu } from "./usage.ts";
import type { Container } from "./workload.ts";

/** A probe that fails, and what is said of it. */
export type FailingProbe = {
  readonly symptom: SymptomOf<"crash" | "unready">;
  readonly failure: ProbeFailure;
  readonly container: Container;
  /** Whether the program says itself that something else is wrong. */
  readonly complains: boolean;
  readonly told: { readonly sentence: string; readonly wrongIf: string };
};

/** A program that was given less CPU answers its probe only too late, or is ended before it has opened its port. */
export function cutCpu(scene: Scene, root: ObjectRef, probe: FailingProbe): Hypothesis | undefined {
  const { symptom, failure, container, complains, told } = probe;
  const isEndedEarly = failure.how === "refused" && symptom.ailment.is === "crash" && !complains;
  if (failure.how !== "timeout" && !isEndedEarly) return undefined;
  const [cut] = suspectsOf(scene, root).filter((suspect) => isCpuCut(suspect, container.name));
  if (cut === undefined) return undefined;
  const measures = measuresOf(scene.lookup, symptom.ailment.pod, container.name);
  const { facts, supports, against } = together(
    waitingForCpu(measures, container.name),
    moreCpuBefore(measures, container.name, quantityOf(mapAt(container.spec, "resources", "limits")["cpu"])),
    restartedBefore(measures, scene.lookup, symptom.ailment),
  );
  const doubts = complains ? [...against, `${container.name} complains of something else`] : against;
  const blamed = blame({
    ...{ category: "cpu_limit", root, symptoms: [symptom], suspects: [cut], facts, ...told },
    ...{ prior: { right: 5, wrong: 1 }, supports, contradicts: doubts.length },
  });
  return doubted(blamed, doubts, `Find out why ${container.name} answers too late`);
}

/** Nobody gave it less CPU, but a program that waits for it most of the time answers too late as well. */
export function shortCpu(scene: Scene, root: ObjectRef, probe: FailingProbe): Hypothesis | undefined {
  const { symptom, failure, container, complains, told } = probe;
  if (failure.how !== "timeout" || complains) return undefined;
  const { facts, supports } = waitingForCpu(
    measuresOf(scene.lookup, symptom.ailment.pod, container.name),
    container.name,
  );
  if (supports === 0) return undefined;
  const because = `Say how much CPU ${container.name} needs: it waits for it most of the time, and no commit lowered its limit.`;
  return {
    ...{ category: "cpu_limit", root, culprit: null, ...told },
    cites: [citeSymptom(symptom), ...facts],
    confidence: confidenceOf({ prior: { right: 4, wrong: 1 }, supports }),
    advice: { is: "person", because },
  };
}

function isCpuCut(suspect: Suspect, container: string): boolean {
  if (!isContainerField(suspect, container, "resources")) return false;
  if (!suspect.path.join("/").endsWith("limits/cpu")) return false;
  const [from, to] = [quantityOf(suspect.from), quantityOf(suspect.to)];
  // No limit at all is the highest.
  return to !== undefined && (from === undefined || from > to);
}
