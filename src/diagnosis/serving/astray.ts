import { isSameObject, type KubernetesObject, refOf, refText } from "../../signal/object.ts";
import { blame } from "../blame.ts";
import { historyOf } from "../history.ts";
import type { Hypothesis } from "../hypothesis.ts";
import type { Scene } from "../scene.ts";
import { ofOneCommit } from "../suspect.ts";
import type { SymptomOf } from "../symptom.ts";
import { workloadsSelectedBy } from "../symptoms/workloads.ts";
import { undone } from "../undone.ts";

/** The Service selects the pods of another workload since a commit; without one, that may be how it is meant. */
export function strayingSelector(
  scene: Scene,
  object: KubernetesObject,
  symptom: SymptomOf<"astray">,
): readonly Hypothesis[] {
  const root = refOf(object);
  const { meant, reached } = symptom.ailment;
  const history = historyOf(scene, root);
  const suspects = ofOneCommit(history.filter(({ path }) => path[0] === "spec" && path[1] === "selector"));
  if (suspects === undefined) return [];
  const before = undone(object, suspects) as KubernetesObject;
  const served = workloadsSelectedBy(scene.lookup, before);
  if (!served.some((each) => isSameObject(each, meant)) || served.some((each) => isSameObject(each, reached)))
    return [];
  return [
    blame({
      category: "service_selector",
      root,
      sentence: `${refText(root)} ${symptom.text.replace(/^it /, "")}.`,
      symptoms: [symptom],
      suspects,
      prior: { right: 14, wrong: 1 },
      supports: 1,
      wrongIf: `${refText(reached)} is meant to take the place of ${refText(meant)}`,
    }),
  ];
}
