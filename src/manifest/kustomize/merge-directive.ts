import { fieldOf, isNull, type Node, textOf } from "../yaml/node.ts";
import { refuse } from "./refused.ts";

/** The key under which a patch says how it is meant. */
export const DIRECTIVE = "$patch";

/** What a patch says it does to what it meets. */
export type Directive = "merge" | "replace" | "delete";

/** Whether a node is not there or null. */
export function isMissing(node: Node | undefined): boolean {
  return node === undefined || isNull(node);
}

/** Whether an item says that it replaces the one it meets. */
export function isReplacement(item: Node | undefined): boolean {
  return textOf(fieldOf(item, DIRECTIVE)) === "replace";
}

/** The directive that a value says; any other word is refused. */
export function readDirective(value: Node): Directive {
  const text = textOf(value);
  if (text === "merge" || text === "replace" || text === "delete") return text;
  return refuse("BAD_PATCH", `unknown patch strategy '${text}'`, value);
}
