import { type Cursor, isBlankOrEnd, isBreak, isBreakOrEnd, Malformed } from "./cursor.ts";

const HASH = 35;
const ANCHOR = /[A-Za-z0-9_-]+/y;
const BEHIND_ANCHOR = /[?:,\]}%@`]/;
const HANDLE = /![A-Za-z0-9_-]*!?/y;
const URI = /(?:[A-Za-z0-9_\-;/?:@&=+$,.!~*'()[\]]|%[0-9A-Fa-f]{2})*/y;
const VERSION = /%YAML[ \t]+([0-9]{1,2})\.([0-9]{1,2})(?=[ \t\r\n\x85\u2028\u2029#]|$)/y;
const TAG_DIRECTIVE =
  /%TAG[ \t]+(!(?:[A-Za-z0-9_-]*!)?)[ \t]+((?:[A-Za-z0-9_\-;/?:@&=+$,.!~*'()[\]]|%[0-9A-Fa-f]{2})+)(?=\s|$)/y;

function take(cursor: Cursor, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = cursor.at;
  const match = pattern.exec(cursor.text);
  if (match !== null) cursor.skip(match[0].length);
  return match;
}

/** Scans an anchor's name or an alias's, the cursor at its `&` or `*`. */
export function scanAnchor(cursor: Cursor): string {
  const start = cursor.at;
  cursor.skip();
  const name = take(cursor, ANCHOR)?.[0] ?? "";
  const isEnded = isBlankOrEnd(cursor.code()) || BEHIND_ANCHOR.test(cursor.text.charAt(cursor.at));
  if (name !== "" && isEnded) return name;
  throw new Malformed("MALFORMED_YAML", "did not find expected alphabetic or numeric character", start);
}

/** Scans a tag: what stands for its prefix, and the rest. */
export function scanTag(cursor: Cursor): { readonly handle: string; readonly suffix: string } {
  const start = cursor.at;
  const tag = cursor.text.startsWith("!<", start) ? scanVerbatim(cursor, start) : scanShort(cursor);
  if (isBlankOrEnd(cursor.code())) return tag;
  throw new Malformed("MALFORMED_YAML", "did not find expected whitespace or line break", start);
}

type Tag = { readonly handle: string; readonly suffix: string };

function scanVerbatim(cursor: Cursor, start: number): Tag {
  cursor.skip(2);
  const suffix = decoded(take(cursor, URI)?.[0] ?? "", start);
  if (suffix === "") throw new Malformed("MALFORMED_YAML", "did not find expected tag URI", start);
  if (cursor.text.charAt(cursor.at) !== ">") {
    throw new Malformed("MALFORMED_YAML", "did not find the expected '>'", start);
  }
  cursor.skip();
  return { handle: "", suffix };
}

function scanShort(cursor: Cursor): Tag {
  const start = cursor.at;
  const handle = take(cursor, HANDLE)?.[0] ?? "!";
  const rest = decoded(take(cursor, URI)?.[0] ?? "", start);
  if (handle.length > 1 && handle.endsWith("!")) {
    if (rest === "") throw new Malformed("MALFORMED_YAML", "did not find expected tag URI", start);
    return { handle, suffix: rest };
  }
  const suffix = handle.slice(1) + rest;
  // A lone `!` is no tag of its own: it only says that a scalar is not to be looked at.
  return suffix === "" ? { handle: "", suffix: "!" } : { handle: "!", suffix };
}

function decoded(uri: string, start: number): string {
  try {
    return uri.includes("%") ? decodeURIComponent(uri) : uri;
  } catch {
    throw new Malformed("MALFORMED_YAML", "found an incorrect trailing UTF-8 octet", start);
  }
}

/** Scans a directive, the cursor at its `%`. */
export function scanDirective(cursor: Cursor): {
  readonly kind: "version" | "tag-directive";
  readonly text: string;
  readonly suffix: string;
} {
  const start = cursor.at;
  const version = take(cursor, VERSION);
  const tag = version === null ? take(cursor, TAG_DIRECTIVE) : null;
  if (version === null && tag === null) {
    throw new Malformed("MALFORMED_YAML", "found unknown directive name", start);
  }
  cursor.skipBlanks();
  if (cursor.code() === HASH) cursor.skipToBreak();
  if (!isBreakOrEnd(cursor.code())) {
    throw new Malformed("MALFORMED_YAML", "did not find expected comment or line break", start);
  }
  if (isBreak(cursor.code())) cursor.breakLine();
  if (version !== null) return { kind: "version", text: `${Number(version[1])}.${Number(version[2])}`, suffix: "" };
  return { kind: "tag-directive", text: tag?.[1] ?? "", suffix: decoded(tag?.[2] ?? "", start) };
}
