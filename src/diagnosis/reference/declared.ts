import { parseAllDocuments } from "yaml";

/** An object that a file declares, as far as its bytes say: a namespace is often added only when rendered. */
export type Declared = { readonly kind: string; readonly namespace: string | null; readonly name: string };

const MAX_BYTES = 1_000_000;

const known = new WeakMap<Uint8Array, readonly Declared[]>();

/** The objects that a file's documents declare; none where the file is no YAML, or too large to be written by hand. */
export function declaredIn(bytes: Uint8Array | null): readonly Declared[] {
  if (bytes === null || bytes.length > MAX_BYTES) return [];
  const found = known.get(bytes) ?? read(new TextDecoder().decode(bytes));
  known.set(bytes, found);
  return found;
}

function read(text: string): readonly Declared[] {
  if (!/^\s*"?kind"?:/m.test(text)) return [];
  const documents = parseAllDocuments(text, { logLevel: "silent", uniqueKeys: false });
  return [...documents].flatMap((document) => {
    const kind = document.getIn(["kind"]);
    const name = document.getIn(["metadata", "name"]);
    const namespace = document.getIn(["metadata", "namespace"]);
    if (typeof kind !== "string" || typeof name !== "string") return [];
    return [{ kind, name, namespace: typeof namespace === "string" ? namespace : null }];
  });
}
