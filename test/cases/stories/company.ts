import type { Cluster } from "../build/cluster.ts";
import { crashes, outOfMemory, unschedulable } from "../build/fates.ts";
import type { Story } from "../build/story.ts";
import { minutesAgo } from "../build/time.ts";
import { changed } from "../build/tree.ts";
import { inContainer, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const MEMORY = inContainer("catalog", "resources.limits.memory");
const FULL =
  "0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient memory. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.";
const STRAY =
  "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.";

/** Somebody writes another memory limit into the pods of the catalog on their way in. */
function writtenOver(limit: string): (cluster: Cluster) => void {
  return (cluster) => {
    for (const pod of cluster.ofKind("Pod").filter(({ metadata }) => metadata.name.startsWith("catalog-"))) {
      const [container] = (pod["spec"] as { containers: { resources: unknown }[] }).containers;
      if (container !== undefined)
        container.resources = { requests: { memory: limit, cpu: "100m" }, limits: { memory: limit } };
    }
  };
}

function closed(cluster: Cluster): void {
  const taint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule", timeAdded: minutesAgo(50) };
  cluster.set("Node/worker-1", "spec", { unschedulable: true, taints: [taint] });
}

/** A change that is near and innocent, or one that is not alone. */
export const COMPANY: readonly Story[] = [
  {
    id: "limit-written-over",
    tells: "A commit lowered the limit a little; the pods are killed at one that no manifest says.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, MEMORY, "224Mi"),
    fates: { [CATALOG]: outOfMemory() },
    cluster: writtenOver("16Mi"),
    git: { expected: "issue", category: ["webhook_mesh"], roots: [CATALOG], isCommit: false },
    folder: { expected: "issue", category: ["webhook_mesh"], roots: [CATALOG] },
  },
  {
    id: "limit-as-the-template-says",
    tells: "The same commit lowered it too far: the pods are killed at what the template says.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, MEMORY, "16Mi"),
    fates: { [CATALOG]: outOfMemory() },
    git: { expected: "propose", category: ["oom_limit"], roots: [CATALOG] },
  },
  {
    id: "rights-revoked-in-the-database",
    tells: "The database no longer lets the catalog read; the newest commit changed how many rows make a page.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "env.DB_PORT.value"), "5433"),
    fates: {
      [CATALOG]: crashes({
        log: '2026-03-01T10:02:11Z FTL cmd/catalog/db.go:41 > not authorized on shop to execute command { count: "items", query: { id: "1" }, $db: "shop" }\n',
      }),
    },
    git: { expected: "issue", category: ["app_or_db"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "room-on-a-closed-node",
    tells: "A commit asks for a little more memory; the node with room for it is closed for a while.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "resources.requests.memory"), "192Mi"),
    fates: { [CATALOG]: unschedulable(FULL) },
    cluster: closed,
    git: {
      expected: "issue",
      category: ["scheduling_resources", "node_infra"],
      roots: [CATALOG, "Node/worker-1"],
      isCommit: false,
    },
  },
  {
    id: "address-and-place-of-one-commit",
    tells: "One commit sent the storefront to a port that the catalog does not have, and to a node that is not there.",
    good: SHOP,
    bad: changed(
      changed(
        SHOP,
        "Deployment/shop/storefront",
        inContainer("storefront", "env.CATALOG_URL.value"),
        "http://catalog:8089",
      ),
      "Deployment/shop/storefront",
      "spec.template.spec.nodeSelector",
      { "kubernetes.io/hostname": "worker-9" },
    ),
    fates: { "Deployment/shop/storefront": unschedulable(STRAY) },
    git: {
      expected: "propose",
      category: ["env_var", "scheduling_constraints"],
      roots: ["Deployment/shop/storefront"],
    },
  },
];
