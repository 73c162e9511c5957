import type { Json } from "../../signal/object.ts";
import { type BlockPlace, blocksLike, fitsBlock, literalBlock } from "./block-scalar.ts";
import { isInFlow, leadOf, type Spot, startOf } from "./locate.ts";
import type { Page } from "./page.ts";
import { isScalarValue, type ScalarValue, scalarText } from "./scalar-text.ts";
import { respelled } from "./spelling.ts";
import type { Splice } from "./splice.ts";
import { columnOf } from "./text.ts";
import { afterColon, afterDash, flowText } from "./value-text.ts";
import { isBlockScalar, isUnwritten, type WrittenScalar } from "./written.ts";

/** The ways to write another value at a place, the one that keeps most of the old one first. */
export function waysToSet(spot: Spot, value: Json, page: Page): readonly Splice[] {
  const { node } = spot;
  if (node.kind === "scalar" && isScalarValue(value) && !isUnwritten(node))
    return waysToRewrite(spot, node, value, page);
  if (isInFlow(spot)) return [inFlow(spot, value, page)];
  return [afterLead(spot, value, page)];
}

function waysToRewrite(spot: Spot, old: WrittenScalar, value: ScalarValue, page: Page): readonly Splice[] {
  const { start, end } = old;
  const flow = isInFlow(spot);
  const texts =
    typeof value === "string" && !flow
      ? [...spellings(old, value, page), ...blocks(old, value, blockPlace(spot, page), page)]
      : [];
  const whole = scalarText(value, { style: page.style, flow }, old);
  return [...texts, whole].map((text) => ({ start, end, text }));
}

function spellings(old: WrittenScalar, value: string, { text }: Page): readonly string[] {
  const source = text.slice(old.start, old.end);
  const isSpread = old.style !== "BLOCK_LITERAL" && source.includes("\n");
  const isEscaped = old.style === "QUOTE_DOUBLE" && source.includes("\\");
  const spelling = isSpread || isEscaped ? respelled(value, old, text) : undefined;
  return spelling === undefined ? [] : [spelling];
}

function blocks(old: WrittenScalar, value: string, place: BlockPlace, { text }: Page): readonly string[] {
  if (!fitsBlock(value)) return [];
  const like = isBlockScalar(old) ? blocksLike(value, old, text, place) : [];
  const isQuoted = old.style === "QUOTE_DOUBLE" || old.style === "QUOTE_SINGLE";
  const fresh = value.includes("\n") && !isQuoted && old.style !== "BLOCK_LITERAL" ? [literalBlock(value, place)] : [];
  return [...like, ...fresh];
}

function blockPlace({ holder }: Spot, { text, style }: Page): BlockPlace {
  const owner = holder === undefined ? 0 : columnOf(text, startOf(holder));
  return { owner, indent: owner + style.mapStep, lineBreak: style.lineBreak };
}

function inFlow({ node, holder }: Spot, value: Json, { text, style }: Page): Splice {
  const written = flowText(value, { style, flow: true });
  if (!isUnwritten(node) || holder === undefined) return { start: node.start, end: node.end, text: written };
  const lead = leadOf(holder);
  const colon = holder.in === "list" || text.slice(holder.entry.start, lead).endsWith(":") ? " " : ": ";
  return { start: lead, end: lead, text: colon + written };
}

function afterLead({ node, holder }: Spot, value: Json, { text, style }: Page): Splice {
  if (holder === undefined) return { start: node.start, end: node.end, text: flowText(value, { style, flow: false }) };
  const column = columnOf(text, startOf(holder));
  const written = holder.in === "map" ? afterColon(value, column, style) : afterDash(value, column, style);
  return { start: leadOf(holder), end: node.end, text: written };
}
