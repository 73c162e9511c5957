/** Characters `start` to `end` of a text become `text`. */
export type Splice = { readonly start: number; readonly end: number; readonly text: string };

/** The text with one splice made. */
export function spliced(text: string, { start, end, text: inserted }: Splice): string {
  return text.slice(0, start) + inserted + text.slice(end);
}
