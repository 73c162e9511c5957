import { type Holder, leadOf, type Spot } from "./locate.ts";
import type { Page } from "./page.ts";
import type { Splice } from "./splice.ts";
import { lineEnd, lineStart, nextLine } from "./text.ts";

/** The way to take a key or list item out of the collection that holds it. */
export function wayToRemove(holder: Holder, collection: Spot, page: Page): Splice {
  const neighbours = extents(holder);
  const own = neighbours[holder.at];
  if (own === undefined) throw new Error("A holder is at a place that its collection does not have");
  if (neighbours.length === 1) return emptied(holder, collection);
  const before = neighbours[holder.at - 1];
  const after = neighbours[holder.at + 1];
  if (!isFlow(holder)) return withoutLines(own, after, page.text);
  if (before !== undefined) return { start: before.end, end: own.end, text: "" };
  return { start: own.start, end: after?.start ?? own.end, text: "" };
}

type Extent = { readonly start: number; readonly end: number };

function extents(holder: Holder): readonly Extent[] {
  const parts = holder.in === "map" ? holder.map.entries : holder.list.items;
  return parts.map(({ start, value }) => ({ start, end: value.end }));
}

function isFlow(holder: Holder): boolean {
  return holder.in === "map" ? holder.map.flow : holder.list.flow;
}

function emptied(holder: Holder, { node, holder: outer }: Spot): Splice {
  const text = holder.in === "map" ? "{}" : "[]";
  if (isFlow(holder) || outer === undefined) return { start: node.start, end: node.end, text };
  return { start: leadOf(outer), end: node.end, text: ` ${text}` };
}

function withoutLines(own: Extent, after: Extent | undefined, text: string): Splice {
  const line = lineStart(text, own.start);
  // The first key after a dash, or the first dash after another, leaves its place to what follows.
  if (text.slice(line, own.start).trim() !== "" && after !== undefined) {
    const rest = lineEnd(text, own.end);
    return { start: own.start, end: rest + (/^\s*/.exec(text.slice(rest))?.[0].length ?? 0), text: "" };
  }
  const end = nextLine(text, own.end);
  const isLastLine = end === text.length && !text.endsWith("\n");
  const start = isLastLine && line > 0 ? lineEnd(text, lineStart(text, line - 1)) : line;
  return { start, end, text: "" };
}
