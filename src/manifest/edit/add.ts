import type { Json } from "../../signal/object.ts";
import { isInFlow, leadOf, type Spot } from "./locate.ts";
import type { Page } from "./page.ts";
import { type Setting, scalarText } from "./scalar-text.ts";
import type { Splice } from "./splice.ts";
import { columnOf, lineEnd, lineStart } from "./text.ts";
import { afterColon, afterDash, entryText, flowText, itemText, newLine } from "./value-text.ts";
import type { Written, WrittenList, WrittenMap } from "./written.ts";

/** The way to write a new key into a map: after the key `after` where it is there, else last. */
export function wayToAddKey(
  map: WrittenMap,
  [key, value]: readonly [string, Json],
  page: Page,
  after?: string,
): Splice {
  const found = map.entries.find((entry) => entry.key === after) ?? map.entries.at(-1);
  if (found === undefined) throw new Error("A key is to be added beside others, and there are none");
  const column = columnOf(page.text, found.start);
  if (!map.flow)
    return nextTo(found.value.end, newLine(column, page.style) + entryText(key, value, column, page.style), page);
  const within = { style: page.style, flow: true };
  const text = `${scalarText(key, within)}: ${flowText(value, within)}`;
  return { start: found.value.end, end: found.value.end, text: `,${gap(found.start, page)}${text}` };
}

/** The way to write a new item into a list: before the item at an index, or last. */
export function wayToAddItem(list: WrittenList, at: number, value: Json, page: Page): Splice {
  const before = list.items[at - 1];
  const after = list.items[at];
  const column = columnOf(page.text, list.items[0]?.start ?? list.start);
  const alike = quotedLike(value, (before ?? after)?.value, { style: page.style, flow: list.flow });
  if (list.flow) return flowItem(list, at, alike ?? flowText(value, { style: page.style, flow: true }), page);
  const text = alike === undefined ? itemText(value, column, page.style) : `- ${alike}`;
  if (before !== undefined) return nextTo(before.value.end, newLine(column, page.style) + text, page);
  if (after === undefined) throw new Error("An item is to be added beside others, and there are none");
  return { start: after.start, end: after.start, text: text + newLine(column, page.style) };
}

/** The way to write a first key or item where an empty collection, a null or nothing stands. */
export function wayToFill(spot: Spot, value: Json, page: Page): Splice {
  const { node, holder } = spot;
  if (isInFlow(spot) || holder === undefined || page.style.json) {
    return { start: node.start, end: node.end, text: flowText(value, { style: page.style, flow: true }) };
  }
  const at = holder.in === "map" ? holder.entry.start : holder.item.start;
  const column = columnOf(page.text, at);
  const write = holder.in === "map" ? afterColon : afterDash;
  return { start: leadOf(holder), end: node.end, text: write(value, column, page.style) };
}

/** Whether a node can take a first key or item: an empty collection, or a null. */
export function isFillable(node: Written): boolean {
  if (node.kind === "map") return node.entries.length === 0;
  if (node.kind === "list") return node.items.length === 0;
  return node.kind === "scalar" && node.style === "PLAIN" && /^(?:|~|null|Null|NULL)$/.test(node.text);
}

// Where the texts of a list are quoted, a new one is, too.
function quotedLike(value: Json, like: Written | undefined, setting: Setting): string | undefined {
  if (typeof value !== "string" || value.includes("\n") || like?.kind !== "scalar") return undefined;
  return like.style === "QUOTE_DOUBLE" || like.style === "QUOTE_SINGLE" ? scalarText(value, setting, like) : undefined;
}

// After the line on which something ends, its comment included.
function nextTo(end: number, text: string, page: Page): Splice {
  const at = lineEnd(page.text, end);
  return { start: at, end: at, text };
}

function flowItem(list: WrittenList, at: number, text: string, page: Page): Splice {
  const before = list.items[at - 1];
  const after = list.items[at];
  if (before !== undefined) {
    return { start: before.value.end, end: before.value.end, text: `,${gap(before.value.start, page)}${text}` };
  }
  const start = after?.value.start ?? list.end - 1;
  return { start, end: start, text: after === undefined ? text : `${text},${gap(start, page)}` };
}

// Entries that have lines of their own are followed by one that has, too.
function gap(start: number, { text, style }: Page): string {
  const before = text.slice(lineStart(text, start), start);
  return before.trim() === "" && before !== text.slice(0, start) ? style.lineBreak + before : " ";
}
