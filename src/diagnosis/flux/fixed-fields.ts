import type { FieldPath } from "../../manifest/path.ts";

/**
 * Whether a field is among those of which the API server says that they cannot change in place:
 * `spec.selector: Invalid value: …: field is immutable`, or
 * `spec: Forbidden: updates … other than 'replicas', … are forbidden`.
 */
export function isFixed(path: FieldPath, text: string): boolean {
  const named = [...text.matchAll(/\b(spec[\w.[\]]*): (?:Invalid value|Forbidden)/g)].map(([, field = ""]) =>
    wordsOf(field),
  );
  const free = [...(/other than (.*) are forbidden/s.exec(text)?.[1] ?? "").matchAll(/'(\w+)'/g)].map(
    ([, field]) => field,
  );
  const isNamed = named.length === 0 || named.some((words) => words.every((word, at) => isAlike(word, path[at])));
  return path[0] === "spec" && isNamed && !free.includes(String(path[1]));
}

function wordsOf(field: string): readonly string[] {
  return field.replace(/\[[^\]]*\]/g, "").split(".");
}

// A Service has its one address twice: `clusterIP` and `clusterIPs`. What changed as a whole changed this as well.
function isAlike(word: string, step: FieldPath[number] | undefined): boolean {
  return step === undefined || word === step || word === `${step}s`;
}
