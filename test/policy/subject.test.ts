import { expect, test } from "vitest";
import { lookupOf } from "../../src/diagnosis/lookup.ts";
import type { FluxKustomization } from "../../src/manifest/flux/kustomization.ts";
import type { Manifests } from "../../src/manifest/manifests.ts";
import type { RenderedObject } from "../../src/manifest/rendered.ts";
import { treeOf } from "../../src/manifest/tree.ts";
import { subjectOf } from "../../src/policy/subject.ts";
import type { KubernetesObject } from "../../src/signal/object.ts";
import { checkout, patchOf, restore } from "./subjects.ts";

const deployment = (replicas: number): KubernetesObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "checkout", namespace: "shop" },
  spec: { replicas },
});
const named = (kind: string, apiVersion: string, name: string, rest: object): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(kind !== "Namespace" && { namespace: "shop" }) },
  ...rest,
});
const shop = named("Namespace", "v1", "shop", { metadata: { name: "shop", labels: { "oakum/tier": "critical" } } });
const targets = (mode?: string) => ({
  spec: {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "checkout" },
    targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "checkout" },
    ...(mode !== undefined && { updatePolicy: { updateMode: mode } }),
  },
});

/** Manifests of which one Kustomization in each of two clusters renders these objects, or fails. */
function manifests(objects: readonly KubernetesObject[] | "broken"): Manifests {
  const kustomizations = ["prod", "test"].map((cluster) => ({ id: `${cluster}:apps`, cluster }) as FluxKustomization);
  const rendered = (objects === "broken" ? [] : objects).map((object) => ({ object }) as RenderedObject);
  const files = new Set<string>();
  const made: Manifests = {
    tree: treeOf({}),
    kustomizations,
    releases: [],
    render: () =>
      objects === "broken"
        ? { ok: false, refusal: { code: "MISSING_FILE", message: "x" }, files }
        : { ok: true, objects: rendered, files },
    findObject: ({ kind, name }) =>
      rendered
        .filter(({ object }) => object.kind === kind && object.metadata.name === name)
        .flatMap((found) => kustomizations.map((kustomization) => ({ kustomization, rendered: found }))),
    originOf: () => undefined,
    unprovenOf: () => [],
    valuesOf: () => undefined,
    consumersOf: () => [],
    withFiles: () => made,
    unknown: [],
  };
  return made;
}

function subject(
  before: Manifests,
  after: Manifests,
  live: readonly KubernetesObject[],
  touched: readonly string[] = ["prod:apps", "test:apps"],
) {
  const world = { now: new Date(0), objects: live, listed: new Set<string>(), logs: new Map(), unknown: [] };
  const patch = patchOf([
    [["spec", "replicas"], 2, 3],
    [["spec", "paused"], true, undefined],
  ]);
  const rendered = touched.map((kustomization) => ({ kustomization, changed: [] }));
  const scene = { lookup: lookupOf(world), manifests: before };
  const proven = { ...patch, proof: { ...patch.proof, rendered } };
  return subjectOf({ patch: proven, intent: restore, confidence: 0.9, root: checkout, scene, after });
}

test("each changed object is there once, as rendered before and after, with its namespace's tier", () => {
  const made = subject(manifests([deployment(2)]), manifests([deployment(3)]), [shop]);
  expect(made.objects).toEqual([{ ref: checkout, before: deployment(2), after: deployment(3), namespace: shop }]);
  expect(made).toMatchObject({ clusters: 2, tier: "critical", openProposals: 0 });
});

test("a cluster whose manifests stay as they are does not count", () => {
  const [before, after] = [manifests([deployment(2)]), manifests([deployment(3)])];
  expect(subject(before, after, [], ["prod:apps"]).clusters).toBe(1);
  expect(subject(before, after, [], []).clusters).toBe(0);
});

test("where the build fails today, what there was is what the cluster runs", () => {
  const made = subject(manifests("broken"), manifests([deployment(3)]), [deployment(7)]);
  expect(made.objects).toEqual([{ ref: checkout, before: deployment(7), after: deployment(3), namespace: null }]);
  expect(made.tier).toBe("");
});

test("an object that is new, and one that goes", () => {
  expect(subject(manifests([]), manifests([deployment(3)]), []).objects[0]).toMatchObject({ before: null });
  expect(subject(manifests([deployment(3)]), manifests([]), []).objects[0]).toMatchObject({ after: null });
});

test("autoscalers in the cluster and in the manifests own what they set; one that is off owns nothing", () => {
  const live = [
    named("HorizontalPodAutoscaler", "autoscaling/v2", "h", targets()),
    named("VerticalPodAutoscaler", "autoscaling.k8s.io/v1", "off", targets("Off")),
    named("VerticalPodAutoscaler", "autoscaling.k8s.io/v1", "v", targets("Auto")),
  ];
  const rendered = [named("ScaledObject", "keda.sh/v1alpha1", "k", { spec: { scaleTargetRef: { name: "checkout" } } })];
  const owned = subject(manifests([]), manifests(rendered), live).autoscaled;
  expect(new Set(owned.map(({ by, field }) => `${by} ${field}`))).toEqual(
    new Set([
      "HorizontalPodAutoscaler/shop/h replicas",
      "VerticalPodAutoscaler/shop/v resources",
      "ScaledObject/shop/k replicas",
    ]),
  );
  for (const { object } of owned) expect(object).toEqual(checkout);
});
