import { type ObjectRef, refText } from "../../signal/object.ts";
import { confidenceOf } from "../confidence.ts";
import type { Hypothesis } from "../hypothesis.ts";
import { textAt } from "../read.ts";
import type { Scene } from "../scene.ts";
import { imagesHere } from "../siblings.ts";
import { citeFound, citeSymptom } from "../telling.ts";
import { hostOf, type Pull, repositoryOf, WHY } from "./failure.ts";

/**
 * Whether another image of the same place would fare no better: its registry is not well, or refuses whoever asks.
 * Credentials are given for a repository, not for a tag.
 */
export function isWhateverImage({ why, message, image }: Pull["ailment"], before: string): boolean {
  // What answers that it is not well was found.
  const isThere = hostOf(before) === hostOf(image) || /\b50[0234]\b/.test(message);
  if (why === "registry" || why === "limited") return isThere;
  return why === "node-storage" || (why === "unauthorized" && repositoryOf(before) === repositoryOf(image));
}

/** The registry gave the image and the node could not keep it: whatever name it is given, it fails there. */
export function unstored(scene: Scene, root: ObjectRef, symptom: Pull): Hypothesis[] | undefined {
  if (symptom.ailment.why !== "node-storage") return undefined;
  const node = textAt(scene.lookup.get(symptom.object), "spec", "nodeName") ?? "its node";
  return [
    {
      category: "node_infra",
      root,
      sentence: `${refText(root)} cannot get the image ${symptom.ailment.image}: ${WHY["node-storage"]}.`,
      cites: [citeSymptom(symptom)],
      confidence: confidenceOf({ prior: { right: 14, wrong: 1 } }),
      advice: { is: "person", because: `Make room for images on ${node}, or repair its disk.` },
      culprit: null,
      wrongIf: "the image is larger than every node has room for",
    },
  ];
}

/** Nodes hold the image, or pods run it: its name is right, and another name would not be better. */
export function gotElsewhere(scene: Scene, root: ObjectRef, symptom: Pull): Hypothesis[] | undefined {
  const { why, image, message } = symptom.ailment;
  const isGiven = why === "unauthorized" || /pull policy of Never/.test(message);
  if (isGiven || !imagesHere(scene.lookup).has(image)) return undefined;
  const unreached = unreachable(root, symptom);
  if (unreached !== undefined) return unreached;
  return [
    {
      category: "image_ref",
      root,
      sentence: `${refText(root)} cannot get the image ${image} any more: ${WHY[why]}.`,
      cites: [citeSymptom(symptom), citeFound("image", `${image} runs in this cluster`, refText(root))],
      confidence: confidenceOf({ prior: { right: 3, wrong: 1 } }),
      advice: { is: "person", because: `See why ${hostOf(image)} does not give ${image} to this node: others got it.` },
      culprit: null,
      wrongIf: "the others got another image by the same name",
    },
  ];
}

/** The registry does not answer, and nothing in git makes it so. */
export function unreachable(root: ObjectRef, symptom: Pull): Hypothesis[] | undefined {
  const { why, image: name } = symptom.ailment;
  if (why !== "registry" && why !== "limited") return undefined;
  return [
    {
      category: "network",
      root,
      sentence: `${refText(root)} cannot get ${name}: ${WHY[why]}.`,
      cites: [citeSymptom(symptom)],
      confidence: confidenceOf({ prior: { right: 6, wrong: 3 } }),
      advice: {
        is: "person",
        because: `See why ${hostOf(name)} cannot be reached from the nodes: the image's name is not why.`,
      },
      culprit: null,
      wrongIf: "other images of the same registry are pulled at the same time",
    },
  ];
}
