import { describe, expect, test } from "vitest";
import { parseAlertmanager } from "../../src/signal/alertmanager.ts";
import { BadInput } from "../../src/signal/bad-input.ts";
import { refText } from "../../src/signal/object.ts";

type Labels = Readonly<Record<string, string>>;

const alert = (labels: Labels, rest: object = {}) => ({
  status: "firing",
  labels: { alertname: "Broken", ...labels },
  annotations: { summary: "It is broken." },
  startsAt: "2026-01-01T00:00:00.123456789Z",
  endsAt: "0001-01-01T00:00:00Z",
  fingerprint: "6f3d2e1a9b8c7d5e",
  ...rest,
});
const body = (...alerts: object[]) => ({ version: "4", status: "firing", receiver: "oakum", groupKey: "{}", alerts });

const one = (labels: Labels, rest: object = {}) => {
  const [signal] = parseAlertmanager(body(alert(labels, rest)));
  if (signal === undefined) throw new Error("no signal");
  return signal;
};

describe("an Alertmanager body", () => {
  test("tells each alert, firing or resolved, whatever else it says", () => {
    const resolved = { status: "resolved", endsAt: "2026-01-01T01:00:00Z", fingerprint: "b", news: { from: "v5" } };
    const signals = parseAlertmanager(body(alert({ severity: "page" }), alert({}, resolved)));
    expect(signals).toEqual([
      {
        source: "alertmanager",
        fingerprint: "6f3d2e1a9b8c7d5e",
        object: null,
        reason: "Broken",
        severity: "critical",
        text: "It is broken.",
        startsAt: new Date("2026-01-01T00:00:00.123Z"),
        labels: { alertname: "Broken", severity: "page" },
      },
      expect.objectContaining({ fingerprint: "b", severity: "warning", endsAt: new Date("2026-01-01T01:00:00Z") }),
    ]);
  });

  test("may be a list of bodies, and a group of any size", () => {
    const many = Array.from({ length: 5000 }, (_, n) => alert({ pod: `p-${n}` }, { fingerprint: undefined }));
    const signals = parseAlertmanager([body(...many), body(alert({}))]);
    expect(signals).toHaveLength(5001);
    expect(new Set(signals.map(({ fingerprint }) => fingerprint)).size).toBe(5001);
    expect(parseAlertmanager([])).toEqual([]);
  });

  test("without a fingerprint, equal labels in any order have an equal one", () => {
    const none = { fingerprint: "" };
    expect(one({ a: "1", b: "2" }, none).fingerprint).toBe(one({ b: "2", a: "1" }, none).fingerprint);
    expect(one({ a: "1" }, none).fingerprint).not.toBe(one({ a: "2" }, none).fingerprint);
  });

  test("keeps no secret of its texts", () => {
    const signal = one({ url: "https://ada:hunter2@example.org" }, { annotations: { message: "password=hunter2" } });
    expect(JSON.stringify(signal)).not.toContain("hunter2");
  });

  test.each([
    [null, 'a list "alerts"'],
    ["text", 'a list "alerts"'],
    [{ alerts: {} }, 'a list "alerts"'],
    [{ version: "3", alerts: [] }, '"version": "4"'],
    [{ alerts: [7] }, "alerts[0] to be a map"],
    [{ alerts: [alert({}), { labels: {} }] }, "alerts[1].labels.alertname"],
    [
      { alerts: [{ ...alert({}), startsAt: "soon" }] },
      'alerts[0].startsAt to be a time in Alertmanager\'s webhook body (version 4), found "soon"',
    ],
    [[body(), { alerts: 1 }], 'body 2: a list "alerts"'],
  ])("%j is refused with what was expected", (bad, because) => {
    expect(() => parseAlertmanager(bad)).toThrow(BadInput);
    expect(() => parseAlertmanager(bad)).toThrow(because);
  });
});

describe("the object of an alert", () => {
  const metrics = { job: "kube-state-metrics", instance: "10.0.0.6:8080", namespace: "shop" };
  const exporter = { pod: "monitoring-kube-state-metrics-5d4f-x2x", container: "kube-state-metrics", service: "ksm" };

  test.each<[string, Labels, string | null]>([
    ["KubePodCrashLooping", { ...metrics, pod: "checkout-6d-x", container: "app" }, "Pod/shop/checkout-6d-x"],
    ["KubeDeploymentReplicasMismatch", { ...metrics, ...exporter, deployment: "checkout" }, "Deployment/shop/checkout"],
    ["KubeStatefulSetReplicasMismatch", { ...metrics, statefulset: "db" }, "StatefulSet/shop/db"],
    ["KubeDaemonSetRolloutStuck", { ...metrics, daemonset: "agent" }, "DaemonSet/shop/agent"],
    ["KubeJobFailed", { ...metrics, ...exporter, job_name: "migrate-1" }, "Job/shop/migrate-1"],
    ["KubeHpaMaxedOut", { ...metrics, horizontalpodautoscaler: "web" }, "HorizontalPodAutoscaler/shop/web"],
    ["KubePdbNotEnoughHealthyPods", { ...metrics, poddisruptionbudget: "web" }, "PodDisruptionBudget/shop/web"],
    ["KubeQuotaFullyUsed", { ...metrics, resourcequota: "team", resource: "pods" }, "ResourceQuota/shop/team"],
    [
      "KubePersistentVolumeFillingUp",
      { job: "kubelet", namespace: "shop", persistentvolumeclaim: "data", node: "n1", pod: "db-0" },
      "PersistentVolumeClaim/shop/data",
    ],
    ["KubePersistentVolumeErrors", { job: "kube-state-metrics", persistentvolume: "pv-1" }, "PersistentVolume/pv-1"],
    [
      "KubeNodeNotReady",
      { job: "kube-state-metrics", node: "worker-1", condition: "Ready", namespace: "monitoring" },
      "Node/worker-1",
    ],
    ["KubeNodeNotReady beside its exporter", { ...metrics, ...exporter, node: "worker-1" }, "Node/worker-1"],
    [
      "NodeFilesystemSpaceFillingUp",
      { job: "node-exporter", namespace: "monitoring", instance: "worker-2:9100", pod: "node-exporter-x2x" },
      "Node/worker-2",
    ],
    [
      "NodeClockSkew by address",
      { job: "node-exporter", instance: "10.0.0.7:9100", pod: "node-exporter-x2x", namespace: "m" },
      "Node/10.0.0.7",
    ],
    ["CPUThrottlingHigh", { namespace: "shop", pod: "api-1", container: "api", node: "worker-1" }, "Pod/shop/api-1"],
    [
      "namespace_workload rule",
      { namespace: "shop", workload: "api", workload_type: "deployment" },
      "Deployment/shop/api",
    ],
    [
      "FluxResourceNotReady",
      {
        namespace: "flux-system",
        exported_namespace: "apps",
        name: "shop",
        customresource_group: "kustomize.toolkit.fluxcd.io",
        customresource_version: "v1",
        customresource_kind: "Kustomization",
      },
      "Kustomization/apps/shop",
    ],
    [
      "FluxReconciliationFailure",
      {
        namespace: "flux-system",
        exported_namespace: "apps",
        pod: "helm-controller-x",
        job: "flux-system/controllers",
        kind: "HelmRelease",
        name: "shop",
      },
      "HelmRelease/apps/shop",
    ],
    [
      "CertManagerCertNotReady",
      {
        job: "cert-manager",
        namespace: "cert-manager",
        exported_namespace: "shop",
        name: "tls",
        issuer_name: "le",
        issuer_kind: "ClusterIssuer",
      },
      "Certificate/shop/tls",
    ],
    [
      "the program's own metric",
      { job: "storefront", namespace: "shop", service: "storefront" },
      "Service/shop/storefront",
    ],
    ["one without a namespace", { service: "checkout-api", job: "api-server" }, "Service/checkout-api"],
    [
      "CertManagerCertExpirySoon, added up",
      { alertname: "CertManagerCertExpirySoon", namespace: "cert-manager", exported_namespace: "shop", name: "tls" },
      "Certificate/shop/tls",
    ],
    ["names of older scrape settings", { kubernetes_namespace: "shop", kubernetes_pod_name: "db-0" }, "Pod/shop/db-0"],
    ["Watchdog", { prometheus: "monitoring/k8s" }, null],
  ])("%s", (_, labels, object) => {
    const found = one(labels).object;
    expect(found && refText(found)).toBe(object);
  });

  test("has the version of its API", () => {
    expect(one({ ...metrics, deployment: "checkout" }).object).toEqual({
      apiVersion: "apps/v1",
      kind: "Deployment",
      namespace: "shop",
      name: "checkout",
    });
  });
});

test("a body nested without end is refused like any other", () => {
  const deep: unknown = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
  expect(() => parseAlertmanager(deep)).toThrow(/Expected .* found what is nested too deeply/);
});
