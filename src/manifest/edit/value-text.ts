import type { Json } from "../../signal/object.ts";
import { isList, isMap } from "../json.ts";
import { fitsBlock, literalBlock } from "./block-scalar.ts";
import { isScalarValue, type Setting, scalarText } from "./scalar-text.ts";
import type { Style } from "./style.ts";

/** A value on one line, with braces and brackets where it needs them. */
export function flowText(value: Json, setting: Setting): string {
  const within = { ...setting, flow: true };
  if (isScalarValue(value)) return scalarText(value, setting);
  if (isList(value)) return `[${value.map((item) => flowText(item, within)).join(", ")}]`;
  const entries = Object.entries(value).map(([key, item]) => `${scalarText(key, within)}: ${flowText(item, within)}`);
  const text = entries.join(", ");
  return setting.style.json || text === "" ? `{${text}}` : `{ ${text} }`;
}

/** A key with its value as lines of a block; the first stands where the key begins, at `column`. */
export function entryText(key: string, value: Json, column: number, style: Style): string {
  return `${scalarText(key, { style, flow: false })}:${afterColon(value, column, style)}`;
}

/** A list item with its dash, which stands at `column`. */
export function itemText(value: Json, column: number, style: Style): string {
  return `-${afterDash(value, column, style)}`;
}

/** What stands after the colon of a key at `column`: a value on the same line, or on lines of its own. */
export function afterColon(value: Json, column: number, style: Style): string {
  const short = onLine(value, column, style);
  if (short !== undefined) return short;
  const inner = column + (isMap(value) ? style.mapStep : style.listStep);
  return `${newLine(inner, style)}${blockText(value, inner, style)}`;
}

/** What stands after a dash at `column`. */
export function afterDash(value: Json, column: number, style: Style): string {
  return onLine(value, column, style) ?? ` ${blockText(value, column + 2, style)}`;
}

// What begins on the line of its key or dash.
function onLine(value: Json, column: number, style: Style): string | undefined {
  if (typeof value === "string" && value.includes("\n") && fitsBlock(value)) {
    return ` ${literalBlock(value, { owner: column, indent: column + style.mapStep, lineBreak: style.lineBreak })}`;
  }
  return isScalarValue(value) || isEmpty(value) ? ` ${flowText(value, { style, flow: false })}` : undefined;
}

/** A line break and the indentation of the next line. */
export function newLine(column: number, style: Style): string {
  return style.lineBreak + " ".repeat(column);
}

/** A map or a list as lines of a block, the first without its indentation. */
export function blockText(value: Json, column: number, style: Style): string {
  const lines = isList(value)
    ? value.map((item) => itemText(item, column, style))
    : Object.entries(value ?? {}).map(([key, item]) => entryText(key, item, column, style));
  return lines.join(newLine(column, style));
}

function isEmpty(value: Json): boolean {
  return isList(value) ? value.length === 0 : isMap(value) && Object.keys(value).length === 0;
}
