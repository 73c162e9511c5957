import type { Category } from "../../../src/diagnosis/category.ts";
import { crashes, outOfMemory, refused, unready } from "../build/fates.ts";
import { cronJob } from "../build/manifests.ts";
import type { Story } from "../build/story.ts";
import { changed, type Tree, withObject } from "../build/tree.ts";
import { inContainer, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const ORDERS = "Deployment/shop/orders";
const REPORT = "CronJob/shop/report";
const POD = "spec.template.spec";
const LIMITS = inContainer("catalog", "resources.limits");
const LATE = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";

function forPeople(category: Category, root = CATALOG): NonNullable<Story["git"]> {
  return { expected: "issue", category: [category], roots: [root], isCommit: false };
}

function catalog(path: string, to: unknown, tree: Tree = SHOP): Tree {
  return changed(tree, CATALOG, path, to);
}

function denied(why: string): NonNullable<Story["fates"]> {
  return { [CATALOG]: refused(`admission webhook "validation.gatekeeper.sh" denied the request: ${why}`) };
}

function reporting(schedule: string): Tree {
  return withObject(SHOP, "apps/report.yaml", cronJob({ name: "report", schedule }));
}

const PROXY = {
  name: "proxy",
  image: "registry.example.test/proxy:1",
  ports: [{ name: "admin", containerPort: 9901 }],
};

/** Messages that tell of another thing, or another time, than the commit beside them. */
export const MISREAD: readonly Story[] = [
  {
    id: "schedule-mended-since",
    tells:
      "A commit mended the report's schedule; that it could not be followed was said before, and it has not run since.",
    resembles: ["schedule-cannot-be-followed"],
    good: reporting("0 25 * * *"),
    bad: reporting("0 5 * * *"),
    cluster: (cluster) => {
      const message = 'unparseable schedule: "0 25 * * *" : end of range (25) above maximum (23): 25';
      cluster.event(REPORT, { reason: "UnparseableSchedule", message, ago: 50 });
    },
    git: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "probe-of-the-proxy-beside",
    tells: "The readiness probe asks the proxy that runs in the same pod, and that has not opened its port.",
    good: catalog(inContainer("catalog", "readinessProbe.httpGet.port"), 9901, catalog(`${POD}.containers.1`, PROXY)),
    fates: {
      [CATALOG]: unready('Get "http://10.0.0.1:9901/readyz": dial tcp 10.0.0.1:9901: connect: connection refused'),
    },
    folder: forPeople("probe"),
  },
  {
    id: "less-cpu-beside-a-dead-database",
    tells: "A commit gave the catalog a little less CPU; it answers late, and says that its database does not answer.",
    good: catalog(`${LIMITS}.cpu`, "1"),
    bad: catalog(`${LIMITS}.cpu`, "900m"),
    fates: {
      [CATALOG]: unready(
        `Get "http://10.0.0.1:8080/readyz": ${LATE}`,
        "ERROR db.example.test:5432 failed: dial tcp 203.0.113.7:5432: i/o timeout\n",
      ),
    },
    git: forPeople("app_or_db"),
  },
  {
    id: "less-patience-beside-a-full-disk",
    tells: "A commit lets the probe wait less long; the catalog says that its disk is full.",
    good: catalog(inContainer("catalog", "readinessProbe.timeoutSeconds"), 5),
    bad: catalog(inContainer("catalog", "readinessProbe.timeoutSeconds"), 3),
    fates: {
      [CATALOG]: unready(`Get "http://10.0.0.1:8080/readyz": ${LATE}`, "ERROR write index: no space left on device\n"),
    },
    git: forPeople("pvc_storage"),
  },
  {
    id: "policy-below-either-limit",
    tells: "A commit lowered the catalog's limit; a policy that is not in git allows less still.",
    good: catalog(`${LIMITS}.memory`, "600Mi"),
    bad: catalog(`${LIMITS}.memory`, "500Mi"),
    fates: denied("container <catalog> memory limit <500Mi> is higher than the maximum allowed of <256Mi>"),
    git: forPeople("policy_scan"),
  },
  {
    id: "policy-allows-neither-registry",
    tells: "A commit moved the image to another registry; a policy that is not in git allows neither.",
    good: catalog(inContainer("catalog", "image"), "docker.io/shop/catalog:1"),
    bad: catalog(inContainer("catalog", "image"), "quay.io/shop/catalog:1"),
    fates: denied(
      'container <catalog> has an invalid image repo <quay.io/shop/catalog:1>, allowed repos are ["r.test/"]',
    ),
    git: forPeople("policy_scan"),
  },
  {
    id: "argument-beside-another-machine",
    tells: "A commit gave the catalog an argument; its pods came to a node for which the program is not made.",
    good: SHOP,
    bad: catalog(inContainer("catalog", "args"), ["serve", "--listen=:8080", "--verbose"]),
    fates: { [CATALOG]: crashes({ log: "exec /catalog: exec format error\n" }) },
    git: forPeople("image_ref"),
  },
  {
    id: "killed-by-a-short-node",
    tells: "A commit lowered the catalog's limit a little; its node has no memory left and kills whatever it finds.",
    good: catalog(`${LIMITS}.memory`, "300Mi"),
    bad: SHOP,
    cluster: (cluster) => {
      const message = "System OOM encountered, victim process: catalog, pid: 3177";
      for (const { metadata } of cluster.ofKind("Node"))
        cluster.event(`Node/${metadata.name}`, { reason: "SystemOOM", message });
    },
    fates: { [CATALOG]: outOfMemory() },
    git: forPeople("oom_limit"),
  },
  {
    id: "right-missing-beside-a-token",
    tells: "A commit says that the orders get the token they always got; they ask for what they never might.",
    good: SHOP,
    bad: changed(SHOP, ORDERS, `${POD}.automountServiceAccountToken`, true),
    fates: {
      [ORDERS]: crashes({
        log: 'ERROR leases is forbidden: User "system:serviceaccount:shop:orders" cannot create resource "leases" in API group "" in the namespace "shop"\n',
      }),
    },
    git: forPeople("rbac_serviceaccount", ORDERS),
  },
];
