/** The offset of the first character of the line. */
export function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

/** The offset of the line break that ends the line (`\r\n` counted as one), or the end of the text. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  if (end < 0) return text.length;
  return end > at && text[end - 1] === "\r" ? end - 1 : end;
}

/** The offset of the first character of the next line, or the end of the text. */
export function nextLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end + 1;
}

/** The column of an offset, counted from 0. */
export function columnOf(text: string, at: number): number {
  return at - lineStart(text, at);
}

/**
 * Where the content of a block scalar ends: its last line break and the blank lines after it do not count, unless
 * its header keeps them (`|+`). A line of more spaces than the content is indented by is content.
 */
export function contentEnd(text: string, start: number, end: number): number {
  const body = nextLine(text, start);
  let content = endBefore(text, end);
  if (/^[|>]\d?\+/.test(text.slice(start, body))) return content;
  const indents = text.slice(body, end).match(/^ *(?=[^\s])/gm) ?? [];
  const indent = Math.min(...indents.map(({ length }) => length));
  while (content > body && isBlank(text, content, indent)) content = endBefore(text, lineStart(text, content));
  return Math.max(content, endBefore(text, body));
}

function isBlank(text: string, lineBreak: number, indent: number): boolean {
  const line = text.slice(lineStart(text, lineBreak), lineBreak);
  return line.length <= indent && line.trim() === "";
}

// The end of the line that a line break before this offset ends.
function endBefore(text: string, end: number): number {
  if (text[end - 1] !== "\n") return end;
  return text[end - 2] === "\r" ? end - 2 : end - 1;
}
