import type { Gvk } from "./id.ts";

/** Names a field in every object of a kind (of all kinds without). */
export type FieldSpec = Gvk & {
  readonly path: string;
  /** The path in steps; a step that ends in `[]` is a list. */
  readonly steps: readonly string[];
  readonly create: boolean;
};

/** A field specification from what is said of it. */
export function fieldSpec(path: string, gvk: Partial<Gvk> = {}, create = false): FieldSpec {
  return {
    group: gvk.group ?? "",
    version: gvk.version ?? "",
    kind: gvk.kind ?? "",
    path,
    steps: splitPath(path, "/"),
    create,
  };
}

/** The steps of a path; a backslash before the delimiter keeps it within a step. */
function splitPath(path: string, delimiter: string): readonly string[] {
  const parts = path.split(delimiter);
  // A path may begin with the delimiter.
  if (parts.length > 1 && parts[0] === "") parts.shift();
  const steps: string[] = [];
  for (const part of parts) {
    const last = steps.at(-1);
    if (last?.endsWith("\\")) steps[steps.length - 1] = `${last.slice(0, -1)}${delimiter}${part}`;
    else steps.push(part);
  }
  return steps;
}

/** The steps of a path in which `[name=a.b]` is one step, whatever it holds. */
export function splitBracketedPath(path: string): readonly string[] {
  const parts = splitPath(path, ".");
  const steps: string[] = [];
  for (let at = 0; at < parts.length; at++) {
    let step = parts[at] ?? "";
    const isOpen = step.startsWith("[") && !step.endsWith("]");
    while (isOpen && at < parts.length - 1) {
      const part = parts[++at] ?? "";
      step += `.${part}`;
      if (part.endsWith("]")) break;
    }
    steps.push(isOpen && !step.includes("=") ? step.replace(/^[[\]]+|[[\]]+$/g, "") : step);
  }
  return steps;
}
