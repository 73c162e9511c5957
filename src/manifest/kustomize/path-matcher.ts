import { RE2JS } from "re2js";
import { fieldOf, isNull, type Mapping, type Node, type Place, type Sequence, withEntry } from "../yaml/node.ts";
import { refuse } from "./refused.ts";
import { type Creation, emptyNode, setText } from "./set-field.ts";

/** A path of a replacement, and what a missing field at its end is created as. */
export type MatchedPath = { readonly steps: readonly string[]; readonly create: Creation | undefined };

/** Changes every node that a path matches; `count` says how many there were. */
export function changeMatches(
  node: Node,
  path: MatchedPath,
  change: (node: Node) => Node,
): { readonly node: Node; readonly count: number } {
  const walk: MatchWalk = { path, change, count: 0 };
  const changed = match(node, 0, walk);
  return { node: changed, count: walk.count };
}

type MatchWalk = { readonly path: MatchedPath; readonly change: (node: Node) => Node; count: number };

function match(node: Node, depth: number, walk: MatchWalk): Node {
  const step = walk.path.steps[depth];
  if (step === undefined) {
    walk.count++;
    return walk.change(node);
  }
  if (/^[0-9]+$/.test(step)) return matchIndex(listOf(node), Number(step), depth, walk);
  if (step.startsWith("[") && step.endsWith("]")) return matchItems(listOf(node), step, depth, walk);
  if (step === "*") return matchEvery(listOf(node), () => true, depth, walk);
  return matchField(node, step, depth, walk);
}

function listOf(node: Node): Sequence {
  if (node.kind === "list") return node;
  return refuse("WRONG_TYPE", `wrong node kind: expected SequenceNode but got a ${node.kind}`, node);
}

function matchField(node: Node, key: string, depth: number, walk: MatchWalk): Node {
  if (isNull(node)) return node;
  if (node.kind !== "map") {
    return refuse("WRONG_TYPE", `wrong node kind: expected MappingNode but got a ${node.kind}`, node);
  }
  const field = fieldOf(node, key) ?? created(depth, walk);
  return field === undefined ? node : withEntry(node, key, match(field, depth + 1, walk));
}

function created(depth: number, { path }: MatchWalk): Node | undefined {
  if (path.create === undefined) return undefined;
  const next = path.steps[depth + 1];
  const isList = next !== undefined && (/^[0-9]+$/.test(next) || /^\[.*\]$/s.test(next));
  const inner = isList ? "list" : "map";
  return emptyNode({ kind: next === undefined ? path.create.kind : inner, place: path.create.place });
}

function matchIndex(list: Sequence, index: number, depth: number, walk: MatchWalk): Sequence {
  const item = list.items[index] ?? (index === list.items.length ? created(depth, walk) : undefined);
  if (item === undefined) {
    return refuse("NO_FIELD", `index ${index} specified but only ${list.items.length} elements found`, list);
  }
  const items = [...list.items];
  items[index] = match(item, depth + 1, walk);
  return { ...list, items };
}

function matchItems(list: Sequence, step: string, depth: number, walk: MatchWalk): Sequence {
  const [key = "", value] = splitStep(step);
  if (value === undefined) {
    return refuse("BAD_PATH", "list path element must contain fieldName=fieldValue for element to match", list);
  }
  const isMeant = itemTest(key, value, list);
  if (list.items.some(isMeant) || walk.path.create === undefined) return matchEvery(list, isMeant, depth, walk);
  const item = newItem(key, value, walk.path.create.place);
  return matchEvery({ ...list, items: [...list.items, item] }, isMeant, depth, walk);
}

/** The two sides of a `[key=value]` step. */
export function splitStep(step: string): readonly [string, string | undefined] {
  const inner = step.replace(/^\[/, "").replace(/\]$/, "");
  const equals = inner.indexOf("=");
  return equals < 0 ? [inner, undefined] : [inner.slice(0, equals), inner.slice(equals + 1)];
}

function newItem(key: string, value: string, place: Place): Node {
  const text = { text: value, tag: "", place };
  if (key === "")
    return { ...(emptyNode({ kind: "scalar", place }) as Extract<Node, { kind: "scalar" }>), text: value };
  return setText(emptyNode({ kind: "map", place }) as Mapping, key, text);
}

// A value is an expression to be found anywhere in the item's text.
function itemTest(key: string, value: string, list: Sequence): (item: Node) => boolean {
  let pattern: RE2JS;
  try {
    pattern = RE2JS.compile(value);
  } catch {
    return refuse("BAD_PATTERN", `expected a regular expression, found ${value}`, list);
  }
  return (item) => {
    const node = key === "" ? item : fieldOf(item, key);
    return node !== undefined && pattern.matcher(writtenText(node)).find();
  };
}

function writtenText(node: Node): string {
  if (node.kind !== "scalar") return "";
  if (node.style === "QUOTE_DOUBLE") return JSON.stringify(node.text);
  return node.style === "QUOTE_SINGLE" ? `'${node.text.replaceAll("'", "''")}'` : node.text;
}

function matchEvery(list: Sequence, isMeant: (item: Node) => boolean, depth: number, walk: MatchWalk): Sequence {
  const items = list.items.map((item) => (isMeant(item) ? match(item, depth + 1, walk) : item));
  return { ...list, items };
}
