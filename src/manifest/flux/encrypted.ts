import { fieldOf, type Mapping, textOf } from "../yaml/node.ts";
import type { Placed } from "./tree.ts";

// How SOPS begins every value that it encrypts.
const CIPHER = "ENC[AES256_GCM,";

/** The Secrets that a Kustomization generates from encrypted files: a hash in their names is that of what they hold decrypted. */
export function generatedFromCipher({ member: { draft, kept } }: Placed): readonly string[] {
  if (!draft.spec.decrypts) return [];
  return [...(kept?.holders ?? [])].flatMap(([name, node]) => (isFromCipher(node) ? [name] : []));
}

function isFromCipher(object: Mapping): boolean {
  const data = fieldOf(object, "data");
  if (textOf(fieldOf(object, "kind")) !== "Secret" || data?.kind !== "map") return false;
  return data.entries.some(({ value }) => Buffer.from(textOf(value), "base64").includes(CIPHER));
}
