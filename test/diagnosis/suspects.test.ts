import { describe, expect, test } from "vitest";
import { openScene } from "../../src/diagnosis/open-scene.ts";
import { suspectsOf } from "../../src/diagnosis/suspects.ts";
import { refOf } from "../../src/signal/object.ts";
import type { Cluster } from "../cases/build/cluster.ts";
import { casesOf, materialOf } from "../cases/build/story.ts";
import { COMMITTED, minutesAgo } from "../cases/build/time.ts";
import { changed } from "../cases/build/tree.ts";
import { imageOf, inContainer, SHOP } from "../cases/stories/shop.ts";

const CATALOG = "Deployment/shop/catalog";
const IMAGE = inContainer("catalog", "image");

/** The commits that are suspected of what is wrong with the catalog, whose image one of them changed. */
function suspected(change: (cluster: Cluster) => void = () => {}): readonly (string | undefined)[] {
  const [made] = casesOf({
    id: "suspects",
    tells: "",
    good: SHOP,
    bad: changed(SHOP, CATALOG, IMAGE, imageOf("catalog", "1.5.0")),
    subject: "catalog 1.5.0",
    fates: { [CATALOG]: { isReady: false } },
    // Only the history tells: the controller keeps no former template.
    cluster: (cluster) => {
      for (const { metadata } of cluster.ofKind("ReplicaSet")) cluster.remove(`ReplicaSet/shop/${metadata.name}`);
      change(cluster);
    },
    git: { expected: "issue", category: [], roots: [] },
  });
  if (made === undefined) throw new Error("The story has no case");
  const { world, checkout } = materialOf(made);
  const catalog = world.objects.find(({ kind, metadata }) => kind === "Deployment" && metadata.name === "catalog");
  if (catalog === undefined) throw new Error("The cluster has no catalog");
  const scene = openScene(world, checkout.tree, checkout.history);
  return suspectsOf(scene, refOf(catalog)).map(({ commit }) => commit?.subject);
}

function rolledOut(minutes: number, reason: string): (cluster: Cluster) => void {
  const at = minutesAgo(minutes);
  const told = { type: "Progressing", status: "True", reason, lastUpdateTime: at, lastTransitionTime: at };
  return (cluster) => cluster.condition(CATALOG, told);
}

describe("a commit is suspected", () => {
  test("where it changed what runs now", () => {
    expect(suspected()).toEqual(["catalog 1.5.0"]);
  });

  test("not where what it says is not applied yet: a fix on the branch broke nothing", () => {
    const older = imageOf("catalog", "1.4.9");
    const applied = suspected((cluster) => {
      const catalog = cluster.get(CATALOG);
      catalog["spec"] = JSON.parse(JSON.stringify(catalog["spec"]).replaceAll(imageOf("catalog", "1.5.0"), older));
    });
    expect(applied).not.toContain("catalog 1.5.0");
  });

  test("not where its rollout was finished: the pods came up with it", () => {
    expect(suspected(rolledOut(COMMITTED - 5, "NewReplicaSetAvailable"))).toEqual([]);
    expect(suspected(rolledOut(COMMITTED + 5, "NewReplicaSetAvailable"))).toEqual(["catalog 1.5.0"]);
    expect(suspected(rolledOut(COMMITTED - 5, "ReplicaSetUpdated"))).toEqual(["catalog 1.5.0"]);
  });

  test("not where pods ran with the same before it was made", () => {
    const old = suspected((cluster) => {
      for (const { metadata } of cluster.ofKind("Pod"))
        if (metadata.name.startsWith("catalog-")) metadata["creationTimestamp"] = minutesAgo(COMMITTED + 60);
    });
    expect(old).toEqual([]);
  });

  test("not where a former template had the same already, and its pods are ready", () => {
    const former = (ready: number) => (cluster: Cluster) => {
      const { spec } = cluster.get(CATALOG) as unknown as { spec: { template: object } };
      const made = (name: string, revision: string) => ({
        ...{ apiVersion: "apps/v1", kind: "ReplicaSet" },
        metadata: {
          ...{ name, namespace: "shop", annotations: { "deployment.kubernetes.io/revision": revision } },
          ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name: "catalog", controller: true }],
        },
        spec: { replicas: 1, template: spec.template },
      });
      cluster.add(made("catalog-new", "3"), COMMITTED - 20);
      cluster.add({ ...made("catalog-old", "2"), status: { replicas: 1, readyReplicas: ready } }, COMMITTED - 1);
    };
    expect(suspected(former(1))).toEqual([]);
    expect(suspected(former(0))).toEqual(["catalog 1.5.0"]);
  });
});
