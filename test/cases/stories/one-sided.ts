import { crashes, hangs } from "../build/fates.ts";
import { object, service } from "../build/manifests.ts";
import { field, type Story } from "../build/story.ts";
import { changed, type Tree, withObject } from "../build/tree.ts";
import { inContainer, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const ORDERS = "Deployment/shop/orders";
const STOREFRONT = "Deployment/shop/storefront";
const HPA = "HorizontalPodAutoscaler/shop/catalog";
const COMMAND = "spec.template.spec.initContainers.1.command.2";

function waiting(name: string, asked: string): Tree {
  const renamed = changed(SHOP, "Service/shop/catalog", "metadata.name", name);
  const asking = changed(renamed, STOREFRONT, inContainer("storefront", "env.CATALOG_URL.value"), `http://${name}:80`);
  return changed(asking, ORDERS, "spec.template.spec.initContainers.1", {
    name: "wait",
    image: "docker.io/library/busybox:1.36",
    command: ["sh", "-c", `until nslookup ${asked}; do sleep 2; done`],
  });
}

function scaled(name: string): Tree {
  const scaler = object("autoscaling/v2", "HorizontalPodAutoscaler", "catalog", {
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "catalog" }, maxReplicas: 4 },
  });
  return changed(withObject(SHOP, "apps/catalog-scaler.yaml", scaler), CATALOG, "metadata.name", name);
}

const METRICS = withObject(
  SHOP,
  "apps/metrics.yaml",
  service("catalog-metrics", { port: 9100, target: 9100, selector: { app: "catalog" } }),
);

/** What got another name or another port on one side only, and what only looks so. */
export const ONE_SIDED: readonly Story[] = [
  {
    id: "service-renamed-one-forgotten",
    tells: "The catalog's Service was renamed; the storefront follows, the container that waits for it does not.",
    good: waiting("catalog", "catalog"),
    bad: waiting("catalog-api", "catalog"),
    fates: { [ORDERS]: hangs("wait", "nslookup: can't resolve 'catalog'\nnslookup: can't resolve 'catalog'\n") },
    git: {
      expected: "propose",
      category: ["init_container", "service_missing"],
      roots: [ORDERS],
      fields: [field(ORDERS, COMMAND, "until nslookup catalog-api; do sleep 2; done")],
    },
  },
  {
    id: "autoscaler-target-renamed",
    tells: "The catalog's Deployment was renamed, and its autoscaler still scales the old name.",
    good: scaled("catalog"),
    bad: scaled("product-pages"),
    cluster: (cluster) => {
      const message =
        'the HPA controller was unable to get the target\'s current scale: deployments.apps "catalog" not found';
      cluster.condition(HPA, { type: "AbleToScale", status: "False", reason: "FailedGetScale", message }, 25);
    },
    git: {
      expected: "propose",
      category: ["hpa_pdb_rollout"],
      roots: [HPA],
      fields: [field(HPA, "spec.scaleTargetRef.name", "product-pages")],
    },
    folder: { expected: "issue", category: ["hpa_pdb_rollout"], roots: [HPA] },
  },
  {
    id: "variable-renamed-placeholder",
    tells: "A variable was renamed that a Java program still asks for by its old name.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "env.DB_HOST.name"), "CATALOG_DB_HOST"),
    fates: {
      [CATALOG]: crashes({
        log: "2026-11-20T09:58:02.871Z ERROR 1 --- [main] o.s.boot.SpringApplication : Application run failed\njava.lang.IllegalArgumentException: Could not resolve placeholder 'db.host' in value \"jdbc:postgresql://${db.host}/catalog\"\n",
      }),
    },
    git: { expected: "propose", category: ["env_var"], roots: [CATALOG] },
    folder: { expected: "issue", category: ["env_var"], roots: [CATALOG] },
  },
  {
    id: "port-open-undeclared",
    tells: "A Service sends to a port that the catalog opens without declaring it; nobody misses an answer.",
    resembles: ["service-leads-nowhere"],
    good: METRICS,
    git: { expected: "none", category: ["no_op"], roots: [] },
    folder: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "port-moved-with-its-program",
    tells: "A commit moved the catalog and its Service to another port, which the container does not declare yet.",
    resembles: ["service-leads-nowhere"],
    good: SHOP,
    bad: changed(
      changed(SHOP, CATALOG, inContainer("catalog", "args.1"), "--listen=:8099"),
      "Service/shop/catalog",
      "spec.ports.0.targetPort",
      8099,
    ),
    git: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "built-for-another-machine",
    tells: "The catalog's image is for other machines than those that run it now; nobody changed it.",
    good: SHOP,
    fates: { [CATALOG]: crashes({ log: "exec /usr/local/bin/catalog: exec format error\n", exitCode: 255 }) },
    git: { expected: "issue", category: ["image_ref", "node_infra"], roots: [CATALOG] },
    folder: { expected: "issue", category: ["image_ref", "node_infra"], roots: [CATALOG] },
  },
];
