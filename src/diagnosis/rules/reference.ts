import { type ObjectRef, refText } from "../../signal/object.ts";
import { blame } from "../blame.ts";
import type { Category } from "../category.ts";
import { confidenceOf } from "../confidence.ts";
import { declaredOf } from "../declared.ts";
import type { Advice, Foretold, Hypothesis } from "../hypothesis.ts";
import type { Hindrance } from "../message/container.ts";
import { mapAt } from "../read.ts";
import { nearestName } from "../reference/nearest.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { declaredAt, historyOf, type Suspect, suspectsOf } from "../suspects.ts";
import type { Symptom, Trouble } from "../symptom.ts";
import { ailing, citeAbsence, citeFound, citeSymptom, setting } from "../telling.ts";
import { podTemplateOf, type Reference, referencesOf } from "../workload.ts";

/**
 * A pod reads a ConfigMap, Secret, key or claim that does not exist (kubelet: CreateContainerConfigError, FailedMount;
 * scheduler: persistentvolumeclaim not found).
 */
export const reference: Rule = {
  name: "reference-to-nothing",
  categories: ["configmap_missing", "configmap_content", "secret_missing", "pvc_storage"],
  diagnose: (scene, trouble) => {
    const found = lostReference(trouble);
    if (found === undefined || isBack(scene, trouble.root, found.lost)) return [];
    return [judge(scene, trouble.root, found.symptom, found.lost)];
  },
  foretell: (after, hypothesis) => foretell(after, hypothesis.root),
};

/** What is read and is not there: an object, or one key of it. */
type Lost = { readonly kind: Reference["kind"]; readonly name: string | null; readonly key: string | null };

function lostReference(trouble: Trouble): { readonly symptom: Symptom; readonly lost: Lost } | undefined {
  for (const symptom of ailing(trouble, "hindered", "mount")) {
    const lost = lostIn(symptom.ailment.hindrance);
    if (lost !== undefined) return { symptom, lost };
  }
  for (const symptom of ailing(trouble, "unschedulable")) {
    for (const { obstacle } of symptom.ailment.predicates) {
      if (obstacle.is === "claim-missing")
        return { symptom, lost: { kind: "PersistentVolumeClaim", name: obstacle.claim, key: null } };
    }
  }
  return undefined;
}

function lostIn(hindrance: Hindrance): Lost | undefined {
  if (hindrance.is === "object-missing") return { kind: hindrance.kind, name: hindrance.name, key: null };
  if (hindrance.is === "key-missing") return { kind: hindrance.kind, name: hindrance.name, key: hindrance.key };
  return hindrance.is === "claim-missing"
    ? { kind: "PersistentVolumeClaim", name: hindrance.name, key: null }
    : undefined;
}

// Since the message was written the object may have come: then the kubelet tries again and all is well.
function isBack(scene: Scene, root: ObjectRef, lost: Lost): boolean {
  if (lost.name === null) return false;
  const object = scene.lookup.find(`/${lost.kind}`, root.namespace, lost.name);
  if (object === undefined) return false;
  return lost.key === null || lost.key in mapAt(object, "data") || lost.key in mapAt(object, "binaryData");
}

function judge(scene: Scene, root: ObjectRef, symptom: Symptom, lost: Lost): Hypothesis {
  const sentence = `${refText(root)} reads ${lostText(lost)}, which does not exist.`;
  const category = categoryOf(lost);
  const wrongIf = `${lostText(lost)} is there`;
  const absence = citeAbsence(
    "reference",
    `${lostText(lost)} is not there`,
    `${lost.kind}/${root.namespace}/${lost.name ?? ""}`,
  );
  const facts = isAbsent(scene, root, lost) ? [absence] : [];
  const [first, ...rest] = culprits(scene, root, lost);
  const removed = removal(scene, root, lost);
  // What was there when it was first asked for is missing for another reason.
  const isGoneSince = (removed?.culprit?.at ?? "") > (first?.commit?.at ?? "");
  if (first !== undefined && !isGoneSince) {
    return blame({
      category: first.object.kind === "ConfigMap" ? "configmap_content" : category,
      root,
      sentence,
      symptoms: [symptom],
      suspects: [first, ...rest],
      facts,
      prior: { right: 29, wrong: 1 },
      supports: facts.length,
      wrongIf,
    });
  }
  const repair = removed ?? renamed(scene, root, lost);
  const advice: Advice = repair?.advice ?? {
    is: "person",
    because: `Make ${lostText(lost)} in ${root.namespace}, or say what ${root.name} should read instead.`,
  };
  return {
    category,
    root,
    sentence,
    cites: [citeSymptom(symptom), ...facts, ...(repair?.cites ?? [])],
    confidence: confidenceOf({ prior: { right: 29, wrong: 2 }, supports: facts.length }),
    advice,
    culprit: repair?.culprit ?? null,
    wrongIf,
  };
}

function categoryOf(lost: Lost): Category {
  if (lost.kind === "Secret") return "secret_missing";
  return lost.kind === "PersistentVolumeClaim" ? "pvc_storage" : "configmap_missing";
}

function lostText(lost: Lost): string {
  const object = lost.name === null ? `a ${lost.kind}` : `${lost.kind} ${lost.name}`;
  return lost.key === null ? object : `key ${lost.key} of ${object}`;
}

function isAbsent(scene: Scene, root: ObjectRef, lost: Lost): boolean {
  return lost.name !== null && scene.lookup.isListed(`/${lost.kind}`, root.namespace);
}

/** The references of the workload, as git has it or as it runs, that ask for what is lost. */
function askers(scene: Scene, root: ObjectRef, lost: Lost): readonly Reference[] {
  const object = declaredOf(scene, root) ?? scene.lookup.get(root);
  const template = object === undefined ? undefined : podTemplateOf(object);
  if (template === undefined) return [];
  return referencesOf(template).filter(
    (candidate) =>
      candidate.kind === lost.kind &&
      (lost.name === null || candidate.name === lost.name) &&
      (lost.key === null || candidate.key === lost.key),
  );
}

// Either the workload was made to ask for another thing, or the thing itself lost the key.
function culprits(scene: Scene, root: ObjectRef, lost: Lost): readonly Suspect[] {
  const paths = askers(scene, root, lost).flatMap((asker) => [
    asker.path,
    ...(asker.keyPath === null ? [] : [asker.keyPath]),
  ]);
  const all = suspectsOf(scene, root);
  const own = all.filter(
    (suspect) =>
      suspect.object.kind === root.kind &&
      (suspect.to === lost.name || suspect.to === lost.key) &&
      paths.some((path) => path.join("/") === suspect.path.join("/")),
  );
  const added = all.filter((suspect) => suspect.from === undefined && asksFor(suspect, lost));
  if (own.length > 0 || added.length > 0) return own.length > 0 ? own : added;
  const { key } = lost;
  if (key === null) return [];
  const taken = all.find(
    (suspect) => suspect.object.kind === lost.kind && suspect.to === undefined && isDataKey(suspect, key),
  );
  if (taken === undefined) return [];
  const partner = all.filter(
    (suspect) =>
      suspect.object.kind === lost.kind &&
      suspect.object.name === taken.object.name &&
      suspect.from === undefined &&
      suspect.to === taken.from &&
      suspect.commit?.commit === taken.commit?.commit,
  );
  return [taken, ...partner];
}

// A whole variable, volume or container that came with the reference in it.
function asksFor(suspect: Suspect, lost: Lost): boolean {
  if (typeof suspect.to !== "object" || suspect.to === null) return false;
  const text = JSON.stringify(suspect.to);
  return text.includes(JSON.stringify(lost.key ?? lost.name));
}

function isDataKey(suspect: Suspect, key: string): boolean {
  return (suspect.path[0] === "data" || suspect.path[0] === "binaryData") && suspect.path[1] === key;
}

type Repair = { readonly advice: Advice; readonly cites: Hypothesis["cites"]; readonly culprit: Hypothesis["culprit"] };

// The object itself stood in git, and a commit took it away.
function removal(scene: Scene, root: ObjectRef, lost: Lost): Repair | undefined {
  if (lost.name === null || lost.key !== null) return undefined;
  const ref = { apiVersion: "v1", kind: lost.kind, namespace: root.namespace, name: lost.name };
  if (declaredOf(scene, ref) !== undefined) return awaited(ref);
  const gone = historyOf(scene, ref).find((suspect) => suspect.path.length === 0 && suspect.to === undefined);
  if (gone?.commit === undefined || gone.commit === null) return undefined;
  const { commit, subject, at } = gone.commit;
  const text = `commit ${commit.slice(0, 8)} "${subject}" removed ${refText(ref)}`;
  return {
    advice: {
      is: "change",
      intents: [{ kind: "restore-object", object: gone.object, commit }],
      because: `Bring ${refText(ref)} back, which commit ${commit.slice(0, 8)} removed.`,
    },
    cites: [{ verdict: "FOUND", kind: "commit", text, source: `git ${commit.slice(0, 8)}`, at }],
    culprit: gone.commit,
  };
}

function awaited(ref: ObjectRef): Repair {
  return {
    advice: { is: "nothing", because: `${refText(ref)} is in git already: see why it has not been applied.` },
    cites: [citeFound("reference", `${refText(ref)} is in the repository`, refText(ref))],
    culprit: null,
  };
}

// What exists beside it under almost the same name.
function renamed(scene: Scene, root: ObjectRef, lost: Lost): Repair | undefined {
  const [asker] = askers(scene, root, lost);
  if (asker === undefined || !scene.lookup.isListed(`/${lost.kind}`, root.namespace)) return undefined;
  const wanted = lost.key ?? lost.name;
  const path = lost.key === null ? asker.path : asker.keyPath;
  if (wanted === null || path === null || declaredAt(scene, root, path) !== wanted) return undefined;
  const meant = nearestName(wanted, lost.key === null ? holders(scene, root, lost, asker) : keysOf(scene, root, lost));
  if (meant === undefined) return undefined;
  const basis = `${meant} exists in ${root.namespace}, and ${wanted} is a slip away from it`;
  const paths = askers(scene, root, lost).map((candidate) =>
    lost.key === null ? candidate.path : (candidate.keyPath ?? path),
  );
  const fields = paths.map((each) => ({ path: each, from: wanted, to: meant }));
  return {
    advice: {
      is: "change",
      intents: [setting("set-reference", root, fields, basis)],
      because: `Read ${meant} instead of ${wanted}: ${basis}.`,
    },
    cites: [citeFound("reference", basis, `${lost.kind}/${root.namespace}/${meant}`)],
    culprit: null,
  };
}

// Only an object that has the key that is asked for can have been meant.
function holders(scene: Scene, root: ObjectRef, lost: Lost, asker: Reference): readonly string[] {
  return scene.lookup
    .all(`/${lost.kind}`)
    .filter((object) => object.metadata.namespace === root.namespace)
    .filter((object) => asker.key === null || asker.key in mapAt(object, "data"))
    .map((object) => object.metadata.name);
}

function keysOf(scene: Scene, root: ObjectRef, lost: Lost): readonly string[] {
  const object = lost.name === null ? undefined : scene.lookup.find(`/${lost.kind}`, root.namespace, lost.name);
  return [...Object.keys(mapAt(object, "data")), ...Object.keys(mapAt(object, "binaryData"))];
}

// The kubelet asks for nothing else than that everything which is not optional is there.
function foretell(after: Scene, root: ObjectRef): Foretold {
  const object = after.lookup.get(root);
  const template = object === undefined ? undefined : podTemplateOf(object);
  if (template === undefined) return { silent: "unknown", because: `${refText(root)} is not among what was read` };
  const asked = referencesOf(template).filter(({ optional }) => !optional);
  const missing = asked.find((reference) => isMissing(after, root, reference));
  if (missing !== undefined) {
    const what = missing.key === null ? "" : `key ${missing.key} of `;
    return { silent: false, because: `${what}${missing.kind} ${missing.name} would still not be there` };
  }
  return { silent: true, because: `everything that ${root.name} reads would be there` };
}

function isMissing(after: Scene, root: ObjectRef, { kind, name, key }: Reference): boolean {
  const object = after.lookup.find(`/${kind}`, root.namespace, name);
  if (object === undefined) return after.lookup.isListed(`/${kind}`, root.namespace);
  return key !== null && !(key in mapAt(object, "data")) && !(key in mapAt(object, "binaryData"));
}
