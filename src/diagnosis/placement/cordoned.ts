import { type JsonMap, type ObjectRef, refText } from "../../signal/object.ts";
import { confidenceOf } from "../confidence.ts";
import { misfitsOf } from "../fitting.ts";
import type { Hypothesis } from "../hypothesis.ts";
import type { Scene } from "../scene.ts";
import type { Symptom } from "../symptom.ts";
import { citeFound, citeSymptom } from "../telling.ts";

/** The nodes that would take a pod of this spec but for a person who closed them; undefined where that is not all. */
export function onlyCordoned(scene: Scene, spec: JsonMap | undefined): readonly string[] | undefined {
  const closed = closedTo(scene, spec);
  const isAll = spec !== undefined && [...misfitsOf(scene.lookup, spec).values()].every((found) => found.length > 0);
  return closed.length > 0 && isAll ? closed : undefined;
}

/** The nodes that a person closed and that would take a pod of this spec else, whatever the others say. */
export function closedTo(scene: Scene, spec: JsonMap | undefined): readonly string[] {
  if (spec === undefined) return [];
  return [...misfitsOf(scene.lookup, spec)]
    .filter(([, found]) => found.includes("cordoned") && found.every((each) => each === "cordoned" || each === "taint"))
    .map(([name]) => name);
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
