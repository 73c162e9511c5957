import type { Json } from "../../signal/object.ts";
import { timestampOf } from "./timestamp.ts";

/** How a scalar is written; the names are those of the `yaml` package. */
export type ScalarStyle = "PLAIN" | "QUOTE_SINGLE" | "QUOTE_DOUBLE" | "BLOCK_LITERAL" | "BLOCK_FOLDED";

/**
 * Who reads: `object` is how manifests and patches are read (go-yaml v3), `configuration` how kustomization.yaml and
 * JSON 6902 patches are (go-yaml v2), where `yes`, `no`, `on`, `off`, `y` and `n` are booleans.
 */
export type Reader = "object" | "configuration";

/** What Kubernetes takes a scalar for. */
export type ResolvedScalar = {
  /** `!!str`, `!!int`, `!!float`, `!!bool`, `!!null`, `!!timestamp`, `!!merge`, `!!binary` or a tag of its own. */
  readonly tag: string;
  readonly value: Json;
  /** The digits of an integer that a JavaScript number cannot hold. */
  readonly digits?: string;
  /** Why the scalar has no JSON value: `.inf`, or a text that its tag does not allow. */
  readonly flaw?: string;
};

const NULLS = new Set(["", "~", "null", "Null", "NULL"]);
const BOOLEANS = new Map<string, boolean>([
  ...["true", "True", "TRUE"].map((text) => [text, true] as const),
  ...["false", "False", "FALSE"].map((text) => [text, false] as const),
]);
const OLD_BOOLEANS = new Map<string, boolean>([
  ...["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"].map((text) => [text, true] as const),
  ...["n", "N", "no", "No", "NO", "off", "Off", "OFF"].map((text) => [text, false] as const),
]);
const NOT_FINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const DECIMAL = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]([0-7]+)|0([0-7]+)|(0|[1-9][0-9]*))$/;
const RADIX_PREFIX = ["0x", "0b", "0o", "0o", ""] as const;
const RESOLVABLE = new Set(["", "!!str", "!!bool", "!!int", "!!float", "!!null", "!!timestamp"]);
const LONG_TAG = "tag:yaml.org,2002:";

/** Reads a scalar as Kubernetes does, which is neither YAML 1.1 nor YAML 1.2 (DESIGN, Patches 2). */
export function resolveScalar(
  text: string,
  style: ScalarStyle,
  tag?: string,
  reader: Reader = "object",
): ResolvedScalar {
  const asked = shortTag(tag);
  if (asked === "" && style !== "PLAIN") return { tag: "!!str", value: text };
  if (asked === "!!binary") return binary(text);
  if (asked === "!!str" || !RESOLVABLE.has(asked)) return { tag: asked, value: text };
  const found = resolvePlain(text, reader, asked);
  if (asked === "" || found.tag === asked) return found;
  if (asked === "!!float" && found.tag === "!!int") return { ...found, tag: asked };
  return { tag: asked, value: text, flaw: `cannot decode ${found.tag} \`${text}\` as a ${asked}` };
}

/** The tag of an unquoted scalar without a tag of its own. */
export function plainTag(text: string, reader: Reader = "object"): string {
  return canBeOther(text) ? resolvePlain(text, reader, "").tag : "!!str";
}

/** `!!str` for `tag:yaml.org,2002:str`; the non-specific `!` and no tag at all are the empty string. */
export function shortTag(tag: string | undefined): string {
  if (tag === undefined || tag === "!") return "";
  return tag.startsWith(LONG_TAG) ? `!!${tag.slice(LONG_TAG.length)}` : tag;
}

// Most scalars are words: whether the first character allows anything but a string is decided before any table is asked.
function canBeOther(text: string): boolean {
  return text === "" || "+-.~<0123456789yYnNtTfFoO".includes(text.charAt(0));
}

function resolvePlain(text: string, reader: Reader, asked: string): ResolvedScalar {
  if (!canBeOther(text)) return { tag: "!!str", value: text };
  if (NULLS.has(text)) return { tag: "!!null", value: null };
  const boolean = BOOLEANS.get(text) ?? (reader === "configuration" ? OLD_BOOLEANS.get(text) : undefined);
  if (boolean !== undefined) return { tag: "!!bool", value: boolean };
  if (text === "<<") return { tag: "!!merge", value: text };
  if (NOT_FINITE.test(text)) return { tag: "!!float", value: null, flaw: `${text} is no number that JSON can hold` };
  if (asked === "" || asked === "!!timestamp") {
    const timestamp = timestampOf(text);
    if (timestamp !== undefined) return { tag: "!!timestamp", value: reader === "object" ? timestamp : text };
  }
  return numberOf(text) ?? { tag: "!!str", value: text };
}

function numberOf(text: string): ResolvedScalar | undefined {
  if (text.startsWith(".")) return DECIMAL.test(text) ? float(text) : undefined;
  if (!/^[-+0-9]/.test(text)) return undefined;
  const digits = text.replaceAll("_", "");
  const match = INTEGER.exec(digits);
  const integer = match === null ? undefined : integerOf(match);
  return integer ?? (DECIMAL.test(digits) ? float(digits) : undefined);
}

function integerOf(match: RegExpExecArray): ResolvedScalar | undefined {
  const sign = match[1];
  const at = RADIX_PREFIX.findIndex((_, index) => match[index + 2] !== undefined);
  const size = BigInt(`${RADIX_PREFIX[at]}${match[at + 2]}`);
  const value = sign === "-" ? -size : size;
  // An unsigned number fits 64 bits, a signed one 63: beyond that Go falls back to a float.
  const highest = sign === "" ? 2n ** 64n : 2n ** 63n;
  if (value >= highest || value < -(2n ** 63n)) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number)
    ? { tag: "!!int", value: number === 0 ? 0 : number }
    : { tag: "!!int", value: number, digits: value.toString() };
}

function float(text: string): ResolvedScalar | undefined {
  const value = Number(text);
  return Number.isFinite(value) ? { tag: "!!float", value: value === 0 ? 0 : value } : undefined;
}

function binary(text: string): ResolvedScalar {
  const packed = text.replaceAll(/[\r\n]/g, "");
  const bytes = Buffer.from(packed, "base64");
  if (bytes.toString("base64") !== packed)
    return { tag: "!!binary", value: text, flaw: "!!binary value contains invalid base64 data" };
  return { tag: "!!binary", value: bytes.toString("utf8") };
}
