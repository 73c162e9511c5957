import { type FieldPath, itemSelector, pathText } from "../path.ts";
import type { EditRefusalCode } from "./edit.ts";
import { MERGE_KEY } from "./reading.ts";
import type { Written, WrittenEntry, WrittenItem, WrittenList, WrittenMap } from "./written.ts";

/** Where a path leads: the node, what holds it (nothing holds the root), and all that was passed on the way. */
export type Spot = {
  readonly node: Written;
  readonly holder: Holder | undefined;
  readonly trail: readonly Written[];
  /** The path with every list item by its index. */
  readonly place: readonly (string | number)[];
};

/** The entry of a map or the item of a list that holds a node. */
export type Holder =
  | { readonly in: "map"; readonly map: WrittenMap; readonly at: number; readonly entry: WrittenEntry }
  | { readonly in: "list"; readonly list: WrittenList; readonly at: number; readonly item: WrittenItem };

/** Why a path does not lead to one place that may be edited. */
export type Unfound = {
  readonly ok: false;
  readonly code: EditRefusalCode;
  readonly message: string;
  readonly at: number;
};

/** The one place a path leads to. Aliases are not followed and merge keys not looked through: what they set stands elsewhere. */
export function locate(root: Written, path: FieldPath): { readonly ok: true; readonly spot: Spot } | Unfound {
  let spot: Spot = { node: root, holder: undefined, trail: [], place: [] };
  for (const [depth, step] of path.entries()) {
    const holders = stepInto(spot.node, step);
    const [holder, another] = holders;
    const reached = path.slice(0, depth + 1);
    if (holder === undefined) return missing(spot.node, reached);
    if (another !== undefined) {
      const message = `expected one ${pathText(reached)}, found ${holders.length}: say which is meant`;
      return { ok: false, code: "AMBIGUOUS", message, at: startOf(another) };
    }
    const place = [...spot.place, holder.in === "map" ? holder.entry.key : holder.at];
    spot = { node: heldBy(holder), holder, trail: [...spot.trail, spot.node], place };
  }
  return { ok: true, spot };
}

/** Where the entry or item begins. */
export function startOf(holder: Holder): number {
  return holder.in === "map" ? holder.entry.start : holder.item.start;
}

/** Where the value may begin: after the colon or dash. */
export function leadOf(holder: Holder): number {
  return holder.in === "map" ? holder.entry.lead : holder.item.lead;
}

function heldBy(holder: Holder): Written {
  return holder.in === "map" ? holder.entry.value : holder.item.value;
}

function stepInto(node: Written, step: string | number): readonly Holder[] {
  if (node.kind === "map") {
    return node.entries.flatMap((entry, at) =>
      entry.key === String(step) ? [{ in: "map" as const, map: node, at, entry }] : [],
    );
  }
  if (node.kind !== "list") return [];
  const selector = itemSelector(step);
  return node.items.flatMap((item, at) => {
    const isMeant = selector === undefined ? at === step : isItem(item.value, selector);
    return isMeant ? [{ in: "list" as const, list: node, at, item }] : [];
  });
}

function isItem(item: Written, { key, value }: { readonly key: string; readonly value: string }): boolean {
  if (item.kind !== "map") return false;
  return item.entries.some((entry) => entry.key === key && entry.value.kind === "scalar" && entry.value.text === value);
}

function missing(node: Written, path: FieldPath): Unfound {
  const at = node.start;
  if (node.kind === "alias") {
    const message = `${pathText(path)} stands behind the alias *${node.name}: change what it refers to by hand`;
    return { ok: false, code: "ANCHOR", message, at };
  }
  if (node.kind === "map" && node.entries.some(({ key }) => key === MERGE_KEY)) {
    const message = `${pathText(path)} is not written here, and a merge key (<<) may set it: change it by hand`;
    return { ok: false, code: "ANCHOR", message, at };
  }
  return { ok: false, code: "STALE", message: `expected ${pathText(path)}, found nothing there`, at };
}

/** Whether the place lies within braces or brackets. */
export function isInFlow({ trail }: Spot): boolean {
  return trail.some((node) => (node.kind === "map" || node.kind === "list") && node.flow);
}
