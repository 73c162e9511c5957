import { compareBytes } from "../tree.ts";
import {
  fieldOf,
  isNull,
  type Mapping,
  type Node,
  type Sequence,
  textOf,
  withEntry,
  withoutEntry,
} from "../yaml/node.ts";
import { gvkOf } from "./id.ts";
import { DIRECTIVE, type Directive, isMissing, isReplacement, readDirective } from "./merge-directive.ts";
import { mergeItems, removeItems } from "./merge-list.ts";
import { isMergeList, type MergeList, type MergeSchema, type MergeType } from "./merge-schema.ts";
import { refuse } from "./refused.ts";
import { overwrite } from "./set-field.ts";

/**
 * What becomes of a field: undefined where it goes. A null that was written as such in the base stays; any other null
 * clears its field.
 */
type Merged = { readonly node: Node | undefined; readonly keepsNull: boolean };

const GONE: Merged = { node: undefined, keepsNull: false };

/**
 * Merges a strategic-merge patch into an object as kustomize does; undefined where the patch deletes it. Both sides may
 * be missing: a base without a patch is walked too, which drops its empty fields.
 */
export function mergeObject(base: Mapping, patch: Mapping, schema: MergeSchema): Mapping | undefined {
  // kustomize forgets to put the other object in place of this one.
  if (isReplacement(patch)) return base;
  const { node } = new Merge(schema).walk(base, patch, undefined);
  return node?.kind === "map" ? node : undefined;
}

/** Walks a base and a patch side by side. */
class Merge {
  readonly #schema: MergeSchema;

  constructor(schema: MergeSchema) {
    this.#schema = schema;
  }

  walk(base: Node | undefined, patch: Node | undefined, known: MergeType | MergeList | undefined): Merged {
    const shown = isMissing(base) ? patch : base;
    if (shown === undefined || isNull(shown)) return mergeNulls(base, patch);
    for (const node of [base, patch]) {
      if (node !== undefined && !isNull(node) && node.kind !== shown.kind) refuseKind(node, shown);
    }
    const type = known ?? this.#typeOf(base) ?? this.#typeOf(patch);
    if (shown.kind === "map") return this.#walkMap(base, patch, isMergeList(type) ? undefined : type);
    if (shown.kind === "list" && isMergeList(type)) return this.#walkList(base, patch, type);
    return { node: patch ?? base, keepsNull: false };
  }

  #typeOf(node: Node | undefined): MergeType | undefined {
    if (node?.kind !== "map") return undefined;
    const gvk = gvkOf(node);
    return gvk.kind === "" || gvk.version === "" ? undefined : this.#schema.typeOf(gvk);
  }

  #walkMap(base: Node | undefined, patch: Node | undefined, type: MergeType | undefined): Merged {
    if (patch !== undefined && isNull(patch) && !isMissing(base)) return GONE;
    const { directive, rest } = takeDirective(patch);
    if (directive === "delete") return GONE;
    // A patch that meets nothing, or replaces what it meets, is walked against itself: nested directives and nulls
    // within it count all the same.
    const isOwn = isMissing(base) || directive === "replace" || base === patch;
    const target = (isOwn ? rest : base) as Mapping;
    return { node: this.#mergeFields(target, isOwn ? target : rest, type), keepsNull: false };
  }

  #mergeFields(target: Mapping, patch: Node | undefined, type: MergeType | undefined): Mapping {
    const added = patch?.kind === "map" ? patch.entries : [];
    const tags = new Map([...added, ...target.entries].map(({ key, keyTag }) => [key, keyTag]));
    let merged = target;
    for (const [key, keyTag] of [...tags].sort(([a], [b]) => compareBytes(a, b))) {
      const base = fieldOf(target, key);
      const { node, keepsNull } = this.walk(base, fieldOf(patch, key), fieldType(type, key));
      const isGone = node === undefined || (isNull(node) && !keepsNull);
      if (isGone) merged = withoutEntry(merged, key);
      else if (node !== base || isNull(node)) {
        merged = withEntry(merged, key, overwrite(fieldOf(merged, key), node), keyTag);
      }
    }
    return merged;
  }

  #walkList(base: Node | undefined, patch: Node | undefined, list: MergeList): Merged {
    if (isMissing(base)) return this.#mergeItems(patch as Sequence, patch as Sequence, list);
    if (patch !== undefined && isNull(patch)) return GONE;
    const { directive, rest } = takeDirective(patch);
    if (directive === "delete") return GONE;
    const isOwn = directive === "replace" || base === patch;
    const target = (isOwn ? rest : base) as Sequence;
    return this.#mergeItems(target, (isOwn ? target : rest) as Sequence | undefined, list);
  }

  #mergeItems(base: Sequence, patch: Sequence | undefined, list: MergeList): Merged {
    return {
      node: mergeItems(base, patch, list, (old, item) => this.walk(old, item, list.items).node),
      keepsNull: false,
    };
  }
}

// Nothing but nulls: one that was written out in the base, and that no patch speaks of, stays.
function mergeNulls(base: Node | undefined, patch: Node | undefined): Merged {
  return patch === undefined && textOf(base) !== "" ? { node: base, keepsNull: true } : GONE;
}

function fieldType(type: MergeType | undefined, key: string): MergeType | MergeList | undefined {
  return type !== undefined && Object.hasOwn(type, key) ? type[key] : undefined;
}

type Directed = { readonly directive: Directive; readonly rest: Node | undefined };

function takeDirective(patch: Node | undefined): Directed {
  if (patch?.kind === "map") {
    const value = fieldOf(patch, DIRECTIVE);
    return value === undefined
      ? { directive: "merge", rest: patch }
      : { directive: readDirective(value), rest: withoutEntry(patch, DIRECTIVE) };
  }
  if (patch?.kind !== "list") return { directive: "merge", rest: patch };
  const item = patch.items.find((candidate) => fieldOf(candidate, DIRECTIVE) !== undefined);
  const value = fieldOf(item, DIRECTIVE);
  // An item that says more than the directive is an item with a directive, not one for the whole list.
  if (item?.kind !== "map" || value === undefined || item.entries.length > 1)
    return { directive: "merge", rest: patch };
  return { directive: readDirective(value), rest: removeItems(patch, [DIRECTIVE], [textOf(value)]) };
}

function refuseKind(node: Node, expected: Node): never {
  const names = { map: "MappingNode", list: "SequenceNode", scalar: "ScalarNode" };
  return refuse("WRONG_TYPE", `wrong node kind: expected ${names[expected.kind]} but got ${names[node.kind]}`, node);
}
