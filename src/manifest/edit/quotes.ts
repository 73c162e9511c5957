import type { YAMLError } from "yaml";

/**
 * The text with the line breaks of one quoted scalar made into spaces, where these break it off for the parser:
 * Kubernetes lets its lines be indented less than what holds them. Undefined where that is not what is wrong.
 */
export function withJoinedLines(text: string, errors: readonly YAMLError[]): string | undefined {
  const broken = errors.find(({ message }) => message.startsWith("Missing closing"));
  if (broken === undefined) return undefined;
  const from = broken.pos[0];
  const rest = broken.message.includes('"') ? /(?:[^"\\]|\\.)*"/sy : /(?:[^']|'')*'/sy;
  rest.lastIndex = from;
  const lines = rest.exec(text)?.[0];
  if (lines === undefined || !lines.includes("\n") || /^(?:---|\.\.\.)\s/m.test(lines)) return undefined;
  return text.slice(0, from) + lines.replaceAll(/[\r\n]/g, " ") + text.slice(from + lines.length);
}
