import type { Style } from "./style.ts";

/** A text with the habits of its author. */
export type Page = { readonly text: string; readonly style: Style };
