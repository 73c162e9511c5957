import type { KnownKind } from "../../evidence/kinds.ts";
import { mapOf } from "../../signal/json.ts";
import type { KubernetesObject } from "../../signal/object.ts";
import { REDACTED } from "../../signal/secret-forms.ts";
import type { Ask } from "./ask.ts";
import { type Listed, listKind } from "./list.ts";

const METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/**
 * Lists Secrets without their values ever leaving the API server: only metadata is asked for, and the names of their
 * keys are among what the managers of a Secret's fields own. One whose managers were wiped is left out, and the list is
 * incomplete then.
 */
export async function listSecrets(ask: Ask, known: KnownKind, version: string): Promise<Listed> {
  const listed = await listKind(ask, known, version, METADATA);
  const objects = listed.objects.map(withKeys).filter((secret) => secret !== undefined);
  const wiped = listed.objects.length - objects.length;
  if (wiped === 0) return { ...listed, objects };
  const complaint = `The keys of ${wiped} Secrets are unknown: their managedFields are empty, and their values are not read.`;
  return { objects, isComplete: false, complaint: [listed.complaint, complaint].filter(Boolean).join(" ") };
}

function withKeys(secret: KubernetesObject): KubernetesObject | undefined {
  const { managedFields } = secret.metadata;
  if (managedFields === undefined || managedFields.length === 0) return undefined;
  const keys = new Set<string>();
  for (const { fieldsV1 } of managedFields)
    for (const field of ["f:data", "f:stringData"])
      for (const key of Object.keys(mapOf(fieldsV1?.[field]))) if (key.startsWith("f:")) keys.add(key.slice(2));
  const data = Object.fromEntries([...keys].sort().map((key) => [key, REDACTED]));
  return { ...secret, ...(keys.size > 0 && { data }) };
}
