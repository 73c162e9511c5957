import { own } from "../manifest/json.ts";
import type { FieldPath } from "../manifest/path.ts";
import type { Category } from "./category.ts";
import { listAt, textAt } from "./read.ts";
import type { Suspect } from "./suspect.ts";
import type { Ailment } from "./symptom.ts";

/** The container that a path stands in, with what of it the path names; undefined where it stands in none. */
export function containerStep(
  path: FieldPath,
): { readonly container: string; readonly isInit: boolean; readonly rest: FieldPath } | undefined {
  const at = path.findIndex((step) => step === "containers" || step === "initContainers");
  const step = path[at + 1];
  if (at < 0 || typeof step !== "string") return undefined;
  const container = /^\[name=(.*)\]$/.exec(step)?.[1];
  return container === undefined
    ? undefined
    : { container, isInit: path[at] === "initContainers", rest: path.slice(at + 2) };
}

/** Whether a suspect brought or took this container, alone or with a list of them. */
export function isWholeContainer({ path, from, to }: Suspect, container: string): boolean {
  const step = containerStep(path);
  if (step !== undefined) return step.container === container && step.rest.length === 0;
  const isList = ["containers", "initContainers"].includes(String(path.at(-1)));
  return isList && [from, to].some((list) => listAt(list).some((item) => textAt(item, "name") === container));
}

/** Whether a suspect is a field of this container that begins with one of these steps. */
export function isContainerField(suspect: Suspect, container: string, ...fields: readonly string[]): boolean {
  const step = containerStep(suspect.path);
  return step !== undefined && step.container === container && fields.includes(String(step.rest[0] ?? ""));
}

/** Whether a suspect is a field of the pod spec itself that begins with one of these steps. */
export function isPodField(suspect: Suspect, ...fields: readonly string[]): boolean {
  const at = suspect.path.lastIndexOf("spec");
  if (at < 0 || containerStep(suspect.path) !== undefined) return false;
  return fields.includes(String(suspect.path[at + 1] ?? ""));
}

// What a change of a field is called when it broke something, by where the field stands.
const CONTAINER: Readonly<Record<string, Category>> = {
  image: "image_ref",
  env: "env_var",
  envFrom: "env_var",
  command: "command_args",
  args: "command_args",
  workingDir: "command_args",
  lifecycle: "command_args",
  livenessProbe: "probe",
  readinessProbe: "probe",
  startupProbe: "probe",
  securityContext: "security_context",
  volumeMounts: "configmap_missing",
  ports: "service_port",
};
const POD: Readonly<Record<string, Category>> = {
  nodeSelector: "scheduling_constraints",
  affinity: "scheduling_constraints",
  tolerations: "scheduling_constraints",
  topologySpreadConstraints: "scheduling_constraints",
  nodeName: "scheduling_constraints",
  priorityClassName: "scheduling_constraints",
  schedulerName: "scheduling_constraints",
  securityContext: "security_context",
  hostNetwork: "security_context",
  runtimeClassName: "security_context",
  serviceAccountName: "rbac_serviceaccount",
  automountServiceAccountToken: "rbac_serviceaccount",
  imagePullSecrets: "image_pull_secret",
  dnsPolicy: "dns",
  dnsConfig: "dns",
  hostAliases: "dns",
  volumes: "configmap_missing",
};
const OBJECT: Readonly<Record<string, Category>> = {
  replicas: "replicas_drift",
  schedule: "job_failed",
  timeZone: "job_failed",
  strategy: "hpa_pdb_rollout",
  updateStrategy: "hpa_pdb_rollout",
  volumeClaimTemplates: "pvc_storage",
};

// Objects of one purpose.
const KIND: Readonly<Record<string, Category>> = {
  ConfigMap: "configmap_content",
  Secret: "secret_value",
  PersistentVolumeClaim: "pvc_storage",
  PersistentVolume: "pvc_storage",
  HorizontalPodAutoscaler: "hpa_pdb_rollout",
  PodDisruptionBudget: "hpa_pdb_rollout",
  Ingress: "ingress_route",
  NetworkPolicy: "netpol",
  Role: "rbac_serviceaccount",
  RoleBinding: "rbac_serviceaccount",
  ClusterRole: "rbac_serviceaccount",
  ClusterRoleBinding: "rbac_serviceaccount",
  ResourceQuota: "quota",
  LimitRange: "quota",
};

// Volumes that keep what a program writes; the others bring it what it reads.
const STORES = ["emptyDir", "persistentVolumeClaim", "ephemeral"];

/** What kind of cause a changed field is. */
export function categoryOf({ object, path }: Pick<Suspect, "object" | "path">): Category {
  const ofKind = own(KIND, object.kind);
  if (ofKind !== undefined) return ofKind;
  if (object.kind === "Service") return path[1] === "selector" ? "service_selector" : "service_port";
  const step = containerStep(path);
  if (step !== undefined) return containerCategory(step, path);
  if (path.some((part) => STORES.includes(String(part)))) return "pvc_storage";
  const spec = path.lastIndexOf("spec");
  return own(POD, String(path[spec + 1] ?? "")) ?? own(OBJECT, String(path[1] ?? "")) ?? "unknown";
}

function containerCategory(step: NonNullable<ReturnType<typeof containerStep>>, path: FieldPath): Category {
  const [field = "", part, resource] = step.rest.map(String);
  if (field === "resources") {
    if (part === "limits" && resource === "memory") return "oom_limit";
    return part === "limits" && resource === "cpu" ? "cpu_limit" : "scheduling_resources";
  }
  // A container that came or went as a whole.
  if (field === "") return step.isInit ? "init_container" : path.length > 0 ? "port_conflict" : "unknown";
  return own(CONTAINER, field) ?? "unknown";
}

const STARTING = ["env", "envFrom", "command", "args", "image", "volumeMounts", "workingDir", "ports", "lifecycle"];
const STARTING_POD = ["volumes", "serviceAccountName", "dnsPolicy", "dnsConfig", "hostAliases", "hostNetwork"];
/** The fields of a pod that say where it may run. */
export const PLACING = [
  "nodeSelector",
  "affinity",
  "tolerations",
  "topologySpreadConstraints",
  "nodeName",
  "priorityClassName",
];

// Which fields of a container and of a pod can bring an ailment about.
const BEARING: { readonly [Is in Ailment["is"]]?: readonly [container: readonly string[], pod: readonly string[]] } = {
  pull: [["image"], ["imagePullSecrets"]],
  hindered: [
    [...STARTING, "securityContext"],
    [...STARTING_POD, "securityContext"],
  ],
  mount: [["volumeMounts"], ["volumes"]],
  crash: [
    [...STARTING, "securityContext", "resources", "livenessProbe", "startupProbe"],
    [...STARTING_POD, "securityContext"],
  ],
  unready: [[...STARTING, "readinessProbe", "startupProbe", "livenessProbe"], STARTING_POD],
  waiting: [STARTING, STARTING_POD],
  unschedulable: [["resources"], [...PLACING, "volumes"]],
  refused: [
    ["resources", "securityContext"],
    ["serviceAccountName", "securityContext", "priorityClassName", "runtimeClassName", "hostNetwork"],
  ],
};

/** Whether a field at this path can bring this ailment about. */
export function bearsOn(ailment: Ailment, path: FieldPath): boolean {
  if (ailment.is === "no-backends") return path[1] === "selector";
  if (ailment.is === "no-port") return path[1] === "ports";
  const bearing = BEARING[ailment.is];
  if (bearing === undefined) return false;
  const [ofContainer, ofPod] = bearing;
  const step = containerStep(path);
  if (step === undefined) return ofPod.includes(String(path[path.lastIndexOf("spec") + 1] ?? ""));
  const isThis = !("container" in ailment) || ailment.container === step.container;
  return isThis && (step.rest.length === 0 || ofContainer.includes(String(step.rest[0])));
}
