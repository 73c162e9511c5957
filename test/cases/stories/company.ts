import type { Cluster } from "../build/cluster.ts";
import { crashes, outOfMemory, unschedulable } from "../build/fates.ts";
import type { Story } from "../build/story.ts";
import { minutesAgo } from "../build/time.ts";
import { changed, type Tree } from "../build/tree.ts";
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

const SCRATCHED = changed(
  changed(SHOP, CATALOG, "spec.template.spec.volumes", [{ name: "scratch", emptyDir: { medium: "Memory" } }]),
  CATALOG,
  inContainer("catalog", "volumeMounts"),
  [{ name: "scratch", mountPath: "/dev/shm" }],
);

const NO_JSON = "json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 2 column 1";

function told(limits: string): Tree {
  return changed(SHOP, "ConfigMap/shop/catalog-settings", "data.limits", limits);
}

function labelled(tree: Tree, ...names: readonly string[]): Tree {
  return names.reduce(
    (each, name) => changed(each, `Deployment/shop/${name}`, "spec.template.metadata.labels.tier", "api"),
    tree,
  );
}

const SHARED = changed(
  labelled(SHOP, "catalog", "storefront"),
  "Deployment/shop/storefront",
  inContainer("storefront", "ports"),
  [{ name: "http", containerPort: 3000 }],
);
const ALIKE = labelled(SHOP, "catalog", "storefront");

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
    id: "memory-of-a-closed-node",
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
  {
    id: "memory-volume-taken-away",
    tells: "A commit took the volume in memory away at which the catalog keeps its scratch.",
    good: SCRATCHED,
    bad: SHOP,
    fates: { [CATALOG]: crashes({ log: "dd: error writing '/dev/shm/scratch': No space left on device\n" }) },
    git: { expected: "propose", category: ["pvc_storage"], roots: [CATALOG] },
  },
  {
    id: "disk-full-beside-a-taken-volume",
    tells: "The same, and what is full is another folder.",
    good: SCRATCHED,
    bad: SHOP,
    fates: { [CATALOG]: crashes({ log: "dd: error writing '/data/items': No space left on device\n" }) },
    git: { expected: "issue", category: ["pvc_storage"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "json-that-no-longer-closes",
    tells: "A commit cut a brace from settings that are JSON under a name that does not say so.",
    good: told('{"rate": 1.2}'),
    bad: told('{"rate": 1.4,'),
    fates: { [CATALOG]: crashes({ log: `${NO_JSON}\n` }) },
    git: { expected: "propose", category: ["configmap_content"], roots: [CATALOG, "ConfigMap/shop/catalog-settings"] },
  },
  {
    id: "json-of-somebody-else",
    tells: "The same words, and the settings are as good JSON as before: what cannot be read is another's.",
    good: told('{"rate": 1.2}'),
    bad: told('{"rate": 1.4}'),
    fates: { [CATALOG]: crashes({ log: `${NO_JSON}\n` }) },
    git: { expected: "issue", category: ["configmap_content"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "service-reaches-another-too",
    tells: "A commit lets the Service choose by a label that the pods of another program carry as well.",
    good: changed(SHARED, "Service/shop/catalog", "spec.selector", { app: "catalog" }),
    bad: changed(SHARED, "Service/shop/catalog", "spec.selector", { tier: "api" }),
    git: { expected: "propose", category: ["service_selector"], roots: ["Service/shop/catalog"] },
  },
  {
    id: "service-of-two-that-open-its-port",
    tells: "The same, and both open the port: so a release is shared out.",
    good: changed(ALIKE, "Service/shop/catalog", "spec.selector", { app: "catalog" }),
    bad: changed(ALIKE, "Service/shop/catalog", "spec.selector", { tier: "api" }),
    git: { expected: "none", category: ["no_op"], roots: [], isCommit: false },
  },
  {
    id: "port-written-with-zeros",
    tells: "A commit wrote a port of zeros, which no Service has.",
    good: SHOP,
    bad: changed(
      SHOP,
      "Deployment/shop/storefront",
      inContainer("storefront", "env.CATALOG_URL.value"),
      "catalog:0000",
    ),
    git: { expected: "propose", category: ["env_var"], roots: ["Deployment/shop/storefront"] },
  },
  {
    id: "rollout-that-is-over",
    tells: "A monitor still tells of a rollout that was stuck; all pods are ready.",
    good: SHOP,
    alerts: [{ alertname: "KubernetesDeploymentRolloutStuck", namespace: "shop", deployment: "catalog" }],
    git: { expected: "none", category: ["no_op"], roots: [] },
  },
];
