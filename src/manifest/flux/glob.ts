/**
 * Whether a shell pattern (`*`, `?`, `[a-z]`, `\x`) matches a whole text, as Go understands it. Both are UTF-8 bytes,
 * one a character; a malformed pattern is undefined.
 */
export function matchesGlob(pattern: string, text: string): boolean | undefined {
  let rest = text;
  let left = pattern;
  while (left !== "") {
    const { isStarred, chunk, after } = nextChunk(left);
    left = after;
    if (isStarred && chunk === "") return true;
    const found = matchAnywhere(chunk, rest, { isStarred, isLast: left === "" });
    if (typeof found !== "string") return found;
    rest = found;
  }
  return rest === "";
}

type Place = { readonly isStarred: boolean; readonly isLast: boolean };

/** What is left of the text behind the chunk; false where it is not there, undefined where the chunk is malformed. */
function matchAnywhere(chunk: string, text: string, { isStarred, isLast }: Place): string | false | undefined {
  for (let from = 0; from <= (isStarred ? text.length : 0); from++) {
    const found = matchChunk(chunk, text.slice(from));
    if (found === undefined) return undefined;
    // The last chunk has to reach the end, else a star could still match more.
    if (found !== false && (found === "" || !isLast)) return found;
  }
  return false;
}

function nextChunk(pattern: string): { isStarred: boolean; chunk: string; after: string } {
  const stars = /^\**/.exec(pattern)?.[0].length ?? 0;
  let isInClass = false;
  let at = stars;
  for (; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === "\\") at++;
    else if (character === "[") isInClass = true;
    else if (character === "]") isInClass = false;
    else if (character === "*" && !isInClass) break;
  }
  return { isStarred: stars > 0, chunk: pattern.slice(stars, at), after: pattern.slice(at) };
}

type Remainder = { readonly chunk: string; readonly text: string };

function matchChunk(chunk: string, text: string): string | false | undefined {
  let left: Remainder = { chunk, text };
  while (left.chunk !== "") {
    const next = left.text !== "" && matchOne(left);
    if (next === false || next === undefined) return next;
    left = next;
  }
  return left.text;
}

/** One character, one class or one `?` further on. */
function matchOne({ chunk, text }: Remainder): Remainder | false | undefined {
  const character = firstCharacter(text);
  if (chunk.startsWith("?")) return { chunk: chunk.slice(1), text: text.slice(character.length) };
  if (chunk.startsWith("[")) {
    const found = matchClass(chunk.slice(1), character);
    return typeof found === "string" ? { chunk: found, text: text.slice(character.length) } : found;
  }
  const plain = chunk.startsWith("\\") ? chunk.slice(1) : chunk;
  if (plain === "") return undefined;
  return plain.charAt(0) === text.charAt(0) && { chunk: plain.slice(1), text: text.slice(1) };
}

/** What is left of the pattern behind a class that holds the character. */
function matchClass(pattern: string, character: string): string | false | undefined {
  const isNegated = pattern.startsWith("^");
  let left = isNegated ? pattern.slice(1) : pattern;
  let isInside = false;
  for (let ranges = 0; ranges === 0 || !left.startsWith("]"); ranges++) {
    const low = takeMember(left);
    if (low === undefined) return undefined;
    const high = low.after.startsWith("-") ? takeMember(low.after.slice(1)) : low;
    if (high === undefined) return undefined;
    // UTF-8 bytes compare as the characters they spell do.
    if (low.member <= character && character <= high.member) isInside = true;
    left = high.after;
  }
  return isInside === isNegated ? false : left.slice(1);
}

function takeMember(pattern: string): { member: string; after: string } | undefined {
  if (pattern === "" || /^[-\]]/.test(pattern)) return undefined;
  const from = pattern.startsWith("\\") ? pattern.slice(1) : pattern;
  const member = firstCharacter(from);
  const after = from.slice(member.length);
  return after === "" ? undefined : { member, after };
}

/** The bytes of the first character of a text in UTF-8. */
function firstCharacter(bytes: string): string {
  const several = /^(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})/.exec(bytes);
  return several?.[0] ?? bytes.charAt(0);
}
