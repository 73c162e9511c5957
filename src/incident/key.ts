import { createHash } from "node:crypto";
import { groupOf, type ObjectRef } from "../signal/object.ts";

/** The identity of an incident: cluster and root, nothing that an alert or a model wrote. */
export function incidentKey(cluster: string, root: ObjectRef): string {
  return hashOf([cluster, groupOf(root.apiVersion), root.kind, root.namespace ?? "", root.name]);
}

/** A short hash of an ordered list of texts; no two lists share one by joining differently. */
export function hashOf(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 20);
}
