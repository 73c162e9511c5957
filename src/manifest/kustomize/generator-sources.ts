import { compareBytes } from "../tree.ts";
import { asWay, fieldOf, type Mapping, type Place, type Scalar, scalarsOf } from "../yaml/node.ts";
import { decodeUtf8 } from "../yaml/text.ts";
import type { Folder } from "./folder.ts";
import { refuse } from "./refused.ts";

/** One key of a generated object, with its bytes and where they stand. */
export type Pair = { readonly key: string; readonly value: Uint8Array; readonly place: Place };

/** The keys that the literals, the files and the env files of a generator's entry say, in byte order. */
export function pairsFrom(entry: Mapping, folder: Folder, name: string): readonly Pair[] {
  const env = fieldOf(entry, "env");
  const envs = [...scalarsOf(fieldOf(entry, "envs")), ...(env?.kind === "scalar" && env.text !== "" ? [env] : [])];
  const pairs = [
    ...envs.flatMap((source) => pairsOfEnvFile(source, folder)),
    ...scalarsOf(fieldOf(entry, "literals")).map((source) => pairOfLiteral(source, folder)),
    ...scalarsOf(fieldOf(entry, "files")).map((source) => pairOfFile(source, folder)),
  ];
  const seen = new Set<string>();
  for (const { key, place } of pairs) {
    if (seen.has(key)) refuse("DUPLICATE_KEY", `configmap ${name} illegally repeats the key \`${key}\``, place);
    seen.add(key);
  }
  return pairs.toSorted((a, b) => compareBytes(a.key, b.key));
}

function pairOfLiteral(source: Scalar, folder: Folder): Pair {
  const { text, span } = folder.textIn(source, "generator");
  const equals = text.indexOf("=");
  if (equals <= 0) refuse("BAD_GENERATOR", `invalid literal source ${text}, expected key=value`, source);
  const isQuoted = /^(["']).*\1$/s.test(text.slice(equals + 1)) && text.length > equals + 2;
  const [start, end] = isQuoted ? [equals + 2, text.length - 1] : [equals + 1, text.length];
  const place = { source: asWay(source, "generator").source, ...span(start, end), behind: undefined };
  return { key: text.slice(0, equals), value: new TextEncoder().encode(text.slice(start, end)), place };
}

function pairOfFile(source: Scalar, folder: Folder): Pair {
  const parts = source.text.split("=");
  const [first = "", second] = parts;
  const isBad = parts.length > 2 || (second !== undefined && (first === "" || second === ""));
  if (isBad) refuse("BAD_GENERATOR", `source "${source.text}": expected a file path or key=path`, source);
  const path = second ?? first;
  const file = folder.pathTo({ ...source, text: path });
  const isLeftOut = /^https?:\/\//.test(path) && folder.loader.leavesOut(path);
  const value = isLeftOut ? new Uint8Array() : folder.loader.bytesOf(file, source);
  const place = { source: { file, way: "generator" } as const, start: 0, end: value.length, behind: undefined };
  return { key: second === undefined ? baseName(path) : first, value, place };
}

function baseName(path: string): string {
  return path.replace(/\/+$/, "").split("/").at(-1) || ".";
}

// Go's line reader gives up, silently, at a line that is longer than this.
const LONGEST_LINE = 65_536;

function pairsOfEnvFile(source: Scalar, folder: Folder): readonly Pair[] {
  const file = folder.pathTo(source);
  const bytes = folder.loader.bytesOf(file, source);
  const pairs: Pair[] = [];
  let start = 0;
  while (start < bytes.length) {
    const found = bytes.indexOf(10, start);
    const end = found < 0 ? bytes.length : found;
    if (end - start >= LONGEST_LINE) break;
    const pair = pairOfLine(bytes, start, end, file);
    if (pair !== undefined) pairs.push(pair);
    start = end + 1;
  }
  return pairs;
}

function pairOfLine(bytes: Uint8Array, lineStart: number, lineEnd: number, file: string): Pair | undefined {
  const source = { file, way: "generator" } as const;
  const end = bytes[lineEnd - 1] === 13 && lineEnd > lineStart ? lineEnd - 1 : lineEnd;
  const line = decodeUtf8(bytes.subarray(lineStart, end));
  if (line === undefined) return refuse("NOT_UTF8", "line has invalid utf8 bytes", { source, start: lineStart });
  const unmarked = lineStart === 0 ? line.replace(/^\ufeff/, "") : line;
  const text = unmarked.replace(/^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/, "");
  const equals = text.indexOf("=");
  if (text === "" || text.startsWith("#") || equals === 0) return undefined;
  const value = new TextEncoder().encode(equals < 0 ? "" : text.slice(equals + 1));
  return {
    key: equals < 0 ? text : text.slice(0, equals),
    value,
    place: { source, start: end - value.length, end, behind: undefined },
  };
}
