import { expect, test } from "vitest";
import { appliedOnce } from "../../src/diagnosis/flux/inventory.ts";
import { lookupOf } from "../../src/diagnosis/lookup.ts";
import type { KubernetesObject, ObjectRef } from "../../src/signal/object.ts";

const apps: KubernetesObject = {
  apiVersion: "kustomize.toolkit.fluxcd.io/v1",
  kind: "Kustomization",
  metadata: { name: "apps", namespace: "flux-system" },
  status: {
    inventory: {
      entries: [
        { id: "shop_redis__Service", v: "v1" },
        { id: "_system__catalog-reader_rbac.authorization.k8s.io_ClusterRole", v: "v1" },
      ],
    },
  },
};
const lookup = lookupOf({ now: new Date(0), objects: [apps], listed: new Set(), logs: new Map(), unknown: [] });
const redis: ObjectRef = { apiVersion: "v1", kind: "Service", namespace: "shop", name: "redis" };

test("what Flux keeps in its inventory was applied, and deleted since", () => {
  expect(appliedOnce(lookup, redis)).toMatchObject({
    verdict: "FOUND",
    text: "Service/shop/redis is in the inventory of Kustomization/flux-system/apps: it was applied, and deleted since",
  });
});

test("a name with a colon is found as Flux writes it", () => {
  const apiVersion = "rbac.authorization.k8s.io/v1";
  expect(
    appliedOnce(lookup, { apiVersion, kind: "ClusterRole", namespace: null, name: "system:catalog-reader" }),
  ).toBeDefined();
});

test.each([
  ["of another name", { ...redis, name: "redis-replica" }],
  ["of another namespace", { ...redis, namespace: "staging" }],
  ["of another kind", { ...redis, kind: "ConfigMap" }],
])("nothing is said of an object %s", (_, ref) => {
  expect(appliedOnce(lookup, ref)).toBeUndefined();
});
