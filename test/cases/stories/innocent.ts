import type { Cluster } from "../build/cluster.ts";
import { cannotPull, crashes, outOfMemory, unready } from "../build/fates.ts";
import { object, service } from "../build/manifests.ts";
import type { Story } from "../build/story.ts";
import { minutesAgo } from "../build/time.ts";
import { changed, withObject } from "../build/tree.ts";
import { imageOf, inContainer, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const STOREFRONT = "Deployment/shop/storefront";
const SETTINGS = "ConfigMap/shop/catalog-settings";
const MIRRORED = "mirror.example.test/shop/catalog:1.4.2";
const POD = "spec.template.spec";
const MEMORY = inContainer("catalog", "resources.limits.memory");

const CANARY = withObject(
  withObject(SHOP, "apps/front.yaml", service("shop-front", { selector: { app: "storefront" } })),
  "apps/canary.yaml",
  object("networking.k8s.io/v1", "Ingress", "canary", {
    spec: { defaultBackend: { service: { name: "shop-front-canary", port: { number: 80 } } } },
  }),
);

// The pods of the catalog that run well end at their limit, too.
function killFormer(cluster: Cluster, { times, ago }: { readonly times: number; readonly ago: number }): void {
  for (const pod of cluster.ofKind("Pod").filter(({ metadata }) => metadata.name.startsWith("catalog-"))) {
    const { containerStatuses } = pod["status"] as { readonly containerStatuses: readonly Record<string, unknown>[] };
    const killed = { reason: "OOMKilled", exitCode: 137, finishedAt: minutesAgo(ago) };
    pod["status"] = {
      ...(pod["status"] as object),
      containerStatuses: containerStatuses.map((each) =>
        each["ready"] === true ? { ...each, restartCount: times, lastState: { terminated: killed } } : each,
      ),
    };
  }
}

/** Changes that are near in time or in words, and innocent. */
export const INNOCENT: readonly Story[] = [
  {
    id: "number-by-chance",
    tells: "The database refuses a row that is there already; its number is the one that the newest commit wrote.",
    good: SHOP,
    bad: changed(SHOP, SETTINGS, "data.page_size", "250"),
    fates: {
      [CATALOG]: crashes({
        log: "FATAL import stopped: duplicate key value violates unique constraint: Key (id)=(250) already exists\n",
      }),
    },
    git: { expected: "issue", category: ["app_or_db"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "probe-tells-the-truth",
    tells:
      "The readiness probe asks more than before, and the program answers that its database takes nobody any more.",
    resembles: ["probe-asks-wrongly"],
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "readinessProbe.httpGet.path"), "/readyz/deep"),
    fates: {
      [CATALOG]: unready(
        "HTTP probe failed with statuscode: 503",
        "WARN health: database is DOWN: FATAL: sorry, too many clients already (SQLSTATE 53300)\n",
      ),
    },
    git: { expected: "issue", category: ["app_or_db"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "database-replays-its-log",
    tells: "Postgres was not shut down in order and replays its log; until then it lets nobody in.",
    resembles: ["probe-asks-wrongly"],
    good: SHOP,
    fates: {
      "StatefulSet/shop/postgres": unready(
        "/var/run/postgresql:5432 - rejecting connections",
        "LOG:  database system was not properly shut down; automatic recovery in progress\n",
      ),
    },
    git: { expected: "issue", category: ["app_or_db"], roots: ["StatefulSet/shop/postgres"] },
    folder: { expected: "issue", category: ["app_or_db"], roots: ["StatefulSet/shop/postgres"] },
  },
  {
    id: "probe-asks-while-warming-up",
    tells: "The readiness probe asks another path, and the program says on it that it still loads what it needs.",
    resembles: ["probe-asks-wrongly"],
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "readinessProbe.httpGet.path"), "/readyz/traffic"),
    fates: {
      [CATALOG]: unready(
        "HTTP probe failed with statuscode: 503",
        "INFO listening on :8080\nINFO warming up prices 412000/1900000, not taking traffic yet\n",
      ),
    },
    git: { expected: "issue", category: ["app_or_db"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "probe-asks-what-is-unwell",
    tells: "The readiness probe asks another path, which answers 503 although the program has long been ready.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "readinessProbe.httpGet.path"), "/status/503"),
    fates: {
      [CATALOG]: unready("HTTP probe failed with statuscode: 503", "INFO warmed up\nINFO listening on :8080\n"),
    },
    git: { expected: "propose", category: ["probe"], roots: [CATALOG] },
  },
  {
    id: "killed-before-the-cut",
    tells: "A commit cut the limit of the catalog, and the pods of before are killed at the higher one, too.",
    good: changed(SHOP, CATALOG, MEMORY, "256Mi"),
    bad: changed(SHOP, CATALOG, MEMORY, "224Mi"),
    cluster: (cluster) => killFormer(cluster, { times: 40, ago: 10 }),
    fates: { [CATALOG]: outOfMemory() },
    git: { expected: "issue", category: ["oom_limit"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "killed-once-before-the-cut",
    tells: "A commit cut the limit of the catalog too far; a pod of before was killed once, hours ago.",
    good: changed(SHOP, CATALOG, MEMORY, "256Mi"),
    bad: changed(SHOP, CATALOG, MEMORY, "128Mi"),
    cluster: (cluster) => killFormer(cluster, { times: 1, ago: 300 }),
    fates: { [CATALOG]: outOfMemory() },
    git: { expected: "propose", category: ["oom_limit"], roots: [CATALOG] },
  },
  {
    id: "status-of-another",
    tells:
      "A commit changed a setting to a number that stands by chance where the catalog complains of what a peer answers.",
    good: SHOP,
    bad: changed(SHOP, SETTINGS, "data.page_size", "30"),
    fates: { [CATALOG]: crashes({ log: "ERROR unexpected status 418 from the feed of rates after 30 tries\n" }) },
    git: { expected: "issue", category: ["app_or_db"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "tables-half-moved",
    tells: "A new version failed while it moved the tables of its database: the former one may not know them any more.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "image"), imageOf("catalog", "1.5.0")),
    fates: {
      [CATALOG]: crashes({
        log: 'FlywayException: Schema "public" contains a failed migration to version 42 !\n',
      }),
    },
    git: { expected: "issue", category: ["image_ref"], roots: [CATALOG] },
  },
  {
    id: "tables-beside-a-setting",
    tells: "The tables are of a newer version than the program, and a commit had changed what it prints.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "args"), ["serve", "--listen=:8080", "--json"]),
    fates: { [CATALOG]: crashes({ log: "Detected applied migration not resolved locally: 42.\n" }) },
    git: { expected: "issue", category: ["app_or_db"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "fatal-by-number",
    tells: "A program that tells how bad a line is by a number fails by something else than what a commit changed.",
    good: SHOP,
    bad: changed(SHOP, STOREFRONT, inContainer("storefront", "env.1.value"), "http://orders.shop:80"),
    fates: {
      [STOREFRONT]: crashes({
        log: '{"level":30,"msg":"asked http://orders.shop:80"}\n{"level":60,"msg":"consumer limit exceeded (10026)"}\n',
      }),
    },
    git: { expected: "issue", category: ["app_or_db"], roots: [STOREFRONT], isCommit: false },
  },
  {
    id: "port-of-the-node-taken",
    tells: "A commit put the catalog on the network of its node, where its port is taken.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, `${POD}.hostNetwork`, true),
    fates: { [CATALOG]: crashes({ log: "listen tcp :8080: bind: address already in use\n" }) },
    git: { expected: "propose", category: ["port_conflict"], roots: [CATALOG] },
  },
  {
    id: "selected-node-closed",
    tells: "The catalog was sent to the nodes of a pool, the only one of which is being serviced.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, `${POD}.nodeSelector`, { "kubernetes.io/hostname": "worker-2" }),
    cluster: (cluster) => cluster.set("Node/worker-2", "spec", { unschedulable: true }),
    fates: {
      [CATALOG]: {
        phase: "Pending",
        isReady: false,
        unschedulable:
          "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector.",
      },
    },
    git: { expected: "issue", category: ["node_infra"], roots: [CATALOG, "Node/worker-2"], isCommit: false },
  },
  {
    id: "mirror-unwell",
    tells: "Images come from a mirror since the newest commit; the mirror is there and says that it is not well.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "image"), MIRRORED),
    fates: {
      [CATALOG]: cannotPull(
        MIRRORED,
        "unexpected status from HEAD request to https://mirror.example.test/v2/shop/catalog/manifests/1.4.2: 503 Service Unavailable",
      ),
    },
    git: { expected: "issue", also: "none", category: ["network"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "statistics-nobody-takes",
    tells: "A new variable sends statistics to a port that no Service has; nobody complains, and all is well.",
    good: SHOP,
    bad: changed(SHOP, STOREFRONT, inContainer("storefront", "env.2"), { name: "STATSD_ADDR", value: "catalog:8125" }),
    git: { expected: "issue", also: "none", category: ["env_var"], roots: [STOREFRONT], isCommit: false },
  },
  {
    id: "canary-not-there",
    tells: "A route leads to a Service that is only there while a new version is tried.",
    good: CANARY,
    git: { expected: "issue", also: "none", category: ["ingress_route"], roots: ["Ingress/shop/canary"] },
    folder: { expected: "issue", also: "none", category: ["ingress_route"], roots: ["Ingress/shop/canary"] },
  },
];
