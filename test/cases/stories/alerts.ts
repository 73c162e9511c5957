import type { Story } from "../build/story.ts";
import { changed } from "../build/tree.ts";
import { inContainer, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const CLAIM = "PersistentVolumeClaim/shop/data-postgres-0";
const CPU = inContainer("catalog", "resources.limits.cpu");

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
