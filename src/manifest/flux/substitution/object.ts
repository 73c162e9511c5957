import type { VariableUse } from "../../origin.ts";
import {
  type Entry,
  type Mapping,
  mapChildren,
  type Node,
  type Place,
  type Scalar,
  type Source,
} from "../../yaml/node.ts";
import { parseConfiguration } from "../../yaml/parse.ts";
import { compareKeys, printDocument } from "../../yaml/print.ts";
import { resolveScalar } from "../../yaml/scalar.ts";
import { resolveNode } from "../../yaml/value.ts";
import { meaningOf, reread } from "../reread.ts";
import { opaqueValue, type Variables, variableUse } from "../variables.ts";
import { substituteScalar } from "./scalar.ts";
import { type Substituted, substitute, variablesIn } from "./substitute.ts";
import { BadSubstitution } from "./template.ts";

/** The source of a substituted field: the bytes of its template, and the variables in them. */
export type SubstitutedSource = Source & { readonly variables: readonly VariableUse[] };

/** An object after substitution, or why Flux refuses it. */
export type SubstitutedObject =
  | { readonly ok: true; readonly node: Mapping }
  | { readonly ok: false; readonly because: string; readonly place?: Place };

/**
 * Substitutes the variables of an object as Flux does, which does it in the object's printed text and reads that again:
 * a number that replaces a variable is a number. What did not change keeps its nodes.
 */
export function substituteObject(node: Mapping, variables: Variables): SubstitutedObject {
  if (!mentionsVariable(node)) return { ok: true, node };
  const substituted = refusing((): SubstitutedObject => {
    const each = substituteEach(node, variables);
    return each?.kind === "map" ? { ok: true, node: each } : inPrintedText(node, variables);
  });
  return substituted.ok ? substituted : { ...substituted, place: firstRefused(node, variables) ?? node };
}

/** The first value that alone is refused already. */
function firstRefused(node: Node, variables: Variables): Node | undefined {
  if (node.kind === "scalar") return node.text.includes("$") && !evaluate(node.text, variables).ok ? node : undefined;
  const children = node.kind === "list" ? node.items : node.entries.map(({ value }) => value);
  for (const child of children) {
    const found = firstRefused(child, variables);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The same in the printed text as a whole, which alone knows what an expansion across fields or a bad one makes. */
export function substituteText(node: Mapping, variables: Variables): SubstitutedObject {
  return refusing(() => inPrintedText(node, variables));
}

function refusing(substituted: () => SubstitutedObject): SubstitutedObject {
  try {
    return substituted();
  } catch (error) {
    if (!(error instanceof BadSubstitution)) throw error;
    return { ok: false, because: `envsubst error: YAMLToJSON: ${error.message}` };
  }
}

function inPrintedText(node: Mapping, variables: Variables): SubstitutedObject {
  const printed = evaluate(printDocument(node), variables);
  if (!printed.ok) return { ok: false, because: `envsubst error: variable substitution failed: ${printed.because}` };
  const read = parseConfiguration({ source: node.source, text: printed.text, span: () => node });
  if (!read.ok) return { ok: false, because: `envsubst error: YAMLToJSON: ${read.flaw.message}` };
  const [fresh] = read.documents;
  if (fresh?.kind !== "map") return { ok: false, because: "UnmarshalJSON: the substituted text is no object" };
  const flaw = flawIn(fresh);
  if (flaw !== undefined) return { ok: false, because: `envsubst error: YAMLToJSON: ${flaw}` };
  return { ok: true, node: new Graft(variables).graftMap(node, fresh) };
}

/** Each scalar by itself; undefined where one of them, or a key, does not stand by itself. */
function substituteEach(node: Node, variables: Variables): Node | undefined {
  if (node.kind === "scalar") {
    if (!node.text.includes("$")) return node;
    const fresh = substituteScalar(node, (text) => evaluate(text, variables));
    return fresh && new Graft(variables).graft(node, fresh);
  }
  if (node.kind === "map" && node.entries.some(({ key }) => key.includes("$"))) return undefined;
  let isWhole = true;
  const made = mapChildren(node, (child) => {
    const fresh = isWhole ? substituteEach(child, variables) : undefined;
    isWhole &&= fresh !== undefined;
    return fresh ?? child;
  });
  return isWhole ? made : undefined;
}

/** Why a scalar that was read has no value in JSON. */
function flawIn(node: Node): string | undefined {
  if (node.kind === "scalar") return meaningOf(node).flaw;
  const children = node.kind === "list" ? node.items : node.entries.map(({ value }) => value);
  for (const child of children) {
    const flaw = flawIn(child);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function evaluate(text: string, variables: Variables): Substituted {
  return substitute(
    text,
    (name) => knownValue(name, variables),
    (name) => unsetValue(name, variables),
  );
}

/** Whether a dollar sign stands anywhere in the object. */
export function mentionsVariable(node: Node): boolean {
  if (node.kind === "scalar") return node.text.includes("$");
  if (node.kind === "list") return node.items.some(mentionsVariable);
  return node.entries.some(({ key, value }) => key.includes("$") || mentionsVariable(value));
}

function knownValue(name: string, variables: Variables): string | undefined {
  const found = variables.lookup(name);
  return found?.isOpaque === true ? opaqueValue(name) : found?.value;
}

// Without strict mode, which is Flux's default, a variable that is nowhere set is empty.
function unsetValue(name: string, variables: Variables): string {
  return variables.unknown.length > 0 ? opaqueValue(name) : "";
}

/** Puts what substitution changed into the object it changed, so that every field still knows its bytes. */
class Graft {
  readonly #variables: Variables;

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  graftMap(old: Mapping, fresh: Mapping): Mapping {
    // Both were printed in the same order; only a value that brings keys of its own makes the counts differ.
    const printed = old.entries.toSorted((a, b) => compareKeys(a.key, b.key));
    const isAligned = printed.length === fresh.entries.length;
    const counterpart = (entry: Entry, index: number): Entry | undefined =>
      isAligned ? printed[index] : printed.find(({ key }) => key === entry.key);
    const made = fresh.entries.map((entry, index) => {
      const from = counterpart(entry, index);
      if (from === undefined) return { ...entry, value: this.#moved(entry.value, old) };
      const key = entry.key === from.key ? entry.key : keyMeant(entry.key);
      return { ...from, key, keyTag: "!!str", value: this.graft(from.value, entry.value) };
    });
    const isUnchanged =
      isAligned &&
      made.every((entry, index) => entry.value === printed[index]?.value && entry.key === printed[index]?.key);
    return isUnchanged ? old : { ...old, entries: made };
  }

  graft(old: Node, fresh: Node): Node {
    if (old.kind === "map" && fresh.kind === "map") return this.graftMap(old, fresh);
    if (old.kind === "list" && fresh.kind === "list") {
      if (old.items.length !== fresh.items.length) return this.#moved(fresh, old);
      const { items } = fresh;
      let index = 0;
      return mapChildren(old, (item) => this.graft(item, items[index++] ?? item));
    }
    if (old.kind === "scalar" && fresh.kind === "scalar" && isSame(old, fresh)) return old;
    return this.#moved(fresh, old);
  }

  #moved(node: Node, old: Node): Node {
    const names = old.kind === "scalar" ? variablesIn(old.text) : [];
    const variables = names.map((name) => variableUse(this.#variables, name));
    const source: SubstitutedSource = { file: old.source.file, way: "substitution", variables };
    return placed(reread(node), { source, start: old.start, end: old.end, behind: old });
  }
}

/** A key that substitution made is read like any scalar, and then written as a text. */
function keyMeant(key: string): string {
  if (key === "") throw new BadSubstitution("did not find expected key");
  const { value, digits } = resolveScalar(key, "PLAIN", undefined, "configuration");
  return digits ?? String(value);
}

function placed(node: Node, place: Place): Node {
  const { source, start, end, behind } = place;
  const at = { source, start, end, behind };
  if (node.kind === "scalar") return { ...node, ...at };
  return { ...mapChildren(node, (child) => placed(child, place)), ...at };
}

/** Whether the object already says what was read again. */
function isSame(old: Scalar, fresh: Scalar): boolean {
  const before = resolveNode(old);
  const after = meaningOf(fresh);
  return before.value === after.value && before.digits === after.digits;
}
