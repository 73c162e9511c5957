import { describe, expect, test } from "vitest";
import { lookupOf } from "../../src/diagnosis/lookup.ts";
import { meantObject, rootsMeant } from "../../src/diagnosis/meant.ts";
import { type KubernetesObject, type ObjectRef, refText } from "../../src/signal/object.ts";

const labels = { app: "web" };

function object(apiVersion: string, kind: string, name: string, rest: object = {}): KubernetesObject {
  return { apiVersion, kind, metadata: { name, namespace: "shop", ...("labels" in rest ? { labels } : {}) }, ...rest };
}

const objects: readonly KubernetesObject[] = [
  { ...object("v1", "Node", "worker-1"), status: { addresses: [{ type: "InternalIP", address: "10.0.0.7" }] } },
  object("apps/v1", "Deployment", "web", { spec: { template: { metadata: { labels } } } }),
  object("apps/v1", "StatefulSet", "db"),
  {
    ...object("v1", "Pod", "db-0"),
    metadata: {
      name: "db-0",
      namespace: "shop",
      labels: { app: "db" },
      ownerReferences: [{ apiVersion: "apps/v1", kind: "StatefulSet", name: "db", uid: "1", controller: true }],
    },
    spec: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data-db-0" } }] },
  },
  object("v1", "PersistentVolumeClaim", "data-db-0"),
  object("v1", "Service", "db", { spec: { selector: { app: "db" } } }),
  object("policy/v1", "PodDisruptionBudget", "db", { spec: { selector: { matchLabels: { app: "db" } } } }),
  object("autoscaling/v2", "HorizontalPodAutoscaler", "web", {
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" } },
  }),
  object("networking.k8s.io/v1", "Ingress", "db", {
    spec: { rules: [{ http: { paths: [{ backend: { service: { name: "db", port: { number: 1 } } } }] } }] },
  }),
];
const lookup = lookupOf({
  now: new Date("2026-11-21T12:00:00Z"),
  objects: objects.map((each) => (each.kind === "Node" ? { ...each, metadata: { name: "worker-1" } } : each)),
  listed: new Set(),
  logs: new Map(),
  unknown: [],
});

const ref = (apiVersion: string, kind: string, name: string, namespace: string | null = "shop"): ObjectRef => {
  return { apiVersion, kind, namespace, name };
};

describe("what a signal means", () => {
  test.each([
    ["the only one of a name where no namespace is said", ref("v1", "Pod", "db-0", null), "db-0"],
    ["a node by its address", ref("v1", "Node", "10.0.0.7", null), "worker-1"],
    ["nothing that is not there", ref("v1", "Pod", "web-5d4f7c9b86-x2k9z"), undefined],
  ])("is %s", (_, named, name) => {
    expect(meantObject(lookup, named)?.metadata.name).toBe(name);
  });

  test("is not guessed where several are called so", () => {
    const twin = { ...objects[3], metadata: { name: "db-0", namespace: "other" } } as KubernetesObject;
    const both = lookupOf({ ...lookup.world, objects: [...lookup.world.objects, twin] });
    expect(meantObject(both, ref("v1", "Pod", "db-0", null))).toBeUndefined();
  });

  test.each([
    ["a budget is about what it guards", ref("policy/v1", "PodDisruptionBudget", "db"), "StatefulSet/shop/db"],
    ["a claim is about who mounts it", ref("v1", "PersistentVolumeClaim", "data-db-0"), "StatefulSet/shop/db"],
    ["a Service is about who serves", ref("v1", "Service", "db"), "StatefulSet/shop/db"],
    ["an Ingress is about who serves", ref("networking.k8s.io/v1", "Ingress", "db"), "StatefulSet/shop/db"],
    [
      "an autoscaler is about what it scales",
      ref("autoscaling/v2", "HorizontalPodAutoscaler", "web"),
      "Deployment/shop/web",
    ],
  ])("a signal about %s", (_, named, root) => {
    expect(rootsMeant(lookup, named).map(refText)).toEqual([refText(named), root]);
  });

  test.each([
    ["web-5d4f7c9b86-x2k9z", "Deployment/shop/web"],
    ["db-1", "StatefulSet/shop/db"],
    ["other-5d4f7c9b86-x2k9z", "Pod/shop/other-5d4f7c9b86-x2k9z"],
  ])("a signal about pod %s, which is gone, is about what made it", (name, root) => {
    expect(rootsMeant(lookup, ref("v1", "Pod", name)).map(refText)).toEqual([root]);
  });
});
