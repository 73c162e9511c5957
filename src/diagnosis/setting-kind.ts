import { own } from "../manifest/json.ts";
import { containerStep } from "./bearing.ts";
import type { SettingKind } from "./intent.ts";
import type { Suspect } from "./suspect.ts";

// The sort of a field, which is what its risk hangs on, by where it stands.
const CONTAINER: Readonly<Record<string, SettingKind>> = {
  image: "set-image",
  imagePullPolicy: "set-image",
  command: "set-command",
  args: "set-command",
  workingDir: "set-command",
  lifecycle: "set-command",
  livenessProbe: "set-probe",
  readinessProbe: "set-probe",
  startupProbe: "set-probe",
  resources: "set-resources",
  ports: "set-port",
  volumeMounts: "set-reference",
  securityContext: "set-access",
  // The container came or went as a whole.
  "": "set-command",
};
const SPEC: Readonly<Record<string, SettingKind>> = {
  nodeSelector: "set-scheduling",
  affinity: "set-scheduling",
  tolerations: "set-scheduling",
  topologySpreadConstraints: "set-scheduling",
  nodeName: "set-scheduling",
  priorityClassName: "set-scheduling",
  schedulerName: "set-scheduling",
  volumes: "set-reference",
  serviceAccountName: "set-reference",
  securityContext: "set-access",
  hostNetwork: "set-access",
  hostPID: "set-access",
  hostIPC: "set-access",
  runtimeClassName: "set-access",
  automountServiceAccountToken: "set-access",
  imagePullSecrets: "set-access",
  containers: "set-command",
  initContainers: "set-command",
  schedule: "set-command",
  timeZone: "set-command",
  replicas: "set-autoscaling",
  volumeClaimTemplates: "set-storage",
  // Of a Service and of an Ingress.
  selector: "set-selector",
  ports: "set-port",
  rules: "set-reference",
  defaultBackend: "set-reference",
};
const OBJECT: Readonly<Record<string, SettingKind>> = {
  PersistentVolumeClaim: "set-storage",
  PersistentVolume: "set-storage",
  StorageClass: "set-storage",
  HorizontalPodAutoscaler: "set-autoscaling",
  Role: "set-access",
  ClusterRole: "set-access",
  RoleBinding: "set-access",
  ClusterRoleBinding: "set-access",
  ServiceAccount: "set-access",
  Secret: "set-access",
};

const REFERRING = ["valueFrom", "configMapRef", "secretRef"];

/** The intent that writes this field. */
export function settingKindOf({ object, path }: Pick<Suspect, "object" | "path">): SettingKind {
  const ofKind = object.apiVersion.includes(".toolkit.fluxcd.io/") ? "set-flux" : own(OBJECT, object.kind);
  if (ofKind !== undefined) return ofKind;
  if (path.some((part) => REFERRING.includes(String(part)))) return "set-reference";
  const step = containerStep(path);
  if (step !== undefined) return own(CONTAINER, String(step.rest[0] ?? "")) ?? "set-environment";
  return own(SPEC, String(path[path.lastIndexOf("spec") + 1] ?? "")) ?? "set-environment";
}
