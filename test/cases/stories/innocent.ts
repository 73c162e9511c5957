import { cannotPull, crashes, unready } from "../build/fates.ts";
import { object, service } from "../build/manifests.ts";
import type { Story } from "../build/story.ts";
import { changed, withObject } from "../build/tree.ts";
import { inContainer, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const STOREFRONT = "Deployment/shop/storefront";
const SETTINGS = "ConfigMap/shop/catalog-settings";
const MIRRORED = "mirror.example.test/shop/catalog:1.4.2";
const POD = "spec.template.spec";

const CANARY = withObject(
  withObject(SHOP, "apps/front.yaml", service("shop-front", { selector: { app: "storefront" } })),
  "apps/canary.yaml",
  object("networking.k8s.io/v1", "Ingress", "canary", {
    spec: { defaultBackend: { service: { name: "shop-front-canary", port: { number: 80 } } } },
  }),
);

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
