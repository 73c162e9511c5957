import type { Json } from "../../signal/object.ts";
import type { FieldPath } from "../path.ts";

/** The bytes of the only line of a template that sets such a field to such a value; those of all of it where none is alone. */
export function templateLine(
  template: Uint8Array,
  path: FieldPath,
  value: Json,
): { readonly start: number; readonly end: number } {
  const key = path.findLast((step) => typeof step === "string" && !step.startsWith("["));
  let start = 0;
  const lines = Buffer.from(template)
    .toString()
    .split(/(?<=\n)/)
    .map((text) => {
      const line = { text: text.trim().replace(/^- /, ""), start, end: start + Buffer.byteLength(text.trimEnd()) };
      start += Buffer.byteLength(text);
      return line;
    });
  const own = lines.filter(({ text }) => text.startsWith(`${key}:`));
  const exact = own.filter(({ text }) => unquoted(text.slice(`${key}:`.length)) === String(value));
  const [only, ...others] = exact.length > 0 ? exact : own;
  const isAlone = only !== undefined && others.length === 0;
  return isAlone ? { start: only.start, end: only.end } : { start: 0, end: template.length };
}

function unquoted(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/, "$2");
}
