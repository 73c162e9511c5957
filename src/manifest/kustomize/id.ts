import { fieldOf, type Node, textOf } from "../yaml/node.ts";

/** Group, version and kind; empty where they are not said. */
export type Gvk = { readonly group: string; readonly version: string; readonly kind: string };

/** What tells one resource from another while kustomize builds. */
export type ResourceId = Gvk & { readonly name: string; readonly namespace: string; readonly isClusterScoped: boolean };

/** A name that a resource had before a step renamed it. */
export type PreviousId = { readonly kind: string; readonly name: string; readonly namespace: string };

/** Stands for the namespace of what has none. */
export const NO_NAMESPACE = "_non_namespaceable_";

/** The kinds kustomize knows to stand outside of any namespace; every other kind is thought to be in one. */
const CLUSTER_SCOPED = new Set(
  Object.entries({
    "admissionregistration.k8s.io": ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
    "apiextensions.k8s.io": ["CustomResourceDefinition"],
    "apiregistration.k8s.io": ["APIService"],
    "certificates.k8s.io": ["CertificateSigningRequest"],
    "networking.k8s.io": ["IngressClass"],
    "node.k8s.io": ["RuntimeClass"],
    "rbac.authorization.k8s.io": ["ClusterRole", "ClusterRoleBinding"],
    "scheduling.k8s.io": ["PriorityClass"],
    "storage.k8s.io": ["StorageClass", "VolumeAttachment", "CSIDriver"],
  })
    .flatMap(([group, kinds]) => kinds.flatMap((kind) => [`${group}/v1/${kind}`, `${group}/v1beta1/${kind}`]))
    .concat(
      ["FlowSchema", "PriorityLevelConfiguration"].map((kind) => `flowcontrol.apiserver.k8s.io/v1beta1/${kind}`),
      ["policy/v1beta1/PodSecurityPolicy", "storage.k8s.io/v1/CSINode"],
      ["ComponentStatus", "Namespace", "Node", "NodeProxyOptions", "PersistentVolume"].map((kind) => `/v1/${kind}`),
    ),
);

/** Whether kustomize is certain that this kind stands outside of any namespace. */
export function isClusterScoped({ group, version, kind }: Gvk): boolean {
  return CLUSTER_SCOPED.has(`${group}/${version}/${kind}`);
}

/** Group and version of an apiVersion. */
export function splitApiVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf("/");
  if (slash < 0) return { group: "", version: apiVersion };
  return { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** The group, version and kind that an object says it has. */
export function gvkOf(node: Node): Gvk {
  return { ...splitApiVersion(textOf(fieldOf(node, "apiVersion"))), kind: textOf(fieldOf(node, "kind")) };
}

/** The namespace a resource is taken to be in. */
export function effectiveNamespace(id: Pick<ResourceId, "namespace" | "isClusterScoped">): string {
  if (id.isClusterScoped) return NO_NAMESPACE;
  return id.namespace === "" ? "default" : id.namespace;
}

/** Whether both name the same resource. */
export function isSameId(a: ResourceId, b: ResourceId): boolean {
  if (a.name !== b.name || a.kind !== b.kind || a.group !== b.group || a.version !== b.version) return false;
  return effectiveNamespace(a) === effectiveNamespace(b);
}

/** Equal for two resources that may not stand beside each other. */
export function keyOf(id: ResourceId): string {
  return [id.group, id.version, id.kind, effectiveNamespace(id), id.name].join("\n");
}

/** Whether group, version and kind are the selector's, as far as it says any. */
export function isSelected(gvk: Gvk, selector: Partial<Gvk>): boolean {
  return (
    (!selector.group || selector.group === gvk.group) &&
    (!selector.version || selector.version === gvk.version) &&
    (!selector.kind || selector.kind === gvk.kind)
  );
}

/** The id as kustomize writes it in its messages: `Deployment.v1.apps/checkout.shop`. */
export function idText(id: Gvk & { readonly name: string; readonly namespace: string }): string {
  return `${gvkText(id)}/${id.name || "[noName]"}.${id.namespace || "[noNs]"}`;
}

/** `Deployment.v1.apps`, as kustomize writes it. */
export function gvkText({ group, version, kind }: Partial<Gvk>): string {
  return `${kind || "[noKind]"}.${version || "[noVer]"}.${group || "[noGrp]"}`;
}
