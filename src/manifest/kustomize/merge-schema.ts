import type { Gvk } from "./id.ts";

/** A type of the Kubernetes API, as far as lists within it are merged item by item. */
export type MergeType = { readonly [field: string]: MergeType | MergeList };

/** A list whose items are merged by these keys; by their value where there are none. */
export type MergeList = { readonly keys: readonly string[]; readonly items: MergeType };

/** What is known of the kinds' lists: the type of a kind, or undefined where its lists are replaced as a whole. */
export type MergeSchema = { readonly typeOf: (gvk: Gvk) => MergeType | undefined };

const NOTHING: MergeType = {};

function list(keys: readonly string[], items: MergeType = NOTHING): MergeList {
  return { keys, items };
}

const metadata: MergeType = { finalizers: list([]), ownerReferences: list(["uid"]) };
const conditions = list(["type"]);
const plain: MergeType = { metadata };
const withConditions: MergeType = { metadata, status: { conditions } };

const containerFields = {
  env: list(["name"]),
  volumeDevices: list(["devicePath"]),
  volumeMounts: list(["mountPath"]),
};
const container: MergeType = { ...containerFields, ports: list(["containerPort", "protocol"]) };
const podSpec: MergeType = {
  containers: list(["name"], container),
  ephemeralContainers: list(["name"], containerFields),
  hostAliases: list(["ip"]),
  imagePullSecrets: list(["name"]),
  initContainers: list(["name"], container),
  topologySpreadConstraints: list(["topologyKey", "whenUnsatisfiable"]),
  volumes: list(["name"], { ephemeral: { volumeClaimTemplate: plain } }),
};
const podTemplate: MergeType = { metadata, spec: podSpec };
const workload: MergeType = { metadata, spec: { template: podTemplate }, status: { conditions } };
const jobTemplate: MergeType = { metadata, spec: { template: podTemplate } };
const cronJob: MergeType = { metadata, spec: { jobTemplate } };
const webhooks: MergeType = { metadata, webhooks: list(["name"]) };
const csiNode: MergeType = { metadata, spec: { drivers: list(["name"]) } };

/** The kinds of Kubernetes 1.21, which is what kustomize 5 is built with. Kinds it does not know have no merged lists. */
const KINDS: Readonly<Record<string, Readonly<Record<string, MergeType>>>> = {
  v1: {
    ...same(plain, "Binding ConfigMap Endpoints Event LimitRange PersistentVolume ResourceQuota Secret"),
    ...same(withConditions, "Namespace PersistentVolumeClaim"),
    ComponentStatus: { metadata, conditions },
    Node: { metadata, spec: { podCIDRs: list([]) }, status: { addresses: list(["type"]), conditions } },
    Pod: { metadata, spec: podSpec, status: { conditions, podIPs: list(["ip"]) } },
    PodTemplate: { metadata, template: podTemplate },
    ReplicationController: workload,
    Service: { metadata, spec: { ports: list(["port", "protocol"]) }, status: { conditions } },
    ServiceAccount: { metadata, secrets: list(["name"]) },
  },
  "apps/v1": { ControllerRevision: plain, ...same(workload, "DaemonSet Deployment ReplicaSet StatefulSet") },
  "batch/v1": { CronJob: cronJob, Job: workload },
  "batch/v1beta1": { CronJob: cronJob },
  "policy/v1": { PodDisruptionBudget: withConditions },
  "policy/v1beta1": { PodDisruptionBudget: withConditions, ...same(plain, "Eviction PodSecurityPolicy") },
  "apiregistration.k8s.io/v1": { APIService: withConditions },
  "apiregistration.k8s.io/v1beta1": { APIService: withConditions },
  ...versions("admissionregistration.k8s.io", webhooks, "MutatingWebhookConfiguration ValidatingWebhookConfiguration"),
  ...versions("apiextensions.k8s.io", plain, "CustomResourceDefinition"),
  "authentication.k8s.io/v1": same(plain, "TokenRequest TokenReview"),
  "authentication.k8s.io/v1beta1": { TokenReview: plain },
  ...versions(
    "authorization.k8s.io",
    plain,
    "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
  ),
  "autoscaling/v1": same(plain, "HorizontalPodAutoscaler Scale"),
  "autoscaling/v2beta1": { HorizontalPodAutoscaler: plain },
  "autoscaling/v2beta2": { HorizontalPodAutoscaler: plain },
  ...versions("certificates.k8s.io", plain, "CertificateSigningRequest"),
  ...versions("coordination.k8s.io", plain, "Lease"),
  ...versions("discovery.k8s.io", plain, "EndpointSlice"),
  ...versions("events.k8s.io", plain, "Event"),
  "extensions/v1beta1": { Ingress: plain },
  "flowcontrol.apiserver.k8s.io/v1beta1": same(plain, "FlowSchema PriorityLevelConfiguration"),
  "networking.k8s.io/v1": same(plain, "Ingress IngressClass NetworkPolicy"),
  "networking.k8s.io/v1beta1": same(plain, "Ingress IngressClass"),
  ...versions("node.k8s.io", plain, "RuntimeClass"),
  ...versions("rbac.authorization.k8s.io", plain, "ClusterRole ClusterRoleBinding Role RoleBinding"),
  ...versions("scheduling.k8s.io", plain, "PriorityClass"),
  "storage.k8s.io/v1": { ...same(plain, "CSIDriver StorageClass VolumeAttachment"), CSINode: csiNode },
  "storage.k8s.io/v1beta1": {
    ...same(plain, "CSIDriver CSIStorageCapacity StorageClass VolumeAttachment"),
    CSINode: csiNode,
  },
};

function same(type: MergeType, kinds: string): Record<string, MergeType> {
  return Object.fromEntries(kinds.split(" ").map((kind) => [kind, type]));
}

function versions(group: string, type: MergeType, kinds: string): Record<string, Record<string, MergeType>> {
  return { [`${group}/v1`]: same(type, kinds), [`${group}/v1beta1`]: same(type, kinds) };
}

/** The lists of the kinds that kustomize knows from the start. */
export const BUILT_IN_SCHEMA: MergeSchema = {
  typeOf: ({ group, version, kind }) => {
    const kinds = KINDS[group === "" ? version : `${group}/${version}`];
    return kinds !== undefined && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  },
};

/** Whether the field is a list that is merged. */
export function isMergeList(type: MergeType | MergeList | undefined): type is MergeList {
  return type !== undefined && Array.isArray(type["keys"]);
}
