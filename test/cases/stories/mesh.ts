import { object } from "../build/manifests.ts";
import { field, type Story } from "../build/story.ts";
import { MADE } from "../build/time.ts";
import { changed, type Manifest, type Tree, without } from "../build/tree.ts";
import { SHOP } from "./shop.ts";

const ROUTE = "VirtualService/shop/catalog";
const RULE = "DestinationRule/shop/catalog";
const TARGET = "spec.http.0.route.0.destination";

function destinations(...subsets: readonly string[]): Manifest {
  const named = subsets.map((name) => ({ name, labels: { track: name } }));
  return object("networking.istio.io/v1", "DestinationRule", "catalog", {
    spec: { host: "catalog.shop.svc.cluster.local", subsets: named },
  });
}

const MESHED: Tree = {
  ...SHOP,
  "apps/mesh.yaml": [
    object("networking.istio.io/v1", "VirtualService", "catalog", {
      spec: { hosts: ["catalog"], http: [{ route: [{ destination: { host: "catalog", subset: "stable" } }] }] },
    }),
    destinations("stable", "preview"),
  ],
};
const BESIDE: Tree = {
  ...MESHED,
  "apps/orders-mesh.yaml": [
    object("networking.istio.io/v1", "DestinationRule", "orders", { spec: { host: "orders" } }),
  ],
};
const asks = (name: string): Tree => changed(MESHED, ROUTE, `${TARGET}.subset`, name);
const told = { category: ["webhook_mesh"], roots: [ROUTE] } as const;
const nowhere = { category: ["ingress_route"], roots: [ROUTE] } as const;

/** Routes of a service mesh, and what they lead to. */
export const MESH: readonly Story[] = [
  {
    id: "subset-not-made-yet",
    tells: "A commit sends all requests to a subset that no DestinationRule has.",
    good: MESHED,
    bad: asks("canary"),
    git: { expected: "propose", ...told },
    folder: { expected: "issue", ...told },
  },
  {
    id: "subset-taken-away",
    tells: "A commit took the subset away that the route sends to.",
    good: MESHED,
    bad: changed(MESHED, RULE, "spec.subsets", [{ name: "preview", labels: { track: "preview" } }]),
    git: { expected: "propose", ...told },
  },
  {
    id: "destinations-removed",
    tells: "A commit removed the DestinationRule with the subset that the route sends to.",
    good: BESIDE,
    bad: without(BESIDE, RULE),
    git: { expected: "propose", ...told },
  },
  {
    id: "subset-misspelt",
    tells: "The route has always named a subset that is one slip away from the one there is.",
    good: asks("stabel"),
    folder: { expected: "propose", ...told, fields: [field(ROUTE, `${TARGET}.subset`, "stable")] },
  },
  {
    id: "host-without-a-service",
    tells: "A commit sends all requests to a host that no Service bears.",
    good: MESHED,
    bad: changed(MESHED, ROUTE, TARGET, { host: "catalog-next" }),
    git: { expected: "propose", ...nowhere },
    folder: { expected: "issue", ...nowhere },
  },
  {
    id: "service-behind-the-route-removed",
    tells: "A commit removed the Service that a route of the mesh names in full.",
    good: changed(MESHED, ROUTE, TARGET, { host: "orders.shop.svc.cluster.local" }),
    bad: without(changed(MESHED, ROUTE, TARGET, { host: "orders.shop.svc.cluster.local" }), "Service/shop/orders"),
    git: { expected: "propose", category: ["ingress_route", "service_missing"], roots: [ROUTE, "Service/shop/orders"] },
  },
  {
    id: "route-added-beside-a-lost-subset",
    tells:
      "A tool keeps the subsets outside of git and has lost the one asked for; the newest commit added a path beside.",
    good: without(asks("canary"), RULE),
    bad: changed(without(asks("canary"), RULE), ROUTE, "spec.http", [
      { match: [{ uri: { prefix: "/new" } }], route: [{ destination: { host: "catalog", subset: "preview" } }] },
      { route: [{ destination: { host: "catalog", subset: "canary" } }] },
    ]),
    cluster: (cluster) => cluster.add(destinations("stable", "preview"), MADE),
    git: { expected: "issue", ...told, isCommit: false },
  },
  {
    id: "destinations-not-read",
    tells: "Nobody read the DestinationRules of the cluster: whether the route's subset is there is not known.",
    resembles: ["subset-is-not-there"],
    good: without(MESHED, RULE),
    folder: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "subset-without-weight",
    tells: "A subset that is not made yet gets none of the requests, and a host outside is no Service.",
    resembles: ["subset-is-not-there", "route-leads-nowhere"],
    good: changed(MESHED, ROUTE, "spec.http.0.route", [
      { destination: { host: "catalog", subset: "stable" }, weight: 90 },
      { destination: { host: "catalog.example.test" }, weight: 10 },
      { destination: { host: "catalog", subset: "canary" }, weight: 0 },
    ]),
    git: { expected: "none", category: ["no_op"], roots: [] },
    folder: { expected: "none", category: ["no_op"], roots: [] },
  },
];
