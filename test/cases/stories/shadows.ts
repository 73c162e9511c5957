import type { Json } from "../../../src/signal/object.ts";
import { crashes } from "../build/fates.ts";
import { kustomization } from "../build/flux.ts";
import { configMap } from "../build/manifests.ts";
import { field, type Story } from "../build/story.ts";
import { changed, type Tree } from "../build/tree.ts";
import { refused } from "./flux.ts";
import { inContainer, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const STOREFRONT = "Deployment/shop/storefront";
const APPS = "Kustomization/flux-system/apps";
const OPENED: Tree = { "clusters/prod/apps.yaml": [kustomization("apps", "./apps")], ...SHOP };
const ENV = inContainer("catalog", "env");
const UNPARSED = "FATAL invalid configuration: CACHE_TTL: cannot parse 30 as a duration\n";

const catalog = [CATALOG];

/** The catalog with one variable more at the end of its list. */
function also(tree: Tree, at: number, name: string, value: string): Tree {
  return changed(tree, CATALOG, `${ENV}.${at}`, { name, value });
}

const TTL = also(SHOP, 3, "CACHE_TTL", "30s");
const TWICE = also(TTL, 4, "CACHE_TTL", "30");

const TOLD: readonly Json[] = [
  { name: "DB_HOST", value: "postgres" },
  { name: "DB_PORT", value: "5432" },
  { name: "PAGE_SIZE", valueFrom: { configMapKeyRef: { name: "catalog-settings", key: "page_size" } } },
  { name: "CACHE_TTL", value: "30s" },
];

function reads(...maps: readonly string[]): Tree {
  const envFrom = maps.map((name) => ({ configMapRef: { name } }));
  return {
    ...changed(SHOP, CATALOG, inContainer("catalog", "envFrom"), envFrom),
    "apps/caches.yaml": [configMap("caches", { CACHE_TTL: "30s" }), configMap("limits", { CACHE_TTL: "30" })],
  };
}

/** Variables that a container is told twice: only the last is heard. */
export const SHADOWS: readonly Story[] = [
  {
    id: "told-twice",
    tells:
      "A commit told the catalog a second time how long to cache, in a form that it cannot read; the first was right.",
    good: TTL,
    bad: TWICE,
    fates: { [CATALOG]: crashes({ log: UNPARSED }) },
    plain: { expected: "propose", category: ["env_var"], roots: catalog },
    remembered: { expected: "propose", category: ["env_var"], roots: catalog },
    folder: { expected: "issue", category: ["env_var"], roots: catalog },
  },
  {
    id: "told-twice-beside-another",
    tells: "The commit that told it twice told the catalog something else too, which is innocent and stays.",
    good: TTL,
    bad: also(also(TTL, 4, "THEME", "dark"), 5, "CACHE_TTL", "30"),
    fates: { [CATALOG]: crashes({ log: UNPARSED }) },
    plain: {
      expected: "propose",
      category: ["env_var"],
      roots: catalog,
      fields: [field(CATALOG, ENV, [...TOLD, { name: "THEME", value: "dark" }])],
    },
  },
  {
    id: "told-twice-to-ask-itself",
    tells: "A variable for a debugging session was left at the end: the storefront asks itself for the catalog.",
    good: SHOP,
    bad: changed(SHOP, STOREFRONT, inContainer("storefront", "env.2"), {
      name: "CATALOG_URL",
      value: "http://localhost:9000",
    }),
    fates: {
      [STOREFRONT]: { log: "ERROR GET /products: dial tcp 127.0.0.1:9000: connect: connection refused\n".repeat(9) },
    },
    alerts: [{ alertname: "StorefrontErrors", namespace: "shop", service: "storefront" }],
    plain: { expected: "propose", category: ["env_var"], roots: [STOREFRONT] },
  },
  {
    id: "told-twice-to-flux",
    tells: "Flux does not apply a list that names a variable twice.",
    good: also(OPENED, 3, "CACHE_TTL", "30s"),
    bad: also(also(OPENED, 3, "CACHE_TTL", "30s"), 4, "CACHE_TTL", "30"),
    cluster: refused(
      [',{"name":"CACHE_TTL","value":"30"}', ""],
      'Deployment/shop/catalog dry-run failed: failed to create typed patch object (shop/catalog; apps/v1, Kind=Deployment): .spec.template.spec.containers[name="catalog"].env: duplicate entries for key [name="CACHE_TTL"]',
    ),
    git: { expected: "propose", category: ["env_var", "api_version"], roots: [APPS] },
  },
  {
    id: "read-from-two-maps",
    tells: "A second ConfigMap that the catalog reads says otherwise how long to cache.",
    good: reads("caches"),
    bad: reads("caches", "limits"),
    fates: { [CATALOG]: crashes({ log: UNPARSED }) },
    git: { expected: "propose", category: ["env_var"], roots: catalog },
  },
  {
    id: "read-from-a-map-and-told",
    tells: "A commit tells the catalog itself what a ConfigMap tells it too: what it says itself counts.",
    resembles: ["variable-told-twice"],
    good: reads("caches"),
    bad: also(reads("caches"), 3, "CACHE_TTL", "30"),
    fates: { [CATALOG]: crashes({ log: UNPARSED }) },
    git: { expected: "propose", category: ["env_var"], roots: catalog },
  },
  {
    id: "defaults-from-a-map",
    tells: "The catalog has always said itself what one of its two maps says otherwise; its peer does not answer.",
    resembles: ["variable-told-twice"],
    good: {
      ...changed(reads("caches", "limits"), CATALOG, `${ENV}.3`, {
        name: "PEER_URL",
        value: "http://peer.example.test:80",
      }),
      "apps/caches.yaml": [
        configMap("caches", { PEER_URL: "http://localhost:80", PEER: "http://localhost:80" }),
        configMap("limits", { PEER: "http://peer.example.test:80" }),
      ],
    },
    fates: { [CATALOG]: crashes({ log: "FATAL http://peer.example.test:80: connection refused\n" }) },
    folder: { expected: "issue", category: ["app_or_db"], roots: catalog },
  },
  {
    id: "told-the-same-twice",
    tells: "The catalog is told twice how long to cache, and both times the same; it cannot read it.",
    resembles: ["variable-told-twice"],
    good: also(also(SHOP, 3, "CACHE_TTL", "30"), 4, "CACHE_TTL", "30"),
    fates: { [CATALOG]: crashes({ log: UNPARSED }) },
    folder: { expected: "issue", category: ["env_var", "app_or_db"], roots: catalog },
  },
  {
    id: "told-twice-and-content",
    tells: "The catalog is told twice how long to cache; what it fails by is its database.",
    resembles: ["variable-told-twice"],
    good: TWICE,
    fates: { [CATALOG]: crashes({ log: "FATAL segment _4f: checksum mismatch: index is corrupt\n" }) },
    folder: { expected: "issue", category: ["app_or_db"], roots: catalog },
  },
];
