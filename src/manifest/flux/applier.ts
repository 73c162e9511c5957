import { groupOf, type KubernetesObject, type ObjectRef } from "../../signal/object.ts";

const API_VERSIONS = {
  Kustomization: "kustomize.toolkit.fluxcd.io/v1",
  HelmRelease: "helm.toolkit.fluxcd.io/v2",
} as const;

/** The Flux object of this kind that applied a live object, by the labels that its controller gives; undefined where none did. */
export function applierOf(
  object: KubernetesObject | undefined,
  kind: keyof typeof API_VERSIONS,
): ObjectRef | undefined {
  const apiVersion = API_VERSIONS[kind];
  const label = (field: string): string | undefined => object?.metadata.labels?.[`${groupOf(apiVersion)}/${field}`];
  const [name, namespace] = [label("name"), label("namespace")];
  return name === undefined || namespace === undefined ? undefined : { apiVersion, kind, namespace, name };
}
