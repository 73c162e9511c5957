import type { ObjectRef } from "./object.ts";

type Labels = Readonly<Record<string, string>>;

type Row = readonly [label: string, apiVersion: string, kind: string];

// Labels whose value is the name of an object of one kind, as kube-state-metrics, the kubelet and KEDA write them; the
// more telling one first. An autoscaler or a claim is what its alert is about even where a pod is named beside it.
const PARTS: readonly Row[] = [
  ["horizontalpodautoscaler", "autoscaling/v2", "HorizontalPodAutoscaler"],
  ["hpa", "autoscaling/v2", "HorizontalPodAutoscaler"],
  ["verticalpodautoscaler", "autoscaling.k8s.io/v1", "VerticalPodAutoscaler"],
  ["scaledObject", "keda.sh/v1alpha1", "ScaledObject"],
  ["poddisruptionbudget", "policy/v1", "PodDisruptionBudget"],
  ["persistentvolumeclaim", "v1", "PersistentVolumeClaim"],
  ["resourcequota", "v1", "ResourceQuota"],
  ["ingress", "networking.k8s.io/v1", "Ingress"],
  ["networkpolicy", "networking.k8s.io/v1", "NetworkPolicy"],
];
const WORKLOADS: readonly Row[] = [
  ["deployment", "apps/v1", "Deployment"],
  ["statefulset", "apps/v1", "StatefulSet"],
  ["daemonset", "apps/v1", "DaemonSet"],
  ["cronjob", "batch/v1", "CronJob"],
  ["job_name", "batch/v1", "Job"],
  ["replicaset", "apps/v1", "ReplicaSet"],
];
const CLUSTER_WIDE: readonly Row[] = [
  ["node", "v1", "Node"],
  ["persistentvolume", "v1", "PersistentVolume"],
];
// Flux's older metrics name the kind alone.
const FLUX: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Kustomization: "kustomize.toolkit.fluxcd.io/v1",
    HelmRelease: "helm.toolkit.fluxcd.io/v2",
    GitRepository: "source.toolkit.fluxcd.io/v1",
    OCIRepository: "source.toolkit.fluxcd.io/v1",
    HelmRepository: "source.toolkit.fluxcd.io/v1",
    HelmChart: "source.toolkit.fluxcd.io/v1",
    Bucket: "source.toolkit.fluxcd.io/v1",
    ExternalArtifact: "source.toolkit.fluxcd.io/v1",
    ArtifactGenerator: "source.extensions.fluxcd.io/v1beta1",
    ImageRepository: "image.toolkit.fluxcd.io/v1",
    ImagePolicy: "image.toolkit.fluxcd.io/v1",
    ImageUpdateAutomation: "image.toolkit.fluxcd.io/v1",
    Receiver: "notification.toolkit.fluxcd.io/v1",
  }),
);

// These measure others: `pod`, `service` and `instance` may be their own.
const MEASURES_OTHERS = /^(.*-)?(kube-state-metrics|node-exporter|kubelet|cadvisor|blackbox-exporter|apiserver)$/;
const MEASURES_NODES = /^(.*-)?(node-exporter|kubelet)$/;

type Finder = (labels: Labels) => ObjectRef | undefined;

const FINDERS: readonly Finder[] = [
  customResource,
  certificate,
  (labels) => named(labels, PARTS),
  (labels) => named(labels, WORKLOADS),
  workload,
  pod,
  service,
  (labels) => named(labels, CLUSTER_WIDE),
  measuredNode,
];

/** The object that an alert's labels name, by the rules of kube-prometheus, Flux and cert-manager; null where they name none. */
export function objectOfAlert(labels: Labels): ObjectRef | null {
  const own = withExported(labels);
  for (const find of FINDERS) {
    const found = find(own);
    if (found !== undefined) return found;
  }
  return null;
}

/**
 * Prometheus renames a metric's own label to `exported_…` where the scraped target has the same one, and older
 * scrape settings name the target's labels `kubernetes_…`.
 */
function withExported(labels: Labels): Labels {
  return { ...unprefixed(labels, "kubernetes_"), ...labels, ...unprefixed(labels, "exported_") };
}

function unprefixed(labels: Labels, prefix: string): Labels {
  const own = Object.entries(labels).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value]));
}

function named(labels: Labels, rows: readonly Row[]): ObjectRef | undefined {
  for (const [label, apiVersion, kind] of rows) {
    const found = refTo(apiVersion, kind, labels[label], labels["namespace"]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function refTo(apiVersion: string, kind: string, name: string | undefined, namespace?: string): ObjectRef | undefined {
  if (name === undefined || name === "") return undefined;
  if (CLUSTER_WIDE.some(([, , wide]) => wide === kind)) return { apiVersion, kind, namespace: null, name };
  // Where nobody says the namespace, the only one of that name may be meant.
  return { apiVersion, kind, namespace: namespace ?? null, name };
}

function customResource(labels: Labels): ObjectRef | undefined {
  const kind = labels["customresource_kind"] ?? labels["kind"] ?? "";
  const stated = labels["customresource_group"];
  const apiVersion = stated === undefined ? FLUX.get(kind) : `${stated}/${labels["customresource_version"] ?? "v1"}`;
  return apiVersion && kind ? refTo(apiVersion, kind, labels["name"], labels["namespace"]) : undefined;
}

function certificate(labels: Labels): ObjectRef | undefined {
  // Rules add up over pods, and often leave nothing but the name.
  const isCertificate =
    labels["issuer_name"] !== undefined ||
    /(^|-)cert-manager$/.test(labels["job"] ?? "") ||
    /^cert(-?manager|ificate|[A-Z])/i.test(labels["alertname"] ?? "");
  return isCertificate ? refTo("cert-manager.io/v1", "Certificate", labels["name"], labels["namespace"]) : undefined;
}

function workload(labels: Labels): ObjectRef | undefined {
  const type = (labels["workload_type"] ?? labels["created_by_kind"] ?? labels["owner_kind"])?.toLowerCase();
  const row = WORKLOADS.find(([label, , kind]) => label === type || kind.toLowerCase() === type);
  const name = labels["workload"] ?? labels["created_by_name"] ?? labels["owner_name"];
  return row && refTo(row[1], row[2], name, labels["namespace"]);
}

function pod(labels: Labels): ObjectRef | undefined {
  const [job = "", name = ""] = [labels["job"], labels["pod"] ?? labels["pod_name"]];
  const isOwn = MEASURES_OTHERS.test(job) && name.includes(job.replace(/^.*-(?=kube-state|node-exp|blackbox)/, ""));
  return isOwn ? undefined : refTo("v1", "Pod", name, labels["namespace"]);
}

function service(labels: Labels): ObjectRef | undefined {
  if (MEASURES_OTHERS.test(labels["job"] ?? "")) return undefined;
  return refTo("v1", "Service", labels["service"], labels["namespace"]);
}

function measuredNode(labels: Labels): ObjectRef | undefined {
  if (!MEASURES_NODES.test(labels["job"] ?? "")) return undefined;
  return refTo("v1", "Node", labels["nodename"] ?? labels["instance"]?.replace(/:\d+$/, ""));
}
