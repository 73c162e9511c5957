import { createHash, createHmac } from "node:crypto";
import type { AuditEntry } from "../../ports.ts";
import type { Json } from "../../signal/object.ts";

// The keys of every map in order, so that equal documents are equal texts.
function canonicalJson(value: Json): string {
  return JSON.stringify(value, (_, inner: Json) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** The id of a document: `sha256:` and the hash of its canonical JSON. */
export function documentId(document: Json): string {
  return `sha256:${createHash("sha256").update(canonicalJson(document)).digest("hex")}`;
}

/** What stands before the first entry of an audit chain. */
export const CHAIN_BEGIN = "begin";

/** The keyed hash of an audit entry over all it says and the hash before it. */
export function entryHash(auditKey: string, entry: Omit<AuditEntry, "hash">): string {
  const { id, incident, kind, at, data, previous } = entry;
  const text = canonicalJson([id, incident, kind, at.toISOString(), data, previous]);
  return createHmac("sha256", auditKey).update(text).digest("hex");
}
