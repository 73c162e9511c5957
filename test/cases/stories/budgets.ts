import type { Cluster } from "../build/cluster.ts";
import { object } from "../build/manifests.ts";
import type { Story } from "../build/story.ts";
import { minutesAgo } from "../build/time.ts";
import { changed, type Tree, withObject } from "../build/tree.ts";
import { SHOP } from "./shop.ts";

const BUDGET = "PodDisruptionBudget/shop/catalog";
const CATALOG = "Deployment/shop/catalog";

function guarded(spec: object): Tree {
  const selector = { matchLabels: { app: "catalog" } };
  return withObject(
    SHOP,
    "apps/budget.yaml",
    object("policy/v1", "PodDisruptionBudget", "catalog", { spec: { selector, ...spec } }),
  );
}

/** A node that is being emptied: all that may go has gone, and a pod of the catalog stays. */
function draining(allowed: number): NonNullable<Story["cluster"]> {
  return (cluster) => {
    const [pod, ...others] = cluster.ofKind("Pod").filter(({ metadata }) => metadata.name.startsWith("catalog-"));
    const { nodeName: node } = (pod?.["spec"] ?? {}) as { nodeName?: string };
    for (const each of cluster.ofKind("Pod")) {
      const spec = each["spec"] as { nodeName?: string };
      if (each !== pod && spec.nodeName === node) spec.nodeName = node === "worker-1" ? "worker-2" : "worker-1";
    }
    const spec = cluster.get(`Node/${node}`)["spec"] as Record<string, unknown>;
    spec["unschedulable"] = true;
    spec["taints"] = [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule", timeAdded: minutesAgo(40) }];
    const healthy = others.length + 1;
    cluster.get(BUDGET)["status"] = {
      ...{ currentHealthy: healthy, desiredHealthy: healthy - allowed, expectedPods: healthy },
      disruptionsAllowed: allowed,
    };
  };
}

/** PodDisruptionBudgets and the nodes that wait for them. */
export const BUDGETS: readonly Story[] = [
  {
    id: "budget-allows-nothing",
    tells: "A commit let the budget allow no disruption at all, and a node cannot be emptied.",
    good: guarded({ maxUnavailable: 1 }),
    bad: changed(guarded({ maxUnavailable: 1 }), BUDGET, "spec.maxUnavailable", 0),
    cluster: draining(0),
    git: { expected: "issue", category: ["hpa_pdb_rollout"], roots: [BUDGET] },
  },
  {
    id: "budget-left-without-slack",
    tells: "A commit took a pod away, and the budget wants all that are left.",
    good: changed(guarded({ minAvailable: 2 }), CATALOG, "spec.replicas", 3),
    bad: guarded({ minAvailable: 2 }),
    cluster: draining(0),
    git: { expected: "propose", category: ["hpa_pdb_rollout"], roots: [BUDGET, CATALOG] },
  },
  {
    id: "budget-lets-one-go",
    tells: "A node is being emptied, and the budget lets one pod go at a time: nothing is wrong.",
    resembles: ["budget-blocks-drain"],
    good: guarded({ maxUnavailable: 1 }),
    bad: changed(guarded({ maxUnavailable: 1 }), BUDGET, "metadata.labels", { team: "shop" }),
    cluster: draining(1),
    git: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "budget-strict-and-nobody-drains",
    tells: "The budget allows no disruption, and no node is being emptied: that is how it is meant.",
    resembles: ["budget-blocks-drain"],
    good: guarded({ maxUnavailable: 0 }),
    git: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "budget-of-an-old-version",
    tells: "The budget is written in an apiVersion that this cluster no longer serves.",
    good: budgeted("policy/v1"),
    bad: budgeted("policy/v1beta1"),
    cluster: notServed,
    git: {
      expected: "propose",
      category: ["api_version"],
      roots: ["Kustomization/flux-system/apps", BUDGET],
    },
  },
  {
    id: "budget-that-chose-nothing",
    tells:
      "The budget's old apiVersion is no longer served; in the new one it would mean all pods, where it meant none.",
    good: budgeted("policy/v1beta1", { selector: {} }),
    cluster: notServed,
    git: { expected: "issue", category: ["api_version"], roots: ["Kustomization/flux-system/apps", BUDGET] },
  },
];

function notServed(cluster: Cluster): void {
  cluster.remove(BUDGET);
  const message =
    'PodDisruptionBudget/shop/catalog dry-run failed: no matches for kind "PodDisruptionBudget" in version "policy/v1beta1"';
  const told = { type: "Ready", status: "False", reason: "ReconciliationFailed", message, observedGeneration: 1 };
  cluster.condition("Kustomization/flux-system/apps", told, 20);
}

function budgeted(apiVersion: string, more: Readonly<Record<string, unknown>> = {}): Tree {
  const spec = { maxUnavailable: 1, ...more };
  return withObject(SHOP, "apps/budget.yaml", object(apiVersion, "PodDisruptionBudget", "catalog", { spec }));
}
