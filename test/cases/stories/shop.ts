import {
  clusterObject,
  configMap,
  deployment,
  from,
  httpGet,
  object,
  service,
  statefulSet,
} from "../build/manifests.ts";
import type { Manifest, Tree } from "../build/tree.ts";

/** The image of one of the shop's programs. */
export function imageOf(name: string, tag = "1.4.2"): string {
  return `registry.example.test/shop/${name}:${tag}`;
}

const PROBES = { livenessProbe: httpGet("/healthz", 8080), readinessProbe: httpGet("/readyz", 8080) };

/** A namespace. */
export function namespace(name: string, labels: Readonly<Record<string, string>> = {}): Manifest {
  return { ...clusterObject("v1", "Namespace", name, {}), metadata: { name, labels } };
}

/** The shop: a storefront that asks a catalog and orders, which keep their data in Postgres. */
export const SHOP: Tree = {
  "apps/namespace.yaml": [namespace("shop")],
  "apps/storefront.yaml": [
    deployment({
      name: "storefront",
      env: { CATALOG_URL: "http://catalog:80", ORDERS_URL: "http://orders:80" },
      container: PROBES,
    }),
    service("storefront"),
    object("networking.k8s.io/v1", "Ingress", "storefront", {
      spec: {
        ingressClassName: "nginx",
        rules: [
          {
            host: "shop.example.test",
            http: {
              paths: [
                { path: "/", pathType: "Prefix", backend: { service: { name: "storefront", port: { number: 80 } } } },
              ],
            },
          },
        ],
      },
    }),
  ],
  "apps/catalog.yaml": [
    configMap("catalog-settings", { page_size: "40", currency: "EUR" }),
    deployment({
      name: "catalog",
      env: { DB_HOST: "postgres", DB_PORT: "5432", PAGE_SIZE: from("configMap", "catalog-settings", "page_size") },
      container: { ...PROBES, args: ["serve", "--listen=:8080"] },
    }),
    service("catalog"),
  ],
  "apps/orders.yaml": [
    object("v1", "ServiceAccount", "orders", {}),
    deployment({
      name: "orders",
      replicas: 1,
      env: { DB_HOST: "postgres", DB_PASSWORD: from("secret", "postgres-auth", "password") },
      container: PROBES,
      pod: {
        serviceAccountName: "orders",
        initContainers: [
          {
            name: "migrate",
            image: imageOf("orders-migrate"),
            command: ["/migrate"],
            args: ["up"],
            env: [{ name: "DB_HOST", value: "postgres" }],
          },
        ],
      },
    }),
    service("orders"),
  ],
  "apps/postgres.yaml": [
    object("v1", "Secret", "postgres-auth", { type: "Opaque", stringData: { password: "REDACTED" } }),
    statefulSet({
      name: "postgres",
      image: "docker.io/library/postgres:17.2",
      port: 5432,
      claim: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Gi" } } },
      container: { volumeMounts: [{ name: "data", mountPath: "/var/lib/postgresql/data" }] },
    }),
    service("postgres", { port: 5432, target: 5432 }),
  ],
};

/** The path of one field of the only container of a Deployment. */
export function inContainer(name: string, field: string): string {
  return `spec.template.spec.containers.${name}.${field}`;
}
