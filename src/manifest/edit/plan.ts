import type { Json } from "../../signal/object.ts";
import { isEqual } from "../json.ts";
import { type FieldPath, pathText } from "../path.ts";
import { shortTag } from "../yaml/scalar.ts";
import { isFillable, wayToAddItem, wayToAddKey, wayToFill } from "./add.ts";
import { anchorAbove, anchorOn } from "./anchors.ts";
import type { EditRefusalCode } from "./edit.ts";
import type { JsonChange } from "./expected.ts";
import { locate, type Spot, type Unfound } from "./locate.ts";
import type { NodeOperation } from "./operation.ts";
import type { Page } from "./page.ts";
import { MERGE_KEY, readValue } from "./reading.ts";
import { quoted } from "./refusal.ts";
import { wayToRemove } from "./remove.ts";
import { wayToRemoveDocument } from "./remove-document.ts";
import { waysToSet } from "./set.ts";
import type { Splice } from "./splice.ts";
import type { Written, WrittenList, WrittenMap } from "./written.ts";

/** How an operation may be written, best first, and what the document must then read as; or why it may not be done. */
export type Plan = { readonly ok: true; readonly ways: readonly Splice[]; readonly change: JsonChange } | Unfound;

/** Finds where an operation applies and how it may be written. */
export function planOperation(operation: NodeOperation, root: Written, page: Page): Plan {
  switch (operation.do) {
    case "set":
      return planSet(operation, root, page);
    case "add":
      return planAdd(operation, root, page);
    case "remove":
      return planRemove(operation, root, page);
  }
}

type Operation<Do extends NodeOperation["do"]> = Extract<NodeOperation, { readonly do: Do }>;

function planSet({ path, from, to }: Operation<"set">, root: Written, page: Page): Plan {
  const found = findExpected(path, from, root);
  if (!found.ok) return found;
  const { spot } = found;
  if (spot.node.kind === "alias")
    return refusal("ANCHOR", `${pathText(path)} is the alias *${spot.node.name}: change it by hand`, spot.node);
  return {
    ok: true,
    ways: waysToSet(spot, to, page),
    change: { do: "set", path: spot.place, value: tagged(to, spot.node) },
  };
}

// A tag of the file's own (`!env`) stays in front of the new value.
function tagged(value: Json, old: Written): Json {
  const tag = old.kind === "scalar" ? shortTag(old.tag) : "";
  return tag === "" || tag.startsWith("!!") ? value : { tag, value };
}

function planRemove({ path, from }: Operation<"remove">, root: Written, page: Page): Plan {
  const found = findExpected(path, from, root);
  if (!found.ok) return found;
  const { spot } = found;
  const collection = locate(root, spot.place.slice(0, -1));
  const way =
    spot.holder === undefined || !collection.ok
      ? wayToRemoveDocument(root, page.text)
      : wayToRemove(spot.holder, collection.spot, page);
  return { ok: true, ways: [way], change: { do: "remove", path: spot.place } };
}

function planAdd(operation: Operation<"add">, root: Written, page: Page): Plan {
  const found = locate(root, operation.path.slice(0, -1));
  if (!found.ok) return found;
  const { spot } = found;
  const held = anchorAbove(spot, root);
  if (held !== undefined) return held;
  if (isFillable(spot.node)) return planFill(operation, spot, page);
  if (spot.node.kind === "map") return planKey(operation, spot, spot.node, page);
  if (spot.node.kind === "list") return planItem(operation, spot, spot.node, page);
  return refusal("STALE", `expected a map or a list to add ${pathText(operation.path)} to, found a scalar`, spot.node);
}

function planFill({ path, to }: Operation<"add">, spot: Spot, page: Page): Plan {
  const step = path.at(-1);
  const isItem = step === "-" || typeof step === "number";
  const kind = isItem ? "list" : "map";
  if (spot.node.kind !== "scalar" && spot.node.kind !== kind) {
    return refusal("STALE", `expected a ${kind} to add ${pathText(path)} to, found a ${spot.node.kind}`, spot.node);
  }
  const value: Json = isItem ? [to] : { [String(step)]: to };
  return { ok: true, ways: [wayToFill(spot, value, page)], change: { do: "set", path: spot.place, value } };
}

function planKey({ path, to, after }: Operation<"add">, spot: Spot, map: WrittenMap, page: Page): Plan {
  const key = String(path.at(-1));
  if (map.entries.some((entry) => entry.key === key)) {
    return refusal("STALE", `expected no ${pathText(path)} yet, found one`, map);
  }
  if (map.entries.some((entry) => entry.key === MERGE_KEY)) {
    return refusal("ANCHOR", `a merge key (<<) may set ${pathText(path)} already: add it by hand`, map);
  }
  const way = wayToAddKey(map, [key, to], page, after);
  return { ok: true, ways: [way], change: { do: "add", path: [...spot.place, key], value: to } };
}

function planItem({ path, to }: Operation<"add">, spot: Spot, list: WrittenList, page: Page): Plan {
  const step = path.at(-1);
  const at = step === "-" ? list.items.length : step;
  if (typeof at !== "number" || at < 0 || at > list.items.length) {
    return refusal("STALE", `expected a list of at least ${String(step)} items, found ${list.items.length}`, list);
  }
  const way = wayToAddItem(list, at, to, page);
  return { ok: true, ways: [way], change: { do: "add", path: [...spot.place, at], value: to } };
}

function findExpected(
  path: FieldPath,
  from: Json,
  root: Written,
): { readonly ok: true; readonly spot: Spot } | Unfound {
  const found = locate(root, path);
  if (!found.ok) return found;
  const value = readValue(found.spot.node, root);
  if (value === undefined) return refusal("ANCHOR", `${pathText(path)} holds aliases without end`, found.spot.node);
  if (!isEqual(value, from)) {
    const values = mayBeSecret(path, root)
      ? "what was seen, found another value"
      : `${quoted(from)}, found ${quoted(value)}`;
    return refusal("STALE", `expected ${pathText(path)} to be ${values}`, found.spot.node);
  }
  return anchorOn(found.spot, root) ?? found;
}

function mayBeSecret(path: FieldPath, root: Written): boolean {
  const kind = root.kind === "map" ? root.entries.find(({ key }) => key === "kind")?.value : undefined;
  return path[0] === "secretGenerator" || (kind?.kind === "scalar" && kind.text === "Secret");
}

function refusal(code: EditRefusalCode, message: string, { start }: Written): Unfound {
  return { ok: false, code, message, at: start };
}
