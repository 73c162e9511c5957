/** What a part of one text becomes when the whole becomes another, the rest staying as it is. */
export function partOf(part: string, from: string, to: string): string | undefined {
  const at = part === "" ? -1 : from.lastIndexOf(part);
  if (at < 0) return undefined;
  const [head, tail] = [from.slice(0, at), from.slice(at + part.length)];
  const isEnclosed = to.startsWith(head) && to.endsWith(tail) && to.length >= head.length + tail.length;
  return isEnclosed ? to.slice(head.length, to.length - tail.length) : undefined;
}
