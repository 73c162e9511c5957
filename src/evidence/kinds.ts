/** A kind that a diagnosis asks for. */
export type KnownKind = {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** As the API server's paths and RBAC name it. */
  readonly plural: string;
  readonly isNamespaced: boolean;
  /** Whether every cluster has it; a cluster without the others is whole. */
  readonly isBuiltIn: boolean;
};

type Row = readonly [kind: string, plural: string, scope?: "cluster"];

function group(name: string, version: string, isBuiltIn: boolean, rows: readonly Row[]): KnownKind[] {
  return rows.map(([kind, plural, scope]) => {
    return { group: name, version, kind, plural, isNamespaced: scope === undefined, isBuiltIn };
  });
}

/** Every kind that is read of a cluster. What else a snapshot holds is kept too. */
export const KINDS: readonly KnownKind[] = [
  ...group("", "v1", true, [
    ["Namespace", "namespaces", "cluster"],
    ["Node", "nodes", "cluster"],
    ["PersistentVolume", "persistentvolumes", "cluster"],
    ["Pod", "pods"],
    ["Event", "events"],
    ["Service", "services"],
    ["ConfigMap", "configmaps"],
    ["Secret", "secrets"],
    ["ServiceAccount", "serviceaccounts"],
    ["PersistentVolumeClaim", "persistentvolumeclaims"],
    ["ResourceQuota", "resourcequotas"],
    ["LimitRange", "limitranges"],
  ]),
  ...group("apps", "v1", true, [
    ["Deployment", "deployments"],
    ["ReplicaSet", "replicasets"],
    ["StatefulSet", "statefulsets"],
    ["DaemonSet", "daemonsets"],
    ["ControllerRevision", "controllerrevisions"],
  ]),
  ...group("batch", "v1", true, [
    ["Job", "jobs"],
    ["CronJob", "cronjobs"],
  ]),
  ...group("autoscaling", "v2", true, [["HorizontalPodAutoscaler", "horizontalpodautoscalers"]]),
  ...group("policy", "v1", true, [["PodDisruptionBudget", "poddisruptionbudgets"]]),
  ...group("networking.k8s.io", "v1", true, [
    ["Ingress", "ingresses"],
    ["IngressClass", "ingressclasses", "cluster"],
    ["NetworkPolicy", "networkpolicies"],
  ]),
  ...group("discovery.k8s.io", "v1", true, [["EndpointSlice", "endpointslices"]]),
  ...group("rbac.authorization.k8s.io", "v1", true, [
    ["Role", "roles"],
    ["RoleBinding", "rolebindings"],
    ["ClusterRole", "clusterroles", "cluster"],
    ["ClusterRoleBinding", "clusterrolebindings", "cluster"],
  ]),
  ...group("storage.k8s.io", "v1", true, [["StorageClass", "storageclasses", "cluster"]]),
  ...group("scheduling.k8s.io", "v1", true, [["PriorityClass", "priorityclasses", "cluster"]]),
  ...group("admissionregistration.k8s.io", "v1", true, [
    ["ValidatingWebhookConfiguration", "validatingwebhookconfigurations", "cluster"],
    ["MutatingWebhookConfiguration", "mutatingwebhookconfigurations", "cluster"],
  ]),
  ...group("apiextensions.k8s.io", "v1", true, [["CustomResourceDefinition", "customresourcedefinitions", "cluster"]]),
  ...group("kustomize.toolkit.fluxcd.io", "v1", false, [["Kustomization", "kustomizations"]]),
  ...group("helm.toolkit.fluxcd.io", "v2", false, [["HelmRelease", "helmreleases"]]),
  ...group("source.toolkit.fluxcd.io", "v1", false, [
    ["GitRepository", "gitrepositories"],
    ["OCIRepository", "ocirepositories"],
    ["HelmRepository", "helmrepositories"],
    ["HelmChart", "helmcharts"],
    ["Bucket", "buckets"],
    ["ExternalArtifact", "externalartifacts"],
  ]),
  ...group("source.extensions.fluxcd.io", "v1beta1", false, [["ArtifactGenerator", "artifactgenerators"]]),
  ...group("image.toolkit.fluxcd.io", "v1", false, [
    ["ImageRepository", "imagerepositories"],
    ["ImagePolicy", "imagepolicies"],
    ["ImageUpdateAutomation", "imageupdateautomations"],
  ]),
  ...group("notification.toolkit.fluxcd.io", "v1", false, [["Receiver", "receivers"]]),
  ...group("cert-manager.io", "v1", false, [
    ["Certificate", "certificates"],
    ["CertificateRequest", "certificaterequests"],
    ["Issuer", "issuers"],
    ["ClusterIssuer", "clusterissuers", "cluster"],
  ]),
  ...group("gateway.networking.k8s.io", "v1", false, [
    ["Gateway", "gateways"],
    ["HTTPRoute", "httproutes"],
  ]),
  ...group("networking.istio.io", "v1", false, [
    ["VirtualService", "virtualservices"],
    ["DestinationRule", "destinationrules"],
  ]),
  ...group("keda.sh", "v1alpha1", false, [["ScaledObject", "scaledobjects"]]),
  ...group("autoscaling.k8s.io", "v1", false, [["VerticalPodAutoscaler", "verticalpodautoscalers"]]),
  ...group("external-secrets.io", "v1", false, [["ExternalSecret", "externalsecrets"]]),
  ...group("monitoring.coreos.com", "v1", false, [["PrometheusRule", "prometheusrules"]]),
];

const BY_NAME = new Map(
  KINDS.flatMap((known) => [known.plural, known.kind.toLowerCase()].map((name) => [name, known] as const)),
);

/** The kind of this plural or singular name, in any case: `daemonsets`, `DaemonSet`. */
export function kindNamed(name: string): KnownKind | undefined {
  return BY_NAME.get(name.toLowerCase());
}

/** One permission, as RBAC names it. */
export type Read = { readonly group: string; readonly resource: string; readonly verb: "list" | "get" };

/** Every permission that reading a live cluster takes; deploy/rbac.yaml grants exactly these. */
export const READS: readonly Read[] = [
  ...KINDS.map(({ group: name, plural }): Read => ({ group: name, resource: plural, verb: "list" })),
  { group: "", resource: "pods/log", verb: "get" },
];
