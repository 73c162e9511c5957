import type { Fate } from "../build/fates.ts";
import type { Story } from "../build/story.ts";
import { minutesAgo } from "../build/time.ts";
import { changed } from "../build/tree.ts";
import { inContainer, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const LIMITED = changed(SHOP, CATALOG, inContainer("catalog", "resources"), { limits: { "ephemeral-storage": "2Gi" } });
const LOWERED = changed(LIMITED, CATALOG, inContainer("catalog", "resources"), {
  limits: { "ephemeral-storage": "64Mi" },
});
const SCRATCH = changed(SHOP, CATALOG, "spec.template.spec.volumes", [
  { name: "scratch", emptyDir: { sizeLimit: "4Gi" } },
]);
const TIGHT = changed(SCRATCH, CATALOG, "spec.template.spec.volumes", [
  { name: "scratch", emptyDir: { sizeLimit: "50Mi" } },
]);

const AWAY: Fate = { phase: "Pending", isReady: false };

/** The kubelet puts every new pod of the catalog off its node. */
function evicted(message: string): NonNullable<Story["cluster"]> {
  return (cluster) => {
    for (const pod of cluster.ofKind("Pod")) {
      const isNew = (pod["status"] as { phase?: string }).phase === "Pending";
      if (isNew) pod["status"] = { phase: "Failed", reason: "Evicted", message, startTime: minutesAgo(20) };
    }
  };
}

/** Pods that break a limit of their own on the node's disk. */
export const LIMITS: readonly Story[] = [
  {
    id: "disk-limit-lowered",
    tells: "A commit lowered how much the catalog may write to its node's disk.",
    good: LIMITED,
    bad: LOWERED,
    fates: { [CATALOG]: AWAY },
    cluster: evicted('Container catalog exceeded its local ephemeral storage limit "64Mi". '),
    git: { expected: "propose", category: ["pvc_storage"], roots: [CATALOG] },
  },
  {
    id: "scratch-volume-too-small",
    tells: "A commit lowered the size of the catalog's scratch volume.",
    good: SCRATCH,
    bad: TIGHT,
    fates: { [CATALOG]: AWAY },
    cluster: evicted('Usage of EmptyDir volume "scratch" exceeds the limit "50Mi". '),
    git: { expected: "propose", category: ["pvc_storage"], roots: [CATALOG] },
  },
  {
    id: "disk-limit-outgrown",
    tells: "The catalog writes more than it may, and the limit is as it was.",
    good: LIMITED,
    fates: { [CATALOG]: AWAY },
    cluster: evicted("Pod ephemeral local storage usage exceeds the total limit of containers 2Gi. "),
    git: { expected: "issue", category: ["pvc_storage"], roots: [CATALOG] },
  },
];

const SERVICE = "Service/shop/catalog";

/** Services whose pods are another workload's. */
export const ASTRAY: readonly Story[] = [
  {
    id: "service-selects-another",
    tells: "A commit let the catalog's Service select the pods of the storefront.",
    good: SHOP,
    bad: changed(SHOP, SERVICE, "spec.selector.app", "storefront"),
    git: { expected: "propose", category: ["service_selector"], roots: [SERVICE] },
  },
  {
    id: "service-of-another-name",
    tells: "The Service has always selected the pods of another: that is how it is meant.",
    resembles: ["service-leads-nowhere"],
    good: changed(SHOP, SERVICE, "spec.selector.app", "storefront"),
    bad: changed(changed(SHOP, SERVICE, "spec.selector.app", "storefront"), CATALOG, "metadata.labels.team", "web"),
    git: { expected: "none", category: ["no_op"], roots: [] },
  },
];
