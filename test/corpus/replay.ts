import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { operationsBetween } from "../../src/manifest/edit/between.ts";
import { editDocument } from "../../src/manifest/edit/document.ts";
import type { Edited } from "../../src/manifest/edit/edit.ts";
import { openFile } from "../../src/manifest/edit/opening.ts";
import type { NodeOperation } from "../../src/manifest/edit/operation.ts";
import { readValue } from "../../src/manifest/edit/reading.ts";
import { isList, isMap } from "../../src/manifest/json.ts";
import type { Json } from "../../src/signal/object.ts";

/** One human edit of a file: the fields it changed, and the bytes before and after. */
export type HumanEdit = {
  readonly id: string;
  readonly path: string;
  readonly kind: string;
  readonly clean: boolean;
  readonly why?: string;
  readonly edits: readonly FieldFact[];
  readonly before: string;
  readonly after: string;
};

type Step = string | number;
type FieldFact = {
  readonly path: readonly [number, ...Step[]];
  readonly old: Json;
  readonly new: Json;
  readonly in_before: boolean;
  readonly in_after: boolean;
};

/** What our editor makes of a human's edit. */
export type Replayed = { readonly id: string; readonly path: string } & (
  | { readonly after: string }
  | { readonly refused: string }
);

/** The human edits of a `.jsonl` or `.jsonl.gz` file. */
export function readEdits(file: string): readonly HumanEdit[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as HumanEdit);
}

/** Makes a human's edit again, knowing the fields and their new values only. */
export function replay({ id, path, edits, before }: HumanEdit): Replayed {
  let bytes: Uint8Array = new TextEncoder().encode(before);
  // From the last document on, so that one that goes does not move those before it.
  const documents = [...new Set(edits.map((edit) => edit.path[0]))].sort((a, b) => b - a);
  for (const document of documents) {
    const facts = edits.filter((edit) => edit.path[0] === document);
    const edited = withFacts(bytes, path, document, facts);
    if (!edited.ok) return { id, path, refused: `${edited.refusal.code}: ${edited.refusal.message}` };
    bytes = edited.bytes;
  }
  return { id, path, after: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes) };
}

function withFacts(bytes: Uint8Array, path: string, document: number, facts: readonly FieldFact[]): Edited {
  const opened = openFile(bytes, path);
  if (!opened.ok) return opened;
  const root = opened.documents[document];
  const before = root === undefined ? undefined : readValue(root, root);
  const leaves = before === undefined ? undefined : changedLeaves(before, facts);
  if (before === undefined || leaves === undefined) {
    return {
      ok: false,
      refusal: { code: "STALE", message: `${path}: a field does not say what it is said to`, file: path },
    };
  }
  const operations: readonly NodeOperation[] =
    leaves.length === 0 ? [{ do: "remove", path: [], from: before }] : operationsBetween(before, grown(leaves, 0));
  return editDocument(bytes, path, document, operations);
}

// The facts are leaves: what holds a leaf comes with it, and goes with its last one.
function changedLeaves(value: Json, facts: readonly FieldFact[]): readonly Leaf[] | undefined {
  const leaves = new Map(leavesOf(value, []).map((leaf) => [JSON.stringify(leaf.path.map(nameOf)), leaf]));
  for (const fact of facts) {
    const path = fact.path.slice(1);
    const key = JSON.stringify(path);
    const current = leaves.get(key)?.value;
    if (fact.in_before !== leaves.has(key) || (fact.in_before && !isSaid(fact.old, current))) return undefined;
    if (!fact.in_before && path.some((step) => step === "True" || step === "False")) return undefined;
    if (fact.in_after) leaves.set(key, { path: leaves.get(key)?.path ?? path, value: newValue(fact, current) });
    else leaves.delete(key);
  }
  return [...leaves.values()];
}

// As YAML 1.1 names a key: `on` is True.
function nameOf(step: Step): Step {
  if (typeof step === "number" || !/^(?:true|false|yes|no|on|off|y|n)$/i.test(step)) return step;
  return /^(?:true|yes|on|y)$/i.test(step) ? "True" : "False";
}

type Leaf = { readonly path: readonly Step[]; readonly value: Json };

function leavesOf(value: Json, path: readonly Step[]): readonly Leaf[] {
  if (isList(value) && value.length > 0) return value.flatMap((item, at) => leavesOf(item, [...path, at]));
  if (isMap(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, key]));
  }
  return [{ path, value }];
}

function grown(leaves: readonly Leaf[], depth: number): Json {
  const whole = leaves.find(({ path }) => path.length === depth);
  if (whole !== undefined) return whole.value;
  const groups = Map.groupBy(leaves, ({ path }) => path[depth] ?? "");
  const steps = [...groups.keys()];
  if (!steps.every((step) => typeof step === "number")) {
    return Object.fromEntries([...groups].map(([step, below]) => [String(step), grown(below, depth + 1)]));
  }
  return steps.toSorted((a, b) => a - b).map((step) => grown(groups.get(step) ?? [], depth + 1));
}

// The facts were read with YAML 1.1, which takes `yes` for a boolean and leaves days alone; an empty map is `{}` there.
function isSaid(old: Json, current: Json | undefined): boolean {
  if (typeof current === "object" && current !== null) return old === JSON.stringify(current);
  return (
    current === old || current === midnight(old) || (typeof old === "boolean" && oppositeOf(current) !== undefined)
  );
}

function newValue(fact: FieldFact, current: Json | undefined): Json {
  if (fact.new === "{}") return {};
  if (fact.new === "[]") return [];
  if (current === midnight(fact.old) && fact.new !== fact.old) return midnight(fact.new);
  return typeof fact.new === "boolean" ? (oppositeOf(current) ?? fact.new) : fact.new;
}

function midnight(day: Json): string {
  return `${day}T00:00:00Z`;
}

function oppositeOf(word: Json | undefined): string | undefined {
  const pairs = ["yes no", "Yes No", "YES NO", "on off", "On Off", "ON OFF", "y n", "Y N"].map((pair) =>
    pair.split(" "),
  );
  return pairs.flatMap(([yes, no]) => (word === yes ? [no] : word === no ? [yes] : []))[0];
}
