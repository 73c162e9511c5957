// What go-yaml writes in double quotes rather than as a block: spaces before a line break or at the end, and
// characters it does not print.
const NO_BLOCK = / \n| $|[[\p{Cc}--[\t\n]]\p{Cs}\u{10000}-\u{10ffff}\ufeff\ufffe\uffff]/v;

/**
 * The text of a folded block (`>`) after kustomize has written it out and read it again, as it does with everything it
 * prints. Its writer looks at the beginning of the whole text where it should look at the line, so that a line that is
 * indented deeper gains an empty line before it, and a text that begins with a space loses line breaks.
 */
export function refolded(text: string): string {
  if (!text.includes("\n") || NO_BLOCK.test(text)) return text;
  const isLed = /^\n*(?:[ \t]|$)/.test(text);
  return text.replace(
    /([^\n]+)(\n+)(?=([^\n]?))/g,
    (_, line: string, breaks: string, next: string) => line + rewritten(breaks.length, isBlank(line), next, isLed),
  );
}

function rewritten(count: number, isIndented: boolean, next: string, isLed: boolean): string {
  const written = isIndented || isLed ? count : count + 1;
  if (next === "") return "\n".repeat(count === 1 ? 1 : written);
  if (isIndented || isBlank(next)) return "\n".repeat(written);
  return written === 1 ? " " : "\n".repeat(written - 1);
}

function isBlank(text: string): boolean {
  return text.startsWith(" ") || text.startsWith("\t");
}
