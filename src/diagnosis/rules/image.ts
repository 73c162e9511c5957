import { kindKey, type ObjectRef, refText } from "../../signal/object.ts";
import { isContainerField } from "../bearing.ts";
import { blame } from "../blame.ts";
import { confidenceOf } from "../confidence.ts";
import { historyOf } from "../history.ts";
import type { Foretold, Hypothesis } from "../hypothesis.ts";
import { hostOf, type Pull, WHY } from "../pull/failure.ts";
import { gotElsewhere, isWhateverImage, unreachable, unstored } from "../pull/outside.ts";
import { listAt, textAt } from "../read.ts";
import { type Rule, TEMPLATE_BEFORE } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { imageOfSiblings, imagesHere } from "../siblings.ts";
import type { Suspect } from "../suspect.ts";
import { suspectsOf } from "../suspects.ts";
import { ailing, citeAbsence, citeFound, citeSymptom, onlyTells } from "../telling.ts";
import { containersOf, podTemplateOf } from "../workload.ts";

/**
 * An image that cannot be pulled: its name was changed, or the registry wants credentials that are not there (kubelet:
 * ErrImagePull, ImagePullBackOff, InvalidImageName).
 */
export const image: Rule = {
  name: "image-cannot-be-pulled",
  categories: ["image_ref", "image_pull_secret", "network", "node_infra"],
  sees: ["pull"],
  silentIf: [
    "the credentials or the registry are at fault and not the image's name",
    "the image is one that a node or a running pod holds by now",
  ],
  asksFor: {
    "restore-fields": "what the commit that changed the image took away",
    "set-image": `${TEMPLATE_BEFORE}; or what another workload runs of the same program`,
    "set-access": TEMPLATE_BEFORE,
  },
  diagnose: (scene, trouble) => {
    const [symptom] = ailing(trouble, "pull");
    if (symptom === undefined) return [];
    return (
      unstored(scene, trouble.root, symptom) ??
      gotElsewhere(scene, trouble.root, symptom) ??
      changedImage(scene, trouble.root, symptom) ??
      neverPulled(scene, trouble.root, symptom) ??
      missingCredentials(scene, trouble.root, symptom) ??
      unreachable(trouble.root, symptom) ??
      unknownImage(scene, trouble.root, symptom)
    );
  },
  foretell,
};

function changedImage(scene: Scene, root: ObjectRef, symptom: Pull): Hypothesis[] | undefined {
  const { container, image: name, why } = symptom.ailment;
  const [suspect] = suspectsOf(scene, root).filter(
    (candidate) =>
      isContainerField(candidate, container, "image") && candidate.to === name && typeof candidate.from === "string",
  );
  if (suspect === undefined) return undefined;
  if (isWhateverImage(symptom.ailment, String(suspect.from))) return undefined;
  return [
    blame({
      category: "image_ref",
      root,
      sentence: `${refText(root)} cannot get the image ${name}: ${WHY[why]}.`,
      symptoms: [symptom],
      suspects: [suspect],
      prior: { right: 29, wrong: 1 },
      supports: why === "not-found" || why === "name" ? 1 : 0,
      wrongIf: `${name} could be pulled from another machine with the same credentials`,
    }),
  ];
}

// An image that nobody has put on the node, and that may not be fetched.
function neverPulled(scene: Scene, root: ObjectRef, symptom: Pull): Hypothesis[] | undefined {
  const { container, image: name, message } = symptom.ailment;
  const [suspect] = suspectsOf(scene, root).filter((candidate) =>
    isContainerField(candidate, container, "imagePullPolicy"),
  );
  if (suspect === undefined || !/pull policy of Never/.test(message)) return undefined;
  return [
    blame({
      category: "image_ref",
      root,
      sentence: `${refText(root)} cannot get the image ${name}: its node does not hold it, and it may not be pulled.`,
      symptoms: [symptom],
      suspects: [suspect],
      prior: { right: 14, wrong: 1 },
      wrongIf: `somebody puts ${name} on every node by other means`,
    }),
  ];
}

function missingCredentials(scene: Scene, root: ObjectRef, symptom: Pull): Hypothesis[] | undefined {
  if (symptom.ailment.why !== "unauthorized") return undefined;
  const pod = scene.lookup.get(symptom.object);
  const secrets = listAt(pod, "spec", "imagePullSecrets").map((secret) => textAt(secret, "name") ?? "");
  const missing = secrets.find((name) => scene.lookup.find("/Secret", root.namespace, name) === undefined);
  const isKnownMissing = missing !== undefined && scene.lookup.isListed("/Secret", root.namespace);
  const changed = suspectsOf(scene, root).find((suspect) => suspect.path.includes("imagePullSecrets"));
  const accountChanged = historyOf(scene, accountOf(scene, root)).find((suspect) =>
    suspect.path.includes("imagePullSecrets"),
  );
  const suspect = [changed, accountChanged].find((each) => each !== undefined && tookCredentials(scene, root, each));
  const sentence = `${refText(root)} may not pull ${symptom.ailment.image}: ${isKnownMissing ? `its pull secret ${missing} does not exist` : "the registry refuses its credentials"}.`;
  const facts = isKnownMissing
    ? [
        citeAbsence(
          "reference",
          `Secret ${missing} does not exist in ${root.namespace}`,
          `Secret/${root.namespace}/${missing}`,
        ),
      ]
    : [];
  const category = "image_pull_secret" as const;
  const wrongIf = "the registry answers the same for an image that does not exist";
  if (suspect !== undefined) {
    return [
      blame({
        category,
        root,
        sentence,
        symptoms: [symptom],
        suspects: [suspect],
        facts,
        prior: { right: 9, wrong: 1 },
        wrongIf,
      }),
    ];
  }
  return [
    {
      category,
      root,
      sentence,
      cites: [citeSymptom(symptom), ...facts],
      confidence: confidenceOf({ prior: { right: 7, wrong: 2 }, supports: isKnownMissing ? 1 : 0 }),
      advice: {
        is: "person",
        because: `Give ${root.namespace} credentials for ${hostOf(symptom.ailment.image)}: a secret is for people to make.`,
      },
      culprit: null,
      wrongIf,
    },
  ];
}

// A secret that a pod names takes the place of those that its account has; where there were none, nothing was lost.
function tookCredentials(scene: Scene, root: ObjectRef, { from }: Suspect): boolean {
  return from !== undefined || listAt(scene.lookup.get(accountOf(scene, root)), "imagePullSecrets").length > 0;
}

function accountOf(scene: Scene, root: ObjectRef): ObjectRef {
  const name = textAt(scene.lookup.get(root), "spec", "template", "spec", "serviceAccountName") ?? "default";
  return { apiVersion: "v1", kind: "ServiceAccount", namespace: root.namespace, name };
}

function unknownImage(scene: Scene, root: ObjectRef, symptom: Pull): Hypothesis[] {
  const { container, image: name, why } = symptom.ailment;
  const meant = imageOfSiblings(scene, root, container, name);
  const sentence = `${refText(root)} cannot get the image ${name}: ${WHY[why]}.`;
  const wrongIf = `${name} could be pulled from another machine with the same credentials`;
  const person = {
    is: "person" as const,
    because: `Say which image ${container} should run instead of ${name}: ${WHY[why]}.`,
  };
  return [
    {
      category: "image_ref",
      root,
      sentence,
      cites: [citeSymptom(symptom), ...(meant === undefined ? [] : [citeFound("image", meant.basis, kindKey(root))])],
      confidence: confidenceOf({
        prior: { right: 29, wrong: 2 },
        supports: why === "not-found" || why === "name" ? 1 : 0,
      }),
      advice:
        meant === undefined
          ? person
          : {
              is: "change",
              intents: [meant.intent],
              because: `Run ${meant.image} instead of ${name}: ${meant.basis}.`,
            },
      culprit: null,
      wrongIf,
    },
  ];
}

// An image that a node holds or a pod runs was pulled from here; of others only pulling tells.
function foretell(after: Scene, hypothesis: Hypothesis): Foretold {
  const wanted = containersOf(podTemplateOf(after.lookup.get(hypothesis.root))).map((container) => container.image);
  const here = imagesHere(after.lookup);
  const strange = wanted.filter((name) => !here.has(name));
  if (wanted.length > 0 && strange.length === 0)
    return { silent: true, because: `${wanted.join(", ")} runs in this cluster` };
  return onlyTells("pulling", `whether ${strange.join(", ")} can be had`, hypothesis);
}
