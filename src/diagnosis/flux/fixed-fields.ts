import type { FieldPath } from "../../manifest/path.ts";
import type { ObjectRef } from "../../signal/object.ts";
import type { FieldHistory, Scene } from "../scene.ts";

/**
 * What the newest commit changed of an object's content that touched a field which the API server says cannot change in
 * place: a selector and its labels go together. Empty where no commit within reach touched it.
 */
export function fixedFieldChanges(scene: Scene, object: ObjectRef, text: string): readonly FieldHistory[] {
  const changes = scene.changes(object).filter(({ path }) => path[0] === "spec");
  const guilty = changes.find(({ path }) => mayBeFixed(path, text));
  return changes.filter(({ commit }) => commit.commit === guilty?.commit.commit);
}

// `spec.selector: Invalid value: …: field is immutable`, or `spec: Forbidden: updates … other than 'replicas', … are forbidden`.
function mayBeFixed(path: FieldPath, text: string): boolean {
  const named = [...text.matchAll(/\b(spec[\w.[\]]*): (?:Invalid value|Forbidden)/g)].map(([, field = ""]) =>
    wordsOf(field),
  );
  const free = [...(/other than (.*) are forbidden/s.exec(text)?.[1] ?? "").matchAll(/'(\w+)'/g)].map(
    ([, field]) => field,
  );
  const isNamed = named.length === 0 || named.some((words) => words.every((word, at) => isAlike(word, path[at])));
  return isNamed && !free.includes(String(path[1]));
}

function wordsOf(field: string): readonly string[] {
  return field.replace(/\[[^\]]*\]/g, "").split(".");
}

// A Service has its one address twice: `clusterIP` and `clusterIPs`. What changed as a whole changed this as well.
function isAlike(word: string, step: FieldPath[number] | undefined): boolean {
  return step === undefined || word === step || word === `${step}s`;
}
