import type { Category } from "../../../src/diagnosis/category.ts";
import type { Cluster } from "../build/cluster.ts";
import { cannotMount, crashes, unready, unschedulable } from "../build/fates.ts";
import { cronJob, object } from "../build/manifests.ts";
import type { Story } from "../build/story.ts";
import { changed, type Tree, withObject } from "../build/tree.ts";
import { inContainer, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const ORDERS = "Deployment/shop/orders";
const SERVICE = "Service/shop/catalog";
const REPORT = "CronJob/shop/report";
const POD = "spec.template.spec";

type Answer = NonNullable<Story["git"]>;

function forPeople(category: Category, ...roots: readonly string[]): Answer {
  return { expected: "issue", category: [category], roots: roots.length > 0 ? roots : [CATALOG], isCommit: false };
}

function catalog(path: string, to: unknown, tree: Tree = SHOP): Tree {
  return changed(tree, CATALOG, path, to);
}

function noNode(why: string): NonNullable<Story["fates"]> {
  return { [CATALOG]: unschedulable(`0/3 nodes are available: ${why}.`) };
}

const REQUESTS = inContainer("catalog", "resources.requests");
const MEETING = { labelSelector: { matchLabels: { app: "catalog" } }, topologyKey: "kubernetes.io/hostname" };
const APART = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [MEETING] } };
const SPREAD = { maxSkew: 1, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "DoNotSchedule" };
const WISHED = { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway" };
const SSD = { matchExpressions: [{ key: "disk", operator: "Exists" }] };

function preferring(weight: number): unknown {
  return {
    ...APART,
    nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight, preference: SSD }] },
  };
}

function onNodePort(name: string): Tree {
  return catalog(inContainer("catalog", "ports"), [{ name, containerPort: 8080, hostPort: 8080 }]);
}

// One large node, on which a person works, and two small ones.
function closeLargest(cluster: Cluster): void {
  for (const [at, node] of cluster.ofKind("Node").entries()) {
    node["status"] = {
      ...(node["status"] as object),
      allocatable: { cpu: "4", memory: at === 0 ? "16Gi" : "4Gi", pods: "110" },
    };
    if (at === 0) node["spec"] = { ...(node["spec"] as object), unschedulable: true };
  }
}

/** Pods that find no node for another reason than what a commit changed of their placement. */
const UNPLACED: readonly Story[] = [
  {
    id: "device-taken-beside-a-request",
    tells: "A commit asks for a little more memory; what no node has left is a graphics card.",
    good: catalog(`${REQUESTS}`, { cpu: "100m", memory: "128Mi", "nvidia.com/gpu": "1" }),
    bad: catalog(`${REQUESTS}`, { cpu: "100m", memory: "160Mi", "nvidia.com/gpu": "1" }),
    fates: noNode("3 Insufficient nvidia.com/gpu"),
    git: forPeople("scheduling_resources"),
  },
  {
    id: "apart-beside-a-wish",
    tells: "A commit gave a preference more weight; what keeps the pods apart is a rule as old as they are.",
    good: catalog(`${POD}.affinity`, preferring(10)),
    bad: catalog(`${POD}.affinity`, preferring(50)),
    fates: noNode("3 node(s) didn't match pod anti-affinity rules"),
    git: forPeople("scheduling_constraints"),
  },
  {
    id: "spread-beside-a-wish",
    tells: "A commit wishes for one pod on each node; what is not met is the old rule about zones.",
    good: catalog(`${POD}.topologySpreadConstraints`, [SPREAD]),
    bad: catalog(`${POD}.topologySpreadConstraints`, [SPREAD, WISHED]),
    fates: noNode("3 node(s) didn't match pod topology spread constraints"),
    git: forPeople("scheduling_constraints"),
  },
  {
    id: "node-port-by-another-name",
    tells: "A commit gave a port another name; the pods of before hold that of their nodes.",
    good: onNodePort("http"),
    bad: onNodePort("web"),
    fates: noNode("3 node(s) didn't have free ports for the requested pod ports"),
    git: forPeople("port_conflict"),
  },
  {
    id: "room-on-a-closed-node",
    tells: "A commit asks for much more memory; the one node that has it is closed for work on it.",
    good: SHOP,
    bad: catalog(`${REQUESTS}.memory`, "6Gi"),
    cluster: closeLargest,
    fates: noNode("1 node(s) were unschedulable, 2 Insufficient memory"),
    git: forPeople("node_infra"),
  },
  {
    id: "nodes-of-others-only",
    tells: "The catalog tolerates the nodes of the search, which are gone; those of the analysts are not for it.",
    good: catalog(`${POD}.tolerations`, [{ key: "dedicated", value: "search", effect: "NoSchedule" }]),
    cluster: (cluster) => {
      for (const node of cluster.ofKind("Node"))
        node["spec"] = { taints: [{ key: "dedicated", value: "analytics", effect: "NoSchedule" }] };
    },
    fates: noNode("3 node(s) had untolerated taint {dedicated: analytics}"),
    folder: forPeople("scheduling_constraints"),
  },
];

function mounting(path: string): Tree {
  return catalog(`${POD}.volumes`, [{ name: "media", nfs: { server: "nas.example.test", path } }]);
}

function allowed(verbs: readonly string[], ...accounts: readonly string[]): Tree {
  const rbac = "rbac.authorization.k8s.io";
  const subjects = accounts.map((name) => ({ kind: "ServiceAccount", name, namespace: "shop" }));
  const roleRef = { apiGroup: rbac, kind: "Role", name: "orders" };
  return {
    ...SHOP,
    "apps/rights.yaml": [
      object(`${rbac}/v1`, "Role", "orders", { rules: [{ apiGroups: [""], resources: ["configmaps"], verbs }] }),
      object(`${rbac}/v1`, "RoleBinding", "orders", { subjects, roleRef }),
    ],
  };
}

function mayNot(verb: string, where: string): NonNullable<Story["fates"]> {
  const who = 'User "system:serviceaccount:shop:orders"';
  return {
    [ORDERS]: crashes({
      log: `ERROR configmaps is forbidden: ${who} cannot ${verb} resource "configmaps" in API group "" ${where}\n`,
    }),
  };
}

function reporting(schedule: string): Tree {
  return withObject(SHOP, "apps/report.yaml", cronJob({ name: "report", schedule }));
}

const MANY = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew";
const REFUSED = 'Get "http://10.0.0.1:8080/readyz": dial tcp 10.0.0.1:8080: connect: connection refused';

/** What is refused, unmounted or unanswered whatever the commit changed of it. */
const UNANSWERED: readonly Story[] = [
  {
    id: "file-server-down",
    tells: "A commit mounts another folder of a file server, which does not answer.",
    good: mounting("/exports/a"),
    bad: mounting("/exports/b"),
    fates: {
      [CATALOG]: cannotMount(
        'MountVolume.SetUp failed for volume "media" : mount failed: exit status 32\nMounting arguments: -t nfs nas.example.test:/exports/b /var/lib/kubelet/media\nOutput: mount.nfs: Connection timed out',
      ),
    },
    git: forPeople("pvc_storage"),
  },
  {
    id: "right-given-to-one-more",
    tells: "A commit gave another account the right as well; what the orders may not do they never could.",
    resembles: ["right-was-taken-away"],
    good: allowed(["get"], "orders"),
    bad: allowed(["get"], "orders", "reports"),
    fates: mayNot("watch", 'in the namespace "shop"'),
    git: forPeople("rbac_serviceaccount", ORDERS),
  },
  {
    id: "right-asked-elsewhere",
    tells: "A commit took a right away that nobody used; the orders ask in a namespace where they never had any.",
    resembles: ["right-was-taken-away"],
    good: allowed(["get", "list", "delete"], "orders"),
    bad: allowed(["get", "list"], "orders"),
    fates: mayNot("list", 'in the namespace "kube-system"'),
    git: forPeople("rbac_serviceaccount", ORDERS),
  },
  {
    id: "too-many-runs-missed",
    tells: "A commit lets the report run more often; its controller was down for a day and counts too many runs.",
    good: reporting("*/10 * * * *"),
    bad: reporting("*/5 * * * *"),
    cluster: (cluster) => cluster.event(REPORT, { reason: "TooManyMissedTimes", message: MANY }),
    git: forPeople("job_failed", REPORT),
  },
  {
    id: "port-declared-beside-silence",
    tells: "A commit declares a port for metrics; the catalog waits for a lock and opens none.",
    good: SHOP,
    bad: catalog(inContainer("catalog", "ports.1"), { name: "metrics", containerPort: 9100 }),
    fates: { [CATALOG]: unready(REFUSED, "INFO waiting for the lock of the schema\n") },
    git: forPeople("probe"),
  },
  {
    id: "undeclared-target-answers-late",
    tells: "The Service sends to a port that the catalog opens and does not declare; the network loses what is sent.",
    resembles: ["service-leads-nowhere"],
    good: changed(SHOP, SERVICE, "spec.ports.0.targetPort", 9090),
    fates: {
      "Deployment/shop/storefront": crashes({ log: "FATAL catalog:80 failed: dial tcp 10.96.7.7:80: i/o timeout\n" }),
    },
    folder: { expected: "issue", category: ["unknown"], roots: [SERVICE] },
  },
];

/** Doors that are closed to a workload whatever a commit changed of it. */
export const CLOSED: readonly Story[] = [UNPLACED, UNANSWERED].flat();
