import { unready } from "../build/fates.ts";
import { object } from "../build/manifests.ts";
import { field, type Story } from "../build/story.ts";
import { changed, type Tree, withObject } from "../build/tree.ts";
import { inContainer, SHOP } from "./shop.ts";

const CATALOG = "Service/shop/catalog";
const STOREFRONT = "Deployment/shop/storefront";
const INGRESS = "Ingress/shop/storefront";
const ROUTED = "Ingress/shop/catalog";
const URL = inContainer("storefront", "env.CATALOG_URL.value");

function routed(): Tree {
  const backend = { service: { name: "catalog", port: { number: 80 } } };
  const paths = [{ path: "/api", pathType: "Prefix", backend }];
  const rules = [{ host: "api.example.test", http: { paths } }];
  return withObject(
    SHOP,
    "apps/route.yaml",
    object("networking.k8s.io/v1", "Ingress", "catalog", { spec: { ingressClassName: "nginx", rules } }),
  );
}

/** Changes that, undone, would not help or would break something else: what the counterfactual is for. */
export const UNDONE: readonly Story[] = [
  {
    id: "port-moved-for-one-of-two",
    tells: "The catalog's Service and its Ingress moved to port 8080; the storefront still asks port 80.",
    good: routed(),
    bad: changed(
      changed(routed(), CATALOG, "spec.ports.0.port", 8080),
      ROUTED,
      "spec.rules.0.http.paths.0.backend.service.port.number",
      8080,
    ),
    fates: {
      [STOREFRONT]: unready(
        "HTTP probe failed with statuscode: 503",
        'level=error err="Get \\"http://catalog:80/api/items\\": dial tcp 10.96.12.34:80: connect: connection refused"\n',
      ),
    },
    git: {
      expected: "propose",
      also: "issue",
      category: ["service_port", "env_var"],
      roots: [STOREFRONT, CATALOG],
      fields: [field(STOREFRONT, URL, "http://catalog:8080")],
    },
  },
  {
    id: "renamed-on-one-side",
    tells: "The Ingress was told to send to storefront-web, and the Service was renamed shop-web.",
    good: SHOP,
    bad: changed(
      changed(SHOP, "Service/shop/storefront", "metadata.name", "shop-web"),
      INGRESS,
      "spec.rules.0.http.paths.0.backend.service.name",
      "storefront-web",
    ),
    git: {
      expected: "propose",
      also: "issue",
      category: ["ingress_route", "service_missing"],
      roots: [INGRESS],
      fields: [field(INGRESS, "spec.rules.0.http.paths.0.backend.service.name", "shop-web")],
    },
  },
];
