import { type JsonMap, type ObjectRef, refText } from "../../signal/object.ts";
import { confidenceOf } from "../confidence.ts";
import { misfitsOf } from "../fitting.ts";
import type { Hypothesis } from "../hypothesis.ts";
import type { Scene } from "../scene.ts";
import type { Symptom } from "../symptom.ts";
import { citeFound, citeSymptom } from "../telling.ts";

/** The nodes that would take a pod of this spec but for a person who closed them; undefined where that is not all. */
export function onlyCordoned(scene: Scene, spec: JsonMap | undefined): readonly string[] | undefined {
  if (spec === undefined) return undefined;
  const misfits = [...misfitsOf(scene.lookup, spec)];
  const closed = misfits.filter(
    ([, found]) =>
      found.length > 0 &&
      found.every((misfit) => misfit === "cordoned" || misfit === "taint") &&
      found.includes("cordoned"),
  );
  return closed.length > 0 && misfits.every(([, found]) => found.length > 0) ? closed.map(([name]) => name) : undefined;
}

/** The pods fit a node that takes no new ones. */
export function cordonedNode(root: ObjectRef, symptom: Symptom, nodes: readonly string[]): Hypothesis {
  const names = nodes.join(", ");
  return {
    category: "node_infra",
    root,
    sentence: `The pods of ${refText(root)} fit node ${names}, which takes no new pods.`,
    cites: [
      citeSymptom(symptom),
      citeFound("node", `node ${names} is unschedulable`, `Node/${nodes[0] ?? ""} spec.unschedulable`),
    ],
    confidence: confidenceOf({ prior: { right: 6, wrong: 2 } }),
    advice: { is: "person", because: `Uncordon ${names} or add a node: no manifest is wrong.` },
    culprit: null,
    wrongIf: `${names} takes pods again and this one still finds no node`,
  };
}
