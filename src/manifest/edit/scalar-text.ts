import type { Json } from "../../signal/object.ts";
import { plainTag, resolveScalar } from "../yaml/scalar.ts";
import type { Style } from "./style.ts";
import type { WrittenScalar } from "./written.ts";

/** A JSON value that is neither map nor list. */
export type ScalarValue = string | number | boolean | null;

/** Where a scalar is to be written, which decides what it may look like there. */
export type Setting = {
  readonly style: Style;
  /** Within braces or brackets. */
  readonly flow: boolean;
};

// What may not begin an unquoted scalar, unless it is one of `-?:` with something after it.
const INDICATOR = /^(?:[,[\]{}#&*!|>'"%@`]|[-?:](?:\s|$))/;
const BREAKS_PLAIN = /:(?:\s|$)|\s#|^\s|\s$|[\r\n]/;
const BREAKS_FLOW = /[,?[\]{}]|^[-:]/;
const UNPRINTABLE = /[[\p{Cc}--[\t\n]]\p{Cs}\u2028\u2029\ufeff\ufffe\uffff]/v;
// Texts that readers of YAML 1.1 take for booleans, sixties or numbers.
const OLD_MEANING =
  /^(?:y|yes|n|no|on|off|=|[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?|[-+]?(?:\d[\d_]*\.?[\d_]*|\.[\d_]+)(?:e[-+]?\d+)?)$/i;

/** Whether a JSON value is neither map nor list. */
export function isScalarValue(value: Json | undefined): value is ScalarValue {
  return value === null || (typeof value !== "object" && value !== undefined);
}

/** A scalar as it is to be written on one line, in the manner of the one it replaces. */
export function scalarText(value: ScalarValue, setting: Setting, old?: WrittenScalar): string {
  if (typeof value === "string") return stringText(value, setting, old);
  return typeof value === "number" ? numberText(value, old) : wordText(value, old);
}

/** Whether a text can stand in a file without escapes, over several lines if need be. */
export function isPrintable(text: string): boolean {
  return !UNPRINTABLE.test(text);
}

/** The inside of a double-quoted scalar. */
export function escaped(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(
      /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
      (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}

function stringText(value: string, setting: Setting, old: WrittenScalar | undefined): string {
  const style = setting.style.json ? "QUOTE_DOUBLE" : (old?.style ?? "PLAIN");
  if (style === "QUOTE_DOUBLE") return `"${escaped(value)}"`;
  const time = timeText(value, old);
  if (time !== undefined) return time;
  if (style !== "QUOTE_SINGLE" && isPlain(value, setting, old)) return value;
  const hasEscapes = /["\\]/.test(value) && !value.includes("'");
  const quote = style === "QUOTE_SINGLE" || hasEscapes ? "QUOTE_SINGLE" : setting.style.quote;
  const isSingle = quote === "QUOTE_SINGLE" && isPrintable(value) && !/[\r\n]/.test(value);
  return isSingle ? `'${value.replaceAll("'", "''")}'` : `"${escaped(value)}"`;
}

function isPlain(value: string, { flow }: Setting, old: WrittenScalar | undefined): boolean {
  if (INDICATOR.test(value) || BREAKS_PLAIN.test(value) || (flow && BREAKS_FLOW.test(value)) || !isPrintable(value))
    return false;
  const read = resolveScalar(value, "PLAIN", old?.tag);
  if (read.value !== value || read.tag === "!!merge" || read.tag === "!!timestamp") return false;
  return !OLD_MEANING.test(value) || (old?.style === "PLAIN" && OLD_MEANING.test(old.text));
}

// Where a time stands without quotes, another time does too; a bare day is read as its midnight.
function timeText(value: string, old: WrittenScalar | undefined): string | undefined {
  if (old?.style !== "PLAIN" || plainTag(old.text) !== "!!timestamp" || plainTag(value) !== "!!timestamp")
    return undefined;
  const text = /^\d+-\d+-\d+$/.test(old.text) ? value.replace(/T00:00:00Z$/, "") : value;
  return resolveScalar(text, "PLAIN").value === value ? text : undefined;
}

function numberText(value: number, old: WrittenScalar | undefined): string {
  const match = /^(0|0o|0x|0b)([0-9a-f]+)$/i.exec(old?.style === "PLAIN" ? old.text : "");
  const radix = RADIX[match?.[1]?.toLowerCase() ?? ""];
  if (match?.[2] === undefined || radix === undefined || !Number.isInteger(value) || value < 0) return String(value);
  return `${match[1]}${value.toString(radix).padStart(match[2].length, "0")}`;
}

const RADIX: Readonly<Record<string, number>> = { "0": 8, "0o": 8, "0x": 16, "0b": 2 };

function wordText(value: boolean | null, old: WrittenScalar | undefined): string {
  const word = String(value);
  const like = old?.style === "PLAIN" && /^(?:true|false|null)$/i.test(old.text) ? old.text : word;
  if (like === like.toUpperCase()) return word.toUpperCase();
  return like.charAt(0) === like.charAt(0).toUpperCase() ? word.charAt(0).toUpperCase() + word.slice(1) : word;
}
