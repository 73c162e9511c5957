import { type ObjectRef, refText } from "../../signal/object.ts";
import { blame } from "../blame.ts";
import { confidenceOf } from "../confidence.ts";
import { contentHistoryOf } from "../history.ts";
import type { FactDraft, Foretold, Hypothesis } from "../hypothesis.ts";
import type { Intent } from "../intent.ts";
import { namesIn } from "../lookup.ts";
import { hasWord } from "../match.ts";
import { quantityOf } from "../quantity.ts";
import { listAt, mapAt, textAt } from "../read.ts";
import { nearestName } from "../reference/nearest.ts";
import { type Rule, TEMPLATE_BEFORE } from "../rule.ts";
import type { Scene } from "../scene.ts";
import type { Suspect } from "../suspect.ts";
import { declaredAt, suspectsOf } from "../suspects.ts";
import type { Symptom } from "../symptom.ts";
import { ailing, citeAbsence, citeFound, citeSuspect, citeSymptom, setting } from "../telling.ts";

/** A claim that no volume is bound to: its class does not exist, no volume fits, or the volume is elsewhere. */
export const storage: Rule = {
  name: "claim-is-not-bound",
  categories: ["pvc_storage"],
  sees: ["claim-pending", "unschedulable", "mount"],
  silentIf: ["the claim waits for its first pod", "the missing thing is a claim, a ConfigMap or a Secret"],
  asksFor: {
    "restore-fields": "the volume before the commit that names what cannot be mounted",
    "set-reference": TEMPLATE_BEFORE,
    "set-storage": "classes that exist: the one before the commit, or the one that comes near",
  },
  diagnose: (scene, trouble) => {
    const [claim] = ailing(trouble, "claim-pending");
    if (claim !== undefined) return [unbound(scene, trouble.root, claim)];
    const [pod] = ailing(trouble, "unschedulable").filter(({ ailment }) =>
      ailment.predicates.some(({ obstacle }) =>
        ["volume-node", "no-volume", "volume-in-use", "claim-unbound"].includes(obstacle.is),
      ),
    );
    const [mount] = ailing(trouble, "mount").filter(
      ({ ailment }) => !["object-missing", "key-missing", "claim-missing"].includes(ailment.hindrance.is),
    );
    const symptom = pod ?? mount;
    return symptom === undefined ? [] : [changed(scene, trouble.root, symptom) ?? unmounted(trouble.root, symptom)];
  },
  foretell,
};

// A claim's spec cannot be changed in place: whatever is wrong with it, a person has to make it anew.
function unbound(scene: Scene, root: ObjectRef, symptom: Symptom): Hypothesis {
  const claim = scene.lookup.get(root);
  const name = textAt(claim, "spec", "storageClassName");
  const changed = contentHistoryOf(scene, root);
  const why = whyUnbound(scene, root, name);
  const because = `${why.todo} A claim's ${why.field} cannot be changed in place: delete the claim once git says the right one.`;
  const meant = name === undefined ? undefined : classMeant(scene, root, name, changed);
  return {
    category: "pvc_storage",
    root,
    sentence: `${refText(root)} is not bound: ${why.text}.`,
    cites: [citeSymptom(symptom), ...why.facts, ...changed.slice(0, 2).map(citeSuspect)],
    confidence: confidenceOf({ prior: { right: 14, wrong: 1 }, supports: why.facts.length > 0 ? 1 : 0 }),
    advice: meant === undefined ? { is: "person", because } : { is: "change", intents: [meant], because },
    culprit: changed[0]?.commit ?? null,
    wrongIf: "a provisioner binds the claim without a change",
  };
}

const CLASS = ["spec", "storageClassName"];

// The class that a commit took away, or the one that comes near: written into git, which a person has to finish.
function classMeant(scene: Scene, root: ObjectRef, name: string, changed: readonly Suspect[]): Intent | undefined {
  const classes = namesIn(scene.lookup, "storage.k8s.io/StorageClass", null);
  if (classes.includes(name) || declaredAt(scene, root, CLASS) !== name) return undefined;
  const before = changed.find(({ path }) => path.join("/") === CLASS.join("/"))?.from;
  const to = classes.find((each) => each === before) ?? nearestName(name, classes);
  if (to === undefined) return undefined;
  const basis = `storage class ${to} exists`;
  return setting("set-storage", root, [{ path: CLASS, from: name, to }], basis);
}

// Neither a claim nor a mount is tried here.
function foretell(after: Scene, { root }: Hypothesis): Foretold {
  if (root.kind !== "PersistentVolumeClaim") return { silent: "unknown", because: "only mounting tells" };
  const name = textAt(after.lookup.get(root), ...CLASS) ?? "";
  return after.lookup.find("storage.k8s.io/StorageClass", null, name) === undefined
    ? { silent: false, because: `storage class ${name} would not be there either` }
    : { silent: "unknown", because: `storage class ${name} exists; the claim has to be made anew to use it` };
}

type Why = {
  readonly text: string;
  readonly todo: string;
  readonly field: string;
  readonly facts: readonly FactDraft[];
};

function whyUnbound(scene: Scene, root: ObjectRef, name: string | undefined): Why {
  const classes = namesIn(scene.lookup, "storage.k8s.io/StorageClass", null);
  if (
    name !== undefined &&
    name !== "" &&
    scene.lookup.isListed("storage.k8s.io/StorageClass") &&
    !classes.includes(name)
  ) {
    return {
      text: `storage class ${name} does not exist`,
      todo: `Name one of ${classes.join(", ")} instead of ${name}.`,
      field: "storage class",
      facts: [
        citeAbsence(
          "storage-class",
          `storage class ${name} does not exist; there are ${classes.join(", ")}`,
          `StorageClass/${name}`,
        ),
      ],
    };
  }
  return noVolume(scene, root, name);
}

function noVolume(scene: Scene, root: ObjectRef, name: string | undefined): Why {
  const claim = scene.lookup.get(root);
  const wanted = quantityOf(mapAt(claim, "spec", "resources", "requests")["storage"]) ?? 0;
  const modes = listAt(claim, "spec", "accessModes").map(String);
  const volumes = scene.lookup
    .all("/PersistentVolume")
    .filter((volume) => (textAt(volume, "spec", "storageClassName") ?? "") === (name ?? ""));
  const free = volumes.filter((volume) => textAt(volume, "status", "phase") === "Available");
  const large = free.filter((volume) => (quantityOf(mapAt(volume, "spec", "capacity")["storage"]) ?? 0) >= wanted);
  const fitting = large.filter((volume) => modes.every((mode) => listAt(volume, "spec", "accessModes").includes(mode)));
  const facts = volumes
    .slice(0, 3)
    .map((volume) =>
      citeFound(
        "volume",
        `volume ${volume.metadata.name} is ${textAt(volume, "status", "phase") ?? "unknown"} and holds ${String(mapAt(volume, "spec", "capacity")["storage"])}`,
        `PersistentVolume/${volume.metadata.name}`,
      ),
    );
  const base = { field: "size, class and access mode", facts };
  if (volumes.length === 0)
    return { ...base, text: "nothing provides a volume for it", todo: "Provide a volume or a class that makes one." };
  if (free.length === 0)
    return { ...base, text: "every volume of its class is taken", todo: "Release a volume or provide another." };
  if (large.length === 0)
    return {
      ...base,
      text: "no free volume is as large as it asks",
      todo: "Ask for what a volume holds, or provide a larger one.",
    };
  if (fitting.length === 0)
    return {
      ...base,
      text: `no free volume offers ${modes.join(", ")}`,
      todo: "Ask for an access mode that a volume offers.",
    };
  return { ...base, text: "its selector or volume name fits no free volume", todo: "Select a volume that is there." };
}

// A volume that came with a commit which names what cannot be mounted.
function changed(scene: Scene, root: ObjectRef, symptom: Symptom): Hypothesis | undefined {
  if (symptom.ailment.is !== "mount") return undefined;
  const { message } = symptom.ailment;
  const [first] = suspectsOf(scene, root).filter(
    ({ path, to }) =>
      path.includes("volumes") &&
      typeof to === "string" &&
      to.length > 2 &&
      hasWord(message, to) &&
      (SERVERS.includes(String(path.at(-1))) || !UNANSWERED.test(message)),
  );
  if (first === undefined) return undefined;
  return blame({
    category: "pvc_storage",
    root,
    sentence: `A volume of ${refText(root)} cannot be mounted: ${message}.`,
    symptoms: [symptom],
    suspects: [first],
    prior: { right: 9, wrong: 1 },
    wrongIf: "the volume is mounted without a change",
  });
}

// A server that does not answer says nothing of what it is asked for.
const UNANSWERED = /timed out|refused|no route|host is down|not responding|unreachable/i;
const SERVERS = ["server", "driver", "monitors", "endpoints"];

function unmounted(root: ObjectRef, symptom: Symptom): Hypothesis {
  return {
    category: "pvc_storage",
    root,
    sentence: `A volume of ${refText(root)} cannot be used where its pod should run: ${symptom.text}.`,
    cites: [citeSymptom(symptom)],
    confidence: confidenceOf({ prior: { right: 14, wrong: 1 } }),
    advice: { is: "person", because: "Free the volume, or let the pod run where its volume is." },
    culprit: null,
    wrongIf: "the volume is attached without a change",
  };
}
