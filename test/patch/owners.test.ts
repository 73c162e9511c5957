import { describe, expect, test } from "vitest";
import type { World } from "../../src/evidence/world.ts";
import type { FieldPath } from "../../src/manifest/path.ts";
import { otherOwnerOf } from "../../src/patch/owners.ts";
import type { Json, KubernetesObject } from "../../src/signal/object.ts";

const REF = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "cart" };
const REPLICAS: FieldPath = ["spec", "replicas"];
const container: FieldPath = ["spec", "template", "spec", "containers", "[name=app]"];
const REQUEST: FieldPath = [...container, "resources", "requests", "cpu"];
const IMAGE: FieldPath = [...container, "image"];

type Managers = readonly (readonly [manager: string, fields: { readonly [key: string]: Json }])[];

function cart(...managers: Managers): KubernetesObject {
  const managedFields = managers.map(([manager, fieldsV1]) => ({ manager, operation: "Apply", fieldsV1 }));
  const { apiVersion, kind, namespace, name } = REF;
  return { apiVersion, kind, metadata: { namespace, name, managedFields } };
}

function scaler(apiVersion: string, kind: string, spec: { readonly [key: string]: Json }): KubernetesObject {
  return { apiVersion, kind, metadata: { name: "cart", namespace: "shop" }, spec };
}

const target = { apiVersion: "apps/v1", kind: "Deployment", name: "cart" };
const HPA = scaler("autoscaling/v2", "HorizontalPodAutoscaler", { scaleTargetRef: target });
const KEDA = scaler("keda.sh/v1alpha1", "ScaledObject", { scaleTargetRef: { name: "cart" } });
const VPA = scaler("autoscaling.k8s.io/v1", "VerticalPodAutoscaler", { targetRef: target });
const ADVISOR = scaler("autoscaling.k8s.io/v1", "VerticalPodAutoscaler", {
  targetRef: target,
  updatePolicy: { updateMode: "Off" },
});
const IMAGE_FIELD = {
  "f:spec": { "f:template": { "f:spec": { "f:containers": { 'k:{"name":"app"}': { "f:image": {} } } } } },
};

function ownerOf(path: FieldPath, ...objects: readonly KubernetesObject[]): string | undefined {
  const world: World = { now: new Date(0), objects, listed: new Set(), logs: new Map(), unknown: [] };
  return otherOwnerOf(world, [{ object: REF, path, from: 1, to: 2 }]);
}

describe("F11: a field that somebody else owns", () => {
  test.each([
    ["replicas and a HorizontalPodAutoscaler", REPLICAS, HPA, "HorizontalPodAutoscaler/shop/cart"],
    ["replicas and a ScaledObject of KEDA that leaves the kind out", REPLICAS, KEDA, "ScaledObject/shop/cart"],
    ["requests and a VerticalPodAutoscaler", REQUEST, VPA, "VerticalPodAutoscaler/shop/cart"],
    ["an image and an operator that sets it", IMAGE, cart(["image-bot", IMAGE_FIELD]), "the field manager image-bot"],
  ])("%s", (_, path, object, owner) => {
    expect(ownerOf(path, object)).toMatch(new RegExp(`belongs to ${owner}: a change in git would be fought over`));
  });

  test.each([
    ["an image beside an autoscaler", IMAGE, HPA],
    ["requests that are only advised on", REQUEST, ADVISOR],
    ["replicas of another workload", REPLICAS, { ...HPA, spec: { scaleTargetRef: { ...target, name: "orders" } } }],
    ["replicas of another namespace", REPLICAS, { ...HPA, metadata: { name: "cart", namespace: "other" } }],
    ["an image that Flux sets, too", IMAGE, cart(["kustomize-controller", IMAGE_FIELD], ["image-bot", IMAGE_FIELD])],
    ["a field that nobody is said to own", REPLICAS, cart(["image-bot", IMAGE_FIELD])],
  ])("is not %s", (_, path, object) => {
    expect(ownerOf(path, object)).toBeUndefined();
  });
});
