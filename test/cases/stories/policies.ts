import { refused } from "../build/fates.ts";
import { stopped } from "../build/flux.ts";
import type { Story } from "../build/story.ts";
import { minutesAgo } from "../build/time.ts";
import { changed, withObject } from "../build/tree.ts";
import { constraint, violates } from "./people.ts";
import { imageOf, inContainer, SHOP } from "./shop.ts";

const APPS = "Kustomization/flux-system/apps";
const CATALOG = "Deployment/shop/catalog";
const OWNED = changed(SHOP, CATALOG, "metadata.labels.owner", "team-shop");

const PROBED = withObject(SHOP, "policies/probes.yaml", constraint("K8sRequiredProbes", "probes-required", {}));
const PROBES_REQUIRED = "K8sRequiredProbes/probes-required";
const UNPROBED = violates(PROBES_REQUIRED, {
  group: "apps",
  kind: "Deployment",
  namespace: "shop",
  name: "catalog",
  message: "Container <catalog> in your <Deployment> <catalog> has no <readinessProbe>.",
});

/** What policies of the cluster deny: a change that they speak of, or one that has nothing to do with it. */
export const POLICIES: readonly Story[] = [
  {
    id: "policy-misses-label",
    tells: "A commit took the label away that a policy asks of every Deployment.",
    good: OWNED,
    bad: SHOP,
    cluster: (cluster) => {
      cluster.get(CATALOG).metadata["labels"] = { owner: "team-shop" };
      denied({}, '[must-have-owner] you must provide labels: {"owner"}')(cluster);
    },
    git: { expected: "propose", category: ["policy_scan"], roots: [APPS, CATALOG] },
  },
  {
    id: "two-commits-speak-of-the-owner",
    tells: "One commit took the label away that a policy asks for, the next notes the owner; neither is applied.",
    good: OWNED,
    bad: SHOP,
    innocent: {
      comes: "after",
      makes: (tree) => changed(tree, CATALOG, ["metadata", "annotations", "example.test/owner"], "team-shop"),
    },
    cluster: (cluster) => {
      const { metadata } = cluster.get(CATALOG);
      Object.assign(metadata, { labels: { owner: "team-shop" }, annotations: {} });
      denied({}, '[must-have-owner] you must provide labels: {"owner"}')(cluster);
    },
    git: { expected: "issue", category: ["policy_scan"], roots: [APPS, CATALOG], isCommit: false },
  },
  {
    id: "policy-made-stricter",
    tells: "A policy asks for more replicas than there ever were; the release that is denied with it is innocent.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, "spec.revisionHistoryLimit", 3),
    cluster: denied(
      { revisionHistoryLimit: 10 },
      '[replica-limits] The provided number of replicas is not allowed for Deployment: catalog. Allowed ranges: {"ranges": [{"max_replicas": 50, "min_replicas": 5}]}',
    ),
    git: { expected: "issue", category: ["policy_scan"], roots: [APPS, CATALOG], isCommit: false },
  },
  {
    id: "policy-on-registries-made-stricter",
    tells: "The registry was never among those that a new policy lets in: another tag of the same image is innocent.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "image"), imageOf("catalog", "1.4.3")),
    fates: {
      [CATALOG]: refused(
        `admission webhook "validation.gatekeeper.sh" denied the request: [allowed-repos] container <catalog> has an invalid image repo <${imageOf("catalog", "1.4.3")}>, allowed repos are ["mirror.example.test/"]`,
      ),
    },
    git: { expected: "issue", category: ["policy_scan"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "admission-policy-of-the-cluster",
    tells: "A ValidatingAdmissionPolicy allows ten replicas, and a commit asks for more.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, "spec.replicas", 20),
    cluster: kept(
      { replicas: 2 },
      "Deployment/shop/catalog dry-run failed (Invalid): deployments.apps \"catalog\" is forbidden: ValidatingAdmissionPolicy 'few-replicas' with binding 'few-replicas' denied request: failed expression: object.spec.replicas <= 10",
    ),
    git: { expected: "propose", also: "issue", category: ["policy_scan"], roots: [APPS, CATALOG] },
  },
  {
    id: "audit-finds-probe-gone",
    tells: "A commit took the readiness probe away that a policy asks for; everything runs, and the audit tells.",
    good: PROBED,
    bad: changed(PROBED, CATALOG, inContainer("catalog", "readinessProbe")),
    cluster: UNPROBED,
    git: { expected: "propose", category: ["policy_scan"], roots: [CATALOG, PROBES_REQUIRED] },
    folder: { expected: "issue", category: ["policy_scan"], roots: [CATALOG, PROBES_REQUIRED] },
  },
  {
    id: "audit-of-younger-policy",
    tells: "The policy is younger than the commit that took the probe away: whether to have one is for people.",
    good: PROBED,
    bad: changed(PROBED, CATALOG, inContainer("catalog", "readinessProbe")),
    cluster: (cluster) => {
      Object.assign(cluster.get(PROBES_REQUIRED).metadata, { creationTimestamp: minutesAgo(5) });
      UNPROBED(cluster);
    },
    git: { expected: "issue", category: ["policy_scan"], roots: [CATALOG, PROBES_REQUIRED], isCommit: false },
  },
];

type Spec = Readonly<Record<string, unknown>>;

// What is denied is not applied: the cluster keeps what it had.
function kept(spec: Spec, message: string): NonNullable<Story["cluster"]> {
  return (cluster) => {
    cluster.set(CATALOG, "spec", spec);
    stopped(APPS, "ReconciliationFailed", message)(cluster);
  };
}

function denied(spec: Spec, why: string): NonNullable<Story["cluster"]> {
  return kept(
    spec,
    `Deployment/shop/catalog dry-run failed (Forbidden): admission webhook "validation.gatekeeper.sh" denied the request: ${why}`,
  );
}
