import { object } from "../build/manifests.ts";
import type { Story } from "../build/story.ts";
import { changed, withObject } from "../build/tree.ts";
import { inContainer, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const CLAIM = "PersistentVolumeClaim/shop/data-postgres-0";
const CPU = inContainer("catalog", "resources.limits.cpu");

const RULE = "PrometheusRule/monitoring/catalog";
const FIRES = { alertname: "CatalogErrors", severity: "critical" };
const OF_CATALOG = { ...FIRES, namespace: "shop", service: "catalog" };
const share = (limit: number): string =>
  `sum(rate(http_requests_total{job="catalog",code=~"5.."}[5m])) / sum(rate(http_requests_total{job="catalog"}[5m])) > ${limit}`;
const MONITORED = withObject(
  SHOP,
  "apps/rules.yaml",
  object(
    "monitoring.coreos.com/v1",
    "PrometheusRule",
    "catalog",
    {
      spec: {
        groups: [
          {
            name: "catalog",
            rules: [
              { record: "catalog:requests", expr: "sum(rate(http_requests_total[5m]))" },
              { alert: "CatalogErrors", expr: share(0.05), for: "10m", annotations: { summary: "The catalog fails" } },
            ],
          },
        ],
      },
    },
    "monitoring",
  ),
);
const EXPR = "spec.groups.0.rules.1.expr";
const rewritten = { expected: "issue", category: ["alert_rule"], roots: [RULE] } as const;

/** Alerts that a commit said anew when to fire. */
export const REWRITTEN: readonly Story[] = [
  {
    id: "alert-fires-too-soon",
    tells: "A commit lowered the limit of an alert a thousandfold; it fires since, and names no object.",
    good: MONITORED,
    bad: changed(MONITORED, RULE, EXPR, share(0.00005)),
    alerts: [FIRES],
    git: rewritten,
  },
  {
    id: "alert-asks-another-series",
    tells: "A commit gave the alert about the catalog an expression that is always true; the catalog is well.",
    good: MONITORED,
    bad: changed(MONITORED, RULE, "spec.groups.0.rules", [{ alert: "CatalogErrors", expr: "vector(1)" }]),
    alerts: [OF_CATALOG],
    git: rewritten,
  },
  {
    id: "alert-says-it-better",
    tells: "A commit changed only what the alert says; that it fires is the catalog's doing.",
    resembles: ["alert-was-rewritten"],
    good: MONITORED,
    bad: changed(MONITORED, RULE, "spec.groups.0.rules.1.annotations.summary", "One in twenty requests fails"),
    alerts: [OF_CATALOG],
    git: { expected: "issue", category: ["app_or_db"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "alert-tightened-and-right",
    tells: "A commit lowered the limit of the alert; the catalog says itself that its requests fail.",
    resembles: ["alert-was-rewritten"],
    good: MONITORED,
    bad: changed(MONITORED, RULE, EXPR, share(0.02)),
    fates: { [CATALOG]: { log: "ERROR render failed: template: products: unexpected end of list\n".repeat(6) } },
    alerts: [OF_CATALOG],
    git: { expected: "issue", category: ["app_or_db"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "alert-about-nothing-here",
    tells: "An alert fires that names no object; when it does so is as it has always been.",
    resembles: ["only-an-alert-tells", "alert-was-rewritten"],
    good: MONITORED,
    alerts: [FIRES],
    git: { expected: "none", category: ["no_op"], roots: [] },
  },
];

/** What the cluster's state does not show, and an alert tells. */
export const ALERTS: readonly Story[] = [
  {
    id: "throttled-since-a-commit",
    tells: "The catalog was given less CPU by a commit; it is ready, and throttled most of the time.",
    good: changed(SHOP, CATALOG, CPU, "500m"),
    bad: changed(SHOP, CATALOG, CPU, "20m"),
    alerts: [{ alertname: "CPUThrottlingHigh", namespace: "shop", deployment: "catalog", container: "catalog" }],
    git: { expected: "propose", also: "issue", category: ["cpu_limit"], roots: [CATALOG] },
    remembered: { expected: "propose", also: "issue", category: ["cpu_limit"], roots: [CATALOG] },
  },
  {
    id: "throttled-as-always",
    tells: "The catalog is throttled; its CPU limit is as it has always been.",
    good: changed(SHOP, CATALOG, CPU, "100m"),
    alerts: [{ alertname: "CPUThrottlingHigh", namespace: "shop", deployment: "catalog", container: "catalog" }],
    git: { expected: "issue", category: ["cpu_limit"], roots: [CATALOG] },
    folder: { expected: "issue", category: ["cpu_limit"], roots: [CATALOG] },
  },
  {
    id: "orders-pile-up",
    tells: "More orders come than are worked off; every pod is ready.",
    good: SHOP,
    alerts: [{ alertname: "OrdersBacklogGrows", namespace: "shop", deployment: "orders" }],
    git: { expected: "issue", category: ["load"], roots: ["Deployment/shop/orders"] },
    folder: { expected: "issue", category: ["load"], roots: ["Deployment/shop/orders"] },
  },
  {
    id: "volume-fills-up",
    tells: "The database's volume will be full in some days.",
    good: SHOP,
    alerts: [
      { alertname: "KubePersistentVolumeFillingUp", namespace: "shop", persistentvolumeclaim: "data-postgres-0" },
    ],
    git: { expected: "issue", category: ["pvc_storage"], roots: [CLAIM] },
    folder: { expected: "issue", category: ["pvc_storage"], roots: [CLAIM] },
  },
  {
    id: "network-loses-packets",
    tells: "A node's network loses packets; the node is ready, and so are its pods.",
    good: SHOP,
    alerts: [
      { alertname: "NodeNetworkReceiveErrs", instance: "worker-1:9100", node: "worker-1", job: "node-exporter" },
    ],
    git: { expected: "issue", category: ["node_infra", "network"], roots: ["Node/worker-1"] },
  },
];
