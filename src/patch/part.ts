/** What stands between a head and a tail in a text, or undefined where they do not enclose it. */
export function inner(text: string, head: string, tail: string): string | undefined {
  const isEnclosed = text.startsWith(head) && text.endsWith(tail) && text.length >= head.length + tail.length;
  return isEnclosed ? text.slice(head.length, text.length - tail.length) : undefined;
}

/** What a part of one text becomes when the whole becomes another, the rest staying as it is. */
export function partOf(part: string, from: string, to: string): string | undefined {
  const at = from.lastIndexOf(part);
  return at < 0 || part === "" ? undefined : inner(to, from.slice(0, at), from.slice(at + part.length));
}
