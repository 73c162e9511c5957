import type { Refusal } from "../rendered.ts";
import {
  fieldOf,
  type Mapping,
  mappingAt,
  type Node,
  type Place,
  type Scalar,
  scalarAt,
  sequenceAt,
  withEntry,
} from "../yaml/node.ts";
import { parseConfiguration } from "../yaml/parse.ts";
import type { Text } from "../yaml/text.ts";
import type { ValuesFrom } from "./helm-release.ts";
import { reread } from "./reread.ts";

/** The text behind one key of a ConfigMap; `opaque` for a Secret's, which is nobody's business. */
export type ValuesText = Text | "opaque" | "absent" | "unknown";

/** The values that a chart is rendered with; every node knows the bytes that set it. */
export type MergedValues =
  | { readonly ok: true; readonly values: Mapping; readonly unknown: readonly string[] }
  | { readonly ok: false; readonly refusal: Refusal };

/** Merges what a HelmRelease refers to, in order, and its own values over all, as helm-controller does. */
export function mergeHelmValues(
  own: Mapping,
  valuesFrom: readonly ValuesFrom[],
  find: (from: ValuesFrom) => ValuesText,
): MergedValues {
  const merge = new Merge(own);
  for (const from of valuesFrom) {
    const refusal = merge.add(from, find(from));
    if (refusal !== undefined) return { ok: false, refusal };
  }
  return { ok: true, values: merge.done(), unknown: merge.unknown };
}

class Merge {
  readonly unknown: string[] = [];
  readonly #place: Place;
  #own: Mapping;
  #merged: Mapping;

  constructor(own: Mapping) {
    this.#place = own;
    this.#own = own;
    this.#merged = mappingAt(own, []);
  }

  done(): Mapping {
    return mergeMaps(this.#merged, this.#own);
  }

  add(from: ValuesFrom, text: ValuesText): Refusal | undefined {
    const name = `${from.kind}/${from.name} key '${from.valuesKey}'`;
    if (text === "absent") {
      if (from.optional) return undefined;
      return this.#refuse("VALUES_MISSING", `could not resolve chart values reference ${name}: not found`);
    }
    if (typeof text !== "string")
      return from.targetPath === null ? this.#addAll(text, name) : this.#set(from, text, name);
    this.unknown.push(name);
    return undefined;
  }

  #addAll(text: Text, name: string): Refusal | undefined {
    const read = parseConfiguration(text);
    if (!read.ok) return this.#refuse("MALFORMED_YAML", `unable to read values from ${name}: ${read.flaw.message}`);
    const [values] = read.documents;
    if (values === undefined) return undefined;
    if (values.kind !== "map") return this.#refuse("WRONG_TYPE", `unable to read values from ${name}: it is no map`);
    this.#merged = mergeMaps(this.#merged, reread(values) as Mapping);
    return undefined;
  }

  #set({ targetPath, literal }: ValuesFrom, text: Text, name: string): Refusal | undefined {
    const path = targetSteps(targetPath ?? "");
    const value = literal ? literalOf(text) : settingOf(text);
    if (path === undefined || value === undefined)
      return this.#refuse(
        "UNSUPPORTED",
        `${name} uses Helm's --set syntax beyond a plain value, which is not followed here`,
      );
    const merged = mergeMaps(this.#merged, this.#own);
    // Maps are shared in Helm's memory: what is set beneath one that only the release itself has, it has from then on.
    if (isShared(this.#merged, this.#own, path)) this.#own = setAt(this.#own, path, value) as Mapping;
    this.#merged = setAt(merged, path, value) as Mapping;
    return undefined;
  }

  #refuse(code: string, message: string): Refusal {
    return { code, message, file: this.#place.source.file };
  }
}

/** The second map over the first; maps are merged, everything else replaced. */
export function mergeMaps(under: Mapping, over: Mapping): Mapping {
  let merged = under;
  for (const { key, value } of over.entries) {
    const before = fieldOf(merged, key);
    merged = withEntry(merged, key, before?.kind === "map" && value.kind === "map" ? mergeMaps(before, value) : value);
  }
  return merged;
}

type Steps = readonly (string | number)[];

/** The steps of `a.b\\.c[0]`. */
function targetSteps(path: string): Steps | undefined {
  const steps: (string | number)[] = [];
  const step = /\.?((?:[^.[\]\\]|\\.)+)|\[(\d{1,5})\]/y;
  while (step.lastIndex < path.length) {
    const match = step.exec(path);
    if (match === null) return undefined;
    steps.push(match[1] === undefined ? Number(match[2]) : match[1].replaceAll(/\\(.)/g, "$1"));
  }
  return steps.length === 0 ? undefined : steps;
}

function literalOf(text: Text): Scalar {
  return scalarAt(placeOf(text), text.text, "!!str", "QUOTE_DOUBLE");
}

/** The value as `helm --set` takes it; undefined where it holds more than one plain value. */
function settingOf(text: Text): Scalar | undefined {
  const quoted = /^(['"]).*\1$/s.exec(text.text);
  const value = quoted === null ? text.text : text.text.replace(/^['"]+/, "").replace(/['"]+$/, "");
  if (/[,[\]{}\\]/.test(value)) return undefined;
  const place = placeOf(text);
  if (quoted === null && /^(?:true|false)$/.test(value)) return scalarAt(place, value, "!!bool", "PLAIN");
  if (quoted === null && value === "null") return scalarAt(place, value, "!!null", "PLAIN");
  if (quoted === null && /^(?:0|[-+]?[1-9]\d{0,17})$/.test(value))
    return scalarAt(place, String(Number(value)), "!!int", "PLAIN");
  return scalarAt(place, value, "!!str", "QUOTE_DOUBLE");
}

function placeOf({ source, text, span }: Text): Place {
  return { source, ...span(0, text.length), behind: undefined };
}

/** Whether the map above the last step is one that only the release's own values have. */
function isShared(merged: Mapping, own: Mapping, path: Steps): boolean {
  let [there, here]: readonly (Node | undefined)[] = [merged, own];
  for (const step of path.slice(0, -1)) {
    [there, here] = [childOf(there, step), childOf(here, step)];
    if (here === undefined || here.kind === "scalar") return false;
    if (there?.kind !== "map") return true;
  }
  return false;
}

function childOf(node: Node | undefined, step: string | number): Node | undefined {
  return node?.kind === "list" ? node.items[Number(step)] : fieldOf(node, String(step));
}

/** The node with a value set; maps and lists on the way are made where they are missing. */
function setAt(node: Node | undefined, [step, ...rest]: Steps, value: Scalar): Node {
  if (step === undefined) return value;
  if (typeof step === "string") {
    const map = node?.kind === "map" ? node : mappingAt(value, []);
    return withEntry(map, step, setAt(fieldOf(map, step), rest, value));
  }
  const items = node?.kind === "list" ? [...node.items] : [];
  while (items.length <= step) items.push(scalarAt(value, "null", "!!null", "PLAIN"));
  return sequenceAt(node ?? value, items.with(step, setAt(items[step], rest, value)));
}
