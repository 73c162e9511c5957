import type { Json } from "../../../src/signal/object.ts";
import type { Cluster, Live } from "./cluster.ts";
import { minutesAgo } from "./time.ts";

type Labels = Readonly<Record<string, string>>;

/** The webhook body of what fires: the alerts that a story names, or those that kube-prometheus would fire. */
export function alertsOf({ alerts }: { readonly alerts?: readonly Labels[] }, cluster: Cluster): Json | null {
  const firing = alerts ?? cluster.ofKind("Pod").filter(isUnready).slice(0, 1).map(notReady);
  if (firing.length === 0) return null;
  return {
    version: "4",
    groupKey: "{}:{}",
    truncatedAlerts: 0,
    status: "firing",
    receiver: "oakum",
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: "http://alertmanager.example.test",
    alerts: firing.map((labels, index) => ({
      status: "firing",
      labels: { severity: "warning", prometheus: "monitoring/k8s", ...labels },
      annotations: { summary: `${labels["alertname"]} fires.` },
      startsAt: minutesAgo(9),
      endsAt: "0001-01-01T00:00:00Z",
      generatorURL: "http://prometheus.example.test/graph",
      fingerprint: `00000000000000${String(index).padStart(2, "0")}`,
    })),
  };
}

function isUnready(pod: Live): boolean {
  const { phase, conditions = [] } = pod["status"] as {
    phase: string;
    conditions?: readonly { type: string; status: string }[];
  };
  return phase !== "Succeeded" && !conditions.some(({ type, status }) => type === "Ready" && status === "True");
}

function notReady({ metadata }: Live): Labels {
  return { alertname: "KubePodNotReady", namespace: metadata.namespace ?? "default", pod: metadata.name };
}
