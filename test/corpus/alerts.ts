import { existsSync, readFileSync } from "node:fs";
import { objectOfAlert } from "../../src/signal/alert-object.ts";

/** An alerting rule as it was published. */
type AlertRule = {
  readonly source: string;
  readonly alert: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
};

// The labels of a series by its metric's name, where an expression does not add it up by others.
const OF_METRIC: readonly (readonly [RegExp, string])[] = [
  [/kube_deployment_/, "namespace deployment"],
  [/kube_statefulset_/, "namespace statefulset"],
  [/kube_daemonset_/, "namespace daemonset"],
  [/kube_replicaset_/, "namespace replicaset"],
  [/kube_job_/, "namespace job_name"],
  [/kube_cronjob_/, "namespace cronjob"],
  [/kube_horizontalpodautoscaler_|kube_hpa_/, "namespace horizontalpodautoscaler"],
  [/kube_poddisruptionbudget_/, "namespace poddisruptionbudget"],
  [/kube_persistentvolumeclaim_|kubelet_volume_stats/, "namespace persistentvolumeclaim"],
  [/kube_persistentvolume_/, "persistentvolume"],
  [/kube_resourcequota/, "namespace resourcequota"],
  [/kube_pod_|container_/, "namespace pod container"],
  [/kube_node_/, "node"],
  [/certmanager_certificate_/, "namespace name issuer_name"],
  [/gotk_/, "customresource_kind exported_namespace name"],
  [/nginx_ingress_controller_/, "namespace ingress"],
  [/keda_/, "namespace scaledObject"],
];

// Which kind a label names, the more telling first.
const KINDS: readonly (readonly [label: string, kind: string])[] = [
  ["customresource_kind", "Kustomization"],
  ["horizontalpodautoscaler", "HorizontalPodAutoscaler"],
  ["hpa", "HorizontalPodAutoscaler"],
  ["scaledObject", "ScaledObject"],
  ["poddisruptionbudget", "PodDisruptionBudget"],
  ["persistentvolumeclaim", "PersistentVolumeClaim"],
  ["resourcequota", "ResourceQuota"],
  ["ingress", "Ingress"],
  ["deployment", "Deployment"],
  ["statefulset", "StatefulSet"],
  ["daemonset", "DaemonSet"],
  ["cronjob", "CronJob"],
  ["job_name", "Job"],
  ["replicaset", "ReplicaSet"],
  ["pod", "Pod"],
  ["exported_pod", "Pod"],
  ["pod_name", "Pod"],
  ["kubernetes_pod_name", "Pod"],
  ["service", "Service"],
  ["node", "Node"],
  ["persistentvolume", "PersistentVolume"],
];

const VALUES: Readonly<Record<string, string>> = {
  namespace: "shop",
  exported_namespace: "shop",
  customresource_kind: "Kustomization",
  instance: "10.0.0.1:9100",
};

/** Whether the alerts of public rules that name an object of Kubernetes by a label lead to an object of that kind. */
export function alerts(
  [file = "../shared/corpora/alert_rules.jsonl"]: readonly string[],
  print: (line: string) => void,
) {
  if (!existsSync(file)) {
    print(`Expected a file of alerting rules, one JSON object a line, found none at ${file}.`);
    return 2;
  }
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  const told = lines.map((line) => judge(JSON.parse(line) as AlertRule)).filter((each) => each !== undefined);
  const missed = told.filter(({ found, kind }) => found !== kind);
  for (const { rule, found, kind } of missed)
    print(`${rule.source} ${rule.alert}: names a ${kind}, and leads to ${found ?? "nothing"}`);
  print(`${lines.length} rules, ${told.length} of which name an object; ${told.length - missed.length} lead to it`);
  return missed.length === 0 ? 0 : 1;
}

function judge(rule: AlertRule) {
  const labels = labelsOf(rule);
  const isCertificate = labels["name"] !== undefined && rule.expr.includes("certmanager_");
  const kind = isCertificate ? "Certificate" : KINDS.find(([label]) => labels[label] !== undefined)?.[1];
  return kind === undefined ? undefined : { rule, kind, found: objectOfAlert(labels)?.kind };
}

/** Labels that an alert of this rule would bear. */
function labelsOf({ alert, expr, labels = {}, annotations = {} }: AlertRule): Readonly<Record<string, string>> {
  const added = /\bby\s*\(([^)]*)\)\s*(?:[><=!/*]|$)/i.exec(expr)?.[1];
  const series = OF_METRIC.find(([metric]) => metric.test(expr))?.[1].split(" ") ?? [];
  const shown = [...JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g)].map(([, name = ""]) => name);
  const names = [...shown, ...(added === undefined ? series : added.split(",").map((name) => name.trim()))];
  const made = names.filter(Boolean).map((name) => [name, VALUES[name] ?? `the-${name.replaceAll("_", "-")}`]);
  return { ...Object.fromEntries(made), alertname: alert, ...labels };
}
