import {
  type Configuration,
  forKinds,
  mergeConfigurations,
  type NameReference,
  NO_CONFIGURATION,
} from "./configuration.ts";
import { type FieldSpec, fieldSpec } from "./field-spec.ts";
import type { Gvk } from "./id.ts";

const POD_SPECS: Readonly<Record<string, string>> = {
  Pod: "spec",
  PodTemplate: "template/spec",
  Deployment: "spec/template/spec",
  ReplicaSet: "spec/template/spec",
  DaemonSet: "spec/template/spec",
  StatefulSet: "spec/template/spec",
  ReplicationController: "spec/template/spec",
  Job: "spec/template/spec",
  CronJob: "spec/jobTemplate/spec/template/spec",
};
const TEMPLATE_KINDS = ["Pod", "PodTemplate", "Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job", "CronJob"];
const IDENTITY_KINDS = ["Pod", "StatefulSet", "Deployment", "ReplicationController", "CronJob", "Job", "DaemonSet"];
const VARIABLE_KINDS = ["CronJob", "DaemonSet", "Deployment", "Job", "Pod", "ReplicaSet", "StatefulSet"];

const RBAC = "rbac.authorization.k8s.io";
const WEBHOOKS = "admissionregistration.k8s.io";

function inPods(kinds: readonly string[], paths: readonly string[], podVersion = ""): FieldSpec[] {
  return kinds.flatMap((kind) =>
    paths.map((path) => fieldSpec(`${POD_SPECS[kind]}/${path}`, { kind, version: kind === "Pod" ? podVersion : "" })),
  );
}

function inContainers(...paths: readonly string[]): string[] {
  return paths.flatMap((path) => [`containers/${path}`, `initContainers/${path}`]);
}

function references(gvk: Partial<Gvk>, ...referrers: readonly FieldSpec[][]): NameReference {
  return { group: "", version: "", kind: "", ...gvk, referrers: referrers.flat() };
}

function annotation(...names: readonly string[]): FieldSpec[] {
  return names.map((name) => fieldSpec(`metadata/annotations/${name.replaceAll("/", "\\/")}`, { kind: "Ingress" }));
}

const SCALE_TARGETS = ["Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"];
const WORKLOAD_SELECTORS = [
  "affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm",
  "affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution",
  "affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm",
  "affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution",
  "topologySpreadConstraints",
];
const NETWORK_SELECTORS = ["spec/podSelector", "spec/ingress/from/podSelector", "spec/egress/to/podSelector"];

const nameReference: readonly NameReference[] = [
  ...SCALE_TARGETS.map((kind) =>
    references({ kind }, forKinds("spec/scaleTargetRef/name", ["HorizontalPodAutoscaler"])),
  ),
  references(
    { kind: "ConfigMap", version: "v1" },
    inPods(
      TEMPLATE_KINDS,
      [
        "volumes/configMap/name",
        ...inContainers("env/valueFrom/configMapKeyRef/name", "envFrom/configMapRef/name"),
        "volumes/projected/sources/configMap/name",
      ],
      "v1",
    ),
    forKinds("spec/configSource/configMap", ["Node"]),
    forKinds("rules/resourceNames", ["Role", "ClusterRole"]),
    annotation("nginx.ingress.kubernetes.io/fastcgi-params-configmap"),
  ),
  references(
    { kind: "Secret", version: "v1" },
    inPods(
      TEMPLATE_KINDS,
      [
        "volumes/secret/secretName",
        ...inContainers("env/valueFrom/secretKeyRef/name", "envFrom/secretRef/name"),
        "imagePullSecrets/name",
        "volumes/projected/sources/secret/name",
      ],
      "v1",
    ),
    forKinds("spec/tls/secretName", ["Ingress"]),
    annotation(
      "ingress.kubernetes.io/auth-secret",
      "nginx.ingress.kubernetes.io/auth-secret",
      "nginx.ingress.kubernetes.io/auth-tls-secret",
    ),
    forKinds("imagePullSecrets/name", ["ServiceAccount"]),
    ["secretName", "adminSecretName", "userSecretName", "secretRef"].map((name) =>
      fieldSpec(`parameters/${name}`, { kind: "StorageClass" }),
    ),
    forKinds("rules/resourceNames", ["Role", "ClusterRole"]),
    forKinds("spec/template/spec/containers/env/valueFrom/secretKeyRef/name", ["Service"], {
      group: "serving.knative.dev",
      version: "v1",
    }),
    forKinds("spec/azureFile/secretName", ["PersistentVolume"]),
  ),
  references(
    { kind: "Service", version: "v1" },
    forKinds("spec/serviceName", ["StatefulSet"], { group: "apps" }),
    [
      "spec/rules/http/paths/backend/serviceName",
      "spec/backend/serviceName",
      "spec/rules/http/paths/backend/service/name",
      "spec/defaultBackend/service/name",
    ].flatMap((path) => forKinds(path, ["Ingress"])),
    forKinds("spec/service/name", ["APIService"], { group: "apiregistration.k8s.io" }),
    forKinds("webhooks/clientConfig/service", ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"], {
      group: WEBHOOKS,
    }),
  ),
  references({ kind: "Role", group: RBAC }, forKinds("roleRef/name", ["RoleBinding"], { group: RBAC })),
  references(
    { kind: "ClusterRole", group: RBAC },
    forKinds("roleRef/name", ["RoleBinding", "ClusterRoleBinding"], { group: RBAC }),
  ),
  references(
    { kind: "ServiceAccount", version: "v1" },
    forKinds("subjects", ["RoleBinding", "ClusterRoleBinding"], { group: RBAC }),
    inPods(IDENTITY_KINDS, ["serviceAccountName"]),
  ),
  references(
    { kind: "PersistentVolumeClaim", version: "v1" },
    inPods(IDENTITY_KINDS, ["volumes/persistentVolumeClaim/claimName"]),
  ),
  references(
    { kind: "PersistentVolume", version: "v1" },
    forKinds("spec/volumeName", ["PersistentVolumeClaim"]),
    forKinds("rules/resourceNames", ["ClusterRole"]),
  ),
  references(
    { kind: "StorageClass", version: "v1", group: "storage.k8s.io" },
    forKinds("spec/storageClassName", ["PersistentVolume", "PersistentVolumeClaim"]),
    forKinds("spec/volumeClaimTemplates/spec/storageClassName", ["StatefulSet"]),
  ),
  references(
    { kind: "PriorityClass", version: "v1", group: "scheduling.k8s.io" },
    inPods(IDENTITY_KINDS, ["priorityClassName"]),
  ),
  // The group is wrong in kustomize itself, so that this never matches anything; the same here.
  references(
    { kind: "IngressClass", version: "v1", group: "networking.k8s.io/v1" },
    forKinds("spec/ingressClassName", ["Ingress"]),
  ),
  references(
    { kind: "ValidatingAdmissionPolicy", group: WEBHOOKS },
    forKinds("spec/policyName", ["ValidatingAdmissionPolicyBinding"], { group: WEBHOOKS }),
  ),
];

const METADATA_LABELS: readonly FieldSpec[] = [
  fieldSpec("metadata/labels", {}, true),
  fieldSpec("spec/template/metadata/labels", { version: "v1", kind: "ReplicationController" }, true),
  ...forKinds("spec/template/metadata/labels", ["Deployment", "ReplicaSet", "DaemonSet"], {}, true),
  fieldSpec("spec/template/metadata/labels", { group: "apps", kind: "StatefulSet" }, true),
  fieldSpec("spec/volumeClaimTemplates[]/metadata/labels", { group: "apps", kind: "StatefulSet" }, true),
  fieldSpec("spec/template/metadata/labels", { group: "batch", kind: "Job" }, true),
  fieldSpec("spec/jobTemplate/metadata/labels", { group: "batch", kind: "CronJob" }, true),
  fieldSpec("spec/jobTemplate/spec/template/metadata/labels", { group: "batch", kind: "CronJob" }, true),
];

const SELECTOR_LABELS: readonly FieldSpec[] = [
  ...forKinds("spec/selector", ["Service", "ReplicationController"], { version: "v1" }, true),
  ...forKinds("spec/selector/matchLabels", ["Deployment", "ReplicaSet", "DaemonSet"], {}, true),
  fieldSpec("spec/selector/matchLabels", { group: "apps", kind: "StatefulSet" }, true),
  ...WORKLOAD_SELECTORS.flatMap((path) =>
    forKinds(`spec/template/spec/${path}/labelSelector/matchLabels`, ["Deployment", "StatefulSet"], { group: "apps" }),
  ),
  fieldSpec("spec/selector/matchLabels", { group: "batch", kind: "Job" }),
  fieldSpec("spec/jobTemplate/spec/selector/matchLabels", { group: "batch", kind: "CronJob" }),
  fieldSpec("spec/selector/matchLabels", { group: "policy", kind: "PodDisruptionBudget" }),
  ...NETWORK_SELECTORS.map((path) =>
    fieldSpec(`${path}/matchLabels`, { group: "networking.k8s.io", kind: "NetworkPolicy" }),
  ),
];

const ANNOTATIONS = "spec/template/metadata/annotations";
const commonAnnotations: readonly FieldSpec[] = [
  fieldSpec("metadata/annotations", {}, true),
  fieldSpec(ANNOTATIONS, { version: "v1", kind: "ReplicationController" }, true),
  ...forKinds(ANNOTATIONS, ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"], {}, true),
  fieldSpec(ANNOTATIONS, { group: "batch", kind: "Job" }, true),
  fieldSpec("spec/jobTemplate/metadata/annotations", { group: "batch", kind: "CronJob" }, true),
  fieldSpec("spec/jobTemplate/spec/template/metadata/annotations", { group: "batch", kind: "CronJob" }, true),
];

const varReference: readonly FieldSpec[] = [
  ...inPods(VARIABLE_KINDS, inContainers("args", "command", "env/value", "volumeMounts/mountPath")),
  ...inPods(["DaemonSet", "Deployment", "Job", "Pod", "ReplicaSet"], ["volumes/nfs/server"]),
  fieldSpec("spec/jobTemplate/spec/template/volumes/nfs/server", { kind: "CronJob" }),
  fieldSpec("spec/volumeClaimTemplates/spec/nfs/server", { kind: "StatefulSet" }),
  fieldSpec(ANNOTATIONS, { kind: "Deployment" }),
  ...["spec/rules/host", "spec/tls/hosts", "spec/tls/secretName"].flatMap((path) => forKinds(path, ["Ingress"])),
  ...["spec/ports/port", "spec/ports/targetPort"].flatMap((path) => forKinds(path, ["Service"])),
  fieldSpec("spec/nfs/server", { kind: "PersistentVolume" }),
  fieldSpec("metadata/labels"),
  fieldSpec("metadata/annotations"),
];

/** What every kustomization's steps reach, before it configures any more. */
export const DEFAULT_CONFIGURATION: Configuration = mergeConfigurations(NO_CONFIGURATION, {
  ...NO_CONFIGURATION,
  namePrefix: [fieldSpec("metadata/name")],
  nameSuffix: [fieldSpec("metadata/name")],
  namespace: [
    fieldSpec("metadata/name", { kind: "Namespace" }, true),
    fieldSpec("spec/service/namespace", { group: "apiregistration.k8s.io", kind: "APIService" }, true),
    fieldSpec("spec/conversion/webhook/clientConfig/service/namespace", {
      group: "apiextensions.k8s.io",
      kind: "CustomResourceDefinition",
    }),
  ],
  commonLabels: [...SELECTOR_LABELS, ...METADATA_LABELS],
  templateLabels: METADATA_LABELS,
  commonAnnotations,
  nameReference,
  varReference,
  images: ["spec", "spec/template/spec"].flatMap((pod) =>
    ["containers[]/image", "initContainers[]/image", "volumes[]/image/reference"].map((path) =>
      fieldSpec(`${pod}/${path}`, {}, true),
    ),
  ),
  replicas: forKinds("spec/replicas", SCALE_TARGETS, {}, true),
});
