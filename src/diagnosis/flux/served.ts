import { groupOf } from "../../signal/object.ts";
import type { FactDraft } from "../hypothesis.ts";
import type { Lookup } from "../lookup.ts";
import { listAt, mapAt, textAt } from "../read.ts";

/** In what apiVersion a cluster serves a kind that it does not serve in another, and since when, where that is known. */
export type Served = { readonly apiVersion: string | null; readonly since: string | null };

type Removal = readonly [apiVersion: string, kinds: RegExp, since: string, instead: string | null];

// Kubernetes, "Deprecated API Migration Guide".
const REMOVED: readonly Removal[] = [
  ["extensions/v1beta1", /^Ingress$/, "1.22", "networking.k8s.io/v1"],
  ["extensions/v1beta1", /^NetworkPolicy$/, "1.16", "networking.k8s.io/v1"],
  ["extensions/v1beta1", /^(Deployment|DaemonSet|ReplicaSet)$/, "1.16", "apps/v1"],
  ["apps/v1beta1", /./, "1.16", "apps/v1"],
  ["apps/v1beta2", /./, "1.16", "apps/v1"],
  ["networking.k8s.io/v1beta1", /^Ingress/, "1.22", "networking.k8s.io/v1"],
  ["rbac.authorization.k8s.io/v1beta1", /./, "1.22", "rbac.authorization.k8s.io/v1"],
  ["admissionregistration.k8s.io/v1beta1", /WebhookConfiguration$/, "1.22", "admissionregistration.k8s.io/v1"],
  ["apiextensions.k8s.io/v1beta1", /./, "1.22", "apiextensions.k8s.io/v1"],
  ["certificates.k8s.io/v1beta1", /^CertificateSigningRequest$/, "1.22", "certificates.k8s.io/v1"],
  ["coordination.k8s.io/v1beta1", /^Lease$/, "1.22", "coordination.k8s.io/v1"],
  ["scheduling.k8s.io/v1beta1", /./, "1.22", "scheduling.k8s.io/v1"],
  ["storage.k8s.io/v1beta1", /^CSIStorageCapacity$/, "1.27", "storage.k8s.io/v1"],
  ["storage.k8s.io/v1beta1", /^(StorageClass|CSI|VolumeAttachment$)/, "1.22", "storage.k8s.io/v1"],
  ["batch/v1beta1", /./, "1.25", "batch/v1"],
  ["discovery.k8s.io/v1beta1", /./, "1.25", "discovery.k8s.io/v1"],
  ["events.k8s.io/v1beta1", /./, "1.25", "events.k8s.io/v1"],
  ["autoscaling/v2beta1", /./, "1.25", "autoscaling/v2"],
  ["autoscaling/v2beta2", /./, "1.26", "autoscaling/v2"],
  ["policy/v1beta1", /^PodDisruptionBudget$/, "1.25", "policy/v1"],
  ["policy/v1beta1", /^PodSecurityPolicy$/, "1.25", null],
  ["node.k8s.io/v1beta1", /./, "1.25", "node.k8s.io/v1"],
  ["flowcontrol.apiserver.k8s.io/v1beta1", /./, "1.26", "flowcontrol.apiserver.k8s.io/v1"],
  ["flowcontrol.apiserver.k8s.io/v1beta2", /./, "1.29", "flowcontrol.apiserver.k8s.io/v1"],
  ["flowcontrol.apiserver.k8s.io/v1beta3", /./, "1.32", "flowcontrol.apiserver.k8s.io/v1"],
];

/** How a kind is served now that is not in this apiVersion; undefined where the cluster may not know the kind at all. */
export function servedInstead(lookup: Lookup, kind: string, apiVersion: string): Served | undefined {
  const removed = REMOVED.find(([old, kinds]) => old === apiVersion && kinds.test(kind));
  if (removed !== undefined) return { since: removed[2], apiVersion: removed[3] };
  const group = groupOf(apiVersion);
  const definition = lookup
    .all("apiextensions.k8s.io/CustomResourceDefinition")
    .find((each) => textAt(each, "spec", "group") === group && textAt(each, "spec", "names", "kind") === kind);
  const version = listAt(definition, "spec", "versions").findLast((each) => mapAt(each)["served"] === true);
  return version === undefined ? undefined : { since: null, apiVersion: `${group}/${textAt(version, "name")}` };
}

/** How a kind is served now, as a fact; none where that is not known. */
export function servedFacts(lookup: Lookup, kind: string, apiVersion: string): readonly FactDraft[] {
  const served = servedInstead(lookup, kind, apiVersion);
  if (served === undefined) return [];
  const version = clusterVersion(lookup);
  const running = version === undefined ? "" : ` (this cluster runs ${version})`;
  const since = served.since === null ? "" : ` since Kubernetes ${served.since}${running}`;
  const text = `${kind} is served in ${served.apiVersion ?? "no apiVersion"}, and not in ${apiVersion}${since}`;
  return [{ verdict: "FOUND", kind: "api-version", text, source: "the API server", at: null }];
}

// As its nodes tell it.
function clusterVersion(lookup: Lookup): string | undefined {
  const versions = lookup.all("/Node").map((node) => textAt(node, "status", "nodeInfo", "kubeletVersion") ?? "");
  return versions.flatMap((version) => /^v?(\d+\.\d+)/.exec(version)?.[1] ?? [])[0];
}
