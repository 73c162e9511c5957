import type { Place, Scalar, Source } from "./node.ts";

/** Text to be read as YAML that knows where its characters stand in a file. */
export type Text = {
  readonly source: Source;
  readonly text: string;
  /** The byte offset in the file of each end of a range of the text. */
  readonly span: (start: number, end: number) => { readonly start: number; readonly end: number };
};

/** The text of a whole file, or undefined where it is not UTF-8. */
export function textOfFile(source: Source, bytes: Uint8Array): Text | undefined {
  const text = decodeUtf8(bytes);
  if (text === undefined) return undefined;
  if (text.length === bytes.length) return { source, text, span: (start, end) => ({ start, end }) };
  const byteOf = byteOffsets(text);
  return { source, text, span: (start, end) => ({ start: byteOf(start), end: byteOf(end) }) };
}

/** The text of bytes with its byte order mark; undefined where they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The offset of the first byte that is not UTF-8, in bytes that are not. */
export function firstNotText(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isText(bytes.subarray(0, middle))) low = middle;
    else high = middle - 1;
  }
  return low;
}

function isText(beginning: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(beginning, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Text that was the value of a scalar: every part of it stands where the scalar stands. */
export function textOfPlace(place: Place, source: Source, text: string): Text {
  return { source, text, span: () => ({ start: place.start, end: place.end }) };
}

/** From UTF-16 offsets of a text to offsets of its UTF-8 bytes. */
function byteOffsets(text: string): (offset: number) => number {
  // Checkpoints every 256 characters keep each look-up short without an entry for every character.
  const checkpoints: number[] = [];
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    if (at % 256 === 0) checkpoints.push(bytes);
    bytes += bytesAt(text, at);
  }
  return (offset) => {
    if (offset >= text.length) return bytes;
    const from = offset - (offset % 256);
    let total = checkpoints[from / 256] ?? 0;
    for (let at = from; at < offset; at++) total += bytesAt(text, at);
    return total;
  };
}

// A surrogate pair is four bytes: three counted at its first half, one at its second.
function bytesAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code >= 0xdc00 && code <= 0xdfff ? 1 : 3;
}

/** The line and the column of a byte offset, 1-based, the column in characters. */
export function positionAt(bytes: Uint8Array, offset: number): { readonly line: number; readonly column: number } {
  const end = Math.min(offset, bytes.length);
  let line = 1;
  let lineStart = 0;
  for (let at = bytes.indexOf(10); at >= 0 && at < end; at = bytes.indexOf(10, at + 1)) {
    line++;
    lineStart = at + 1;
  }
  return { line, column: new TextDecoder().decode(bytes.subarray(lineStart, end)).length + 1 };
}

/** A part of a text, which knows where it stands as the whole does. */
export function partOf({ source, text, span }: Text, start: number, end: number): Text {
  return { source, text: text.slice(start, end), span: (from, to) => span(start + from, start + to) };
}

/** The text that a scalar of a file holds, each character where it stands in the file as far as that can be told. */
export function textOfScalar(scalar: Scalar, source: Source, bytes: Uint8Array): Text {
  const { text, style } = scalar;
  const raw = new TextDecoder().decode(bytes.subarray(scalar.start, scalar.end));
  if (style === "BLOCK_LITERAL") return textOfBlock(scalar, source, raw) ?? textOfPlace(scalar, source, text);
  const quote = style === "PLAIN" ? 0 : 1;
  if (raw.slice(quote, quote + text.length) !== text) return textOfPlace(scalar, source, text);
  const byteOf = byteOffsets(raw);
  const at = (offset: number): number => scalar.start + byteOf(offset + quote);
  return { source, text, span: (start, end) => ({ start: at(start), end: at(end) }) };
}

// Each line of a literal block is a line of the file behind its indentation.
function textOfBlock(place: Scalar, source: Source, raw: string): Text | undefined {
  const rawLines = raw.split("\n").slice(1);
  const { text } = place;
  const lines = text.split("\n");
  const first = lines.findIndex((line) => line !== "");
  const indent = (rawLines[first] ?? "").replace(/\r$/, "").length - (lines[first] ?? "").length;
  const byteOf = byteOffsets(raw);
  const starts: number[] = [];
  const rawStarts: number[] = [];
  let at = 0;
  let rawAt = raw.indexOf("\n") + 1;
  for (const [index, line] of lines.entries()) {
    starts.push(at);
    const rawLine = rawLines[index] ?? "";
    rawStarts.push(rawAt + Math.min(indent, rawLine.length));
    if (line !== "" && rawLine.slice(indent, indent + line.length) !== line) return undefined;
    at += line.length + 1;
    rawAt += rawLine.length + 1;
  }
  const offsetOf = (offset: number): number => {
    const index = lastAtMost(starts, offset);
    return place.start + byteOf((rawStarts[index] ?? 0) + offset - (starts[index] ?? 0));
  };
  return { source, text, span: (start, end) => ({ start: offsetOf(start), end: offsetOf(end) }) };
}

function lastAtMost(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((sorted[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
