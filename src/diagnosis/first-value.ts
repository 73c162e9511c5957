import { parseAllDocuments } from "yaml";
import type { Json } from "../signal/object.ts";

// More is an attack, no manifest.
const MOST_ALIASES = 100;

/** What the first document of a YAML text says; undefined where it cannot be read. */
export function firstValue(text: string): Json | undefined {
  const [document] = parseAllDocuments(text, { logLevel: "silent", uniqueKeys: false });
  if (document === undefined || !("errors" in document) || document.errors.length > 0) return undefined;
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch {
    // An alias of nothing, or aliases without end.
    return undefined;
  }
}
