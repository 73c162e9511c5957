import { matchesGlob } from "../glob.ts";
import { BadSubstitution } from "./template.ts";

/** What `${name operator arguments}` makes of a variable's value; an operator Flux does not know leaves it alone. */
export function applyOperator(operator: string, value: string, args: readonly string[]): string {
  const [first = "", second] = args;
  switch (operator) {
    case ",":
      return value.replace(/^./su, lower);
    case ",,":
      return value.replace(/./gsu, lower);
    case "^":
      return value.replace(/^./su, upper);
    case "^^":
      return value.replace(/./gsu, upper);
    case "#":
      return args.length === 0 ? String(Buffer.byteLength(value)) : trimStart(value, first, "shortest");
    case "##":
      return trimStart(value, first, "longest");
    case "%":
      return trimEnd(value, first, "shortest");
    case "%%":
      return trimEnd(value, first, "longest");
    case ":":
      return slice(value, first, second);
    case "/":
      return replaceFirst(value, first, second ?? "");
    case "//":
      return value.replaceAll(literal(first, "gu"), () => second ?? "");
    case "/#":
      return second !== undefined && value.startsWith(first) ? replaceFirst(value, first, second) : value;
    case "/%":
      return second !== undefined && value.endsWith(first)
        ? value.slice(0, value.length - first.length) + second
        : value;
    default:
      return value === "" ? args.join("") : value;
  }
}

/** Whether this operator says itself what stands for a variable that is not set. */
export function hasDefault(operator: string): boolean {
  return /^:?[-=?+]$/.test(operator);
}

// Go maps one character to one character: `ß` stays.
function upper(character: string): string {
  const changed = character.toUpperCase();
  return [...changed].length === 1 ? changed : character;
}

function lower(character: string): string {
  const changed = character.toLowerCase();
  return [...changed].length === 1 ? changed : character;
}

function replaceFirst(value: string, old: string, replacement: string): string {
  return value.replace(literal(old, "u"), () => replacement);
}

function literal(text: string, flags: string): RegExp {
  return new RegExp(text.replaceAll(/[$()*+./?[\\\]^{|}]/g, "\\$&"), flags);
}

function slice(value: string, position: string, length: string | undefined): string {
  const bytes = toBytes(value);
  const at = integer(position);
  if (at === undefined) return value;
  const from = at < 0 ? Math.max(bytes.length + at, 0) : at;
  if (length === undefined) return fromBytes(bytes.slice(from));
  const count = integer(length);
  if (count === undefined) return value;
  // A negative length counts back from the end, as in a shell; JavaScript's slice reads it so where it is not zero.
  return fromBytes(count < 0 ? bytes.slice(from, Math.max(bytes.length + count, 0)) : bytes.slice(from, from + count));
}

function integer(text: string): number | undefined {
  return /^[-+]?[0-9]+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}

type Extent = "shortest" | "longest";

function trimStart(value: string, pattern: string, extent: Extent): string {
  const bytes = toBytes(value);
  return fromBytes(bytes.slice(matchedLength(bytes, toBytes(pattern), extent)));
}

function trimEnd(value: string, pattern: string, extent: Extent): string {
  return reverse(trimStart(reverse(value), reverse(pattern), extent));
}

// Beyond this Flux itself would take minutes: it tries every beginning.
const LONGEST_FOR_CLASSES = 1_000;

/** The length of the shortest or longest beginning that the pattern matches; 0 where none does or it is malformed. */
function matchedLength(value: string, pattern: string, extent: Extent): number {
  if (!/[?[\\]/.test(pattern)) return starredLength(value, pattern.split(/\*+/), extent);
  if (value.length > LONGEST_FOR_CLASSES)
    throw new BadSubstitution(`a value of more than ${LONGEST_FOR_CLASSES} bytes is not matched with \`${pattern}\``);
  let matched = 0;
  for (let length = value.length; length > 0; length--) {
    const isMatch = matchesGlob(pattern, value.slice(0, length));
    if (isMatch === undefined) return 0;
    if (isMatch) matched = length;
    if (isMatch && extent === "longest") break;
  }
  return matched;
}

/** The same for texts with stars between them. */
function starredLength(value: string, [first = "", ...others]: readonly string[], extent: Extent): number {
  const last = others.pop();
  if (!value.startsWith(first)) return 0;
  let end = first.length;
  for (const text of others) {
    const at = value.indexOf(text, end);
    if (at < 0) return 0;
    end = at + text.length;
  }
  if (last === undefined) return end;
  if (last === "") return extent === "longest" ? value.length : Math.min(Math.max(end, 1), value.length);
  const at = extent === "longest" ? value.lastIndexOf(last) : value.indexOf(last, end);
  return at < end ? 0 : at + last.length;
}

function reverse(text: string): string {
  return [...text].reverse().join("");
}

// Go counts bytes: a text becomes its UTF-8 bytes, one a character, and comes back only where no character was cut.
function toBytes(text: string): string {
  return Buffer.from(text).toString("latin1");
}

function fromBytes(bytes: string): string {
  const text = Buffer.from(bytes, "latin1").toString();
  if (Buffer.byteLength(text) !== bytes.length || toBytes(text) !== bytes)
    throw new BadSubstitution("the expansion cuts a character in two");
  return text;
}
