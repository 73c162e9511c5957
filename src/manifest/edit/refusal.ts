import type { Json } from "../../signal/object.ts";
import type { Edited, EditRefusalCode } from "./edit.ts";

/** The answer of an edit that is refused. */
export type Refused = Extract<Edited, { readonly ok: false }>;

/** A place in a text, for a refusal that can say where. */
export type TextPlace = { readonly text: string; readonly at: number };

/** Refuses an edit of a file in one sentence. */
export function refused(code: EditRefusalCode, message: string, file: string, place?: TextPlace): Refused {
  if (place === undefined) return { ok: false, refusal: { code, message: `${file}: ${message}`, file } };
  const before = place.text.slice(0, place.at);
  const line = before.split("\n").length;
  const column = place.at - before.lastIndexOf("\n");
  return { ok: false, refusal: { code, message: `${file}:${line}: ${message}`, file, line, column } };
}

/** A value as a refusal quotes it: not all of it where it is long. */
export function quoted(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
