import { type KubernetesObject, type ObjectRef, refOf, refText } from "../../signal/object.ts";
import { blame } from "../blame.ts";
import { confidenceOf } from "../confidence.ts";
import { historyOf } from "../history.ts";
import type { Hypothesis } from "../hypothesis.ts";
import { textAt } from "../read.ts";
import type { Scene } from "../scene.ts";
import { isReady, selectedPods } from "../symptoms/services.ts";
import { citeFound } from "../telling.ts";
import { told, type Unreached } from "./unreachable.ts";

/** The Service keeps traffic on the node that it comes from, and none of its pods runs on the asking one's. */
export function keptLocal(
  scene: Scene,
  root: ObjectRef,
  found: Unreached,
  service: KubernetesObject,
): Hypothesis | undefined {
  if (textAt(service, "spec", "internalTrafficPolicy") !== "Local") return undefined;
  const node = textAt(scene.lookup.get(found.symptom.object), "spec", "nodeName");
  const serving = selectedPods(scene.lookup, service).filter(isReady);
  if (node === undefined || serving.some((pod) => textAt(pod, "spec", "nodeName") === node)) return undefined;
  const ref = refOf(service);
  const why = `${refText(ref)} sends traffic only to pods of the same node, and node ${node} has none`;
  const [changed] = historyOf(scene, ref).filter(({ path }) => path.at(-1) === "internalTrafficPolicy");
  const { cites, wrongIf } = told(root, found);
  const facts = [...cites.slice(1), citeFound("traffic-policy", why, `${refText(ref)} spec.internalTrafficPolicy`)];
  const about = { category: "service_port", root: ref, sentence: `${why}.`, wrongIf } as const;
  if (changed !== undefined)
    return blame({
      ...about,
      symptoms: [found.symptom],
      suspects: [changed],
      facts,
      prior: { right: 14, wrong: 1 },
    });
  return {
    ...about,
    cites: [...cites.slice(0, 1), ...facts],
    confidence: confidenceOf({ prior: { right: 9, wrong: 1 } }),
    advice: { is: "person", because: `Let ${refText(ref)} send to every node, or run one of its pods on each.` },
    culprit: null,
  };
}
