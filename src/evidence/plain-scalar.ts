import { parse } from "yaml";

/** Thrown where a text is more than plain YAML; the whole text is read by the full parser then. */
export class NotPlain extends Error {}

/** What an odd scalar or a collection in one line means, by the full parser. */
export function parseOdd(text: string): unknown {
  return parse(text, { logLevel: "error" });
}

/** Whether a line begins an item of a list. */
export function isItem(content: string): boolean {
  return content === "-" || content.startsWith("- ");
}

/** The key that begins a line, and what stands behind its colon. */
export function keyOf(content: string): { readonly key: string; readonly rest: string } | undefined {
  const quoted = /^(?:"([^"\\]*)"|'([^']*)'):(?: +|$)/.exec(content);
  if (quoted !== null) return { key: harmless(quoted[1] ?? quoted[2] ?? ""), rest: content.slice(quoted[0].length) };
  const colon = content.indexOf(": ");
  const end = colon < 0 && content.endsWith(":") ? content.length - 1 : colon;
  if (end < 0 || /^["'{[|>]/.test(content)) return undefined;
  const key = content.slice(0, end);
  if (/^[&*!%@`#,\]}]|^[?-]($| )| #/.test(key)) throw new NotPlain();
  const meaning = scalar(key.trimEnd());
  if (meaning === null) throw new NotPlain();
  return { key: harmless(String(meaning)), rest: content.slice(end + 1).trimStart() };
}

/** A merge key is no key, and a prototype is no value. */
function harmless(key: string): string {
  if (key === "<<" || key === "__proto__") throw new NotPlain();
  return key;
}

/** One line of a plain scalar. */
export function plainPart(text: string): string {
  if (text.includes(" #") || text.includes(": ") || text.endsWith(":")) throw new NotPlain();
  return text;
}

/** A collection in one line. */
export function flow(text: string): unknown {
  if (text === "{}") return {};
  if (text === "[]") return [];
  if (!/[}\]]$/.test(text)) throw new NotPlain();
  return parseOdd(text);
}

/** Lines of one scalar: a line break is a space, an empty line is a line break. */
export function fold(parts: readonly string[]): string {
  let text = "";
  let breaks = 0;
  parts.forEach((part, index) => {
    if (part === "" && index > 0) breaks++;
    else {
      text += index === 0 ? part : (breaks > 0 ? "\n".repeat(breaks) : " ") + part;
      breaks = 0;
    }
  });
  return text;
}

const NUMBER = /^(?:[-+]?[0-9]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)$/;

/** What a plain scalar of one line means, by YAML's core schema. */
export function scalar(text: string): unknown {
  if (/^(?:~|null|Null|NULL|)$/.test(text)) return null;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  if (!/^[-+.0-9]/.test(text)) return text;
  if (NUMBER.test(text)) return Number(text);
  return /^(?:0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/.test(text) ? parseOdd(text) : text;
}
