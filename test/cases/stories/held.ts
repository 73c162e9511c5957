import { cannotPull, notFound } from "../build/fates.ts";
import { kustomization } from "../build/flux.ts";
import type { Story } from "../build/story.ts";
import { changed, type Tree } from "../build/tree.ts";
import { RELEASE, release, releases } from "./flux.ts";
import { imageOf, inContainer, SHOP } from "./shop.ts";

const APPS = "Kustomization/flux-system/apps";
const HELD_BY_PARENT: Tree = { "clusters/prod/apps.yaml": [kustomization("apps", "./apps")], ...SHOP };
const CATALOG = "Deployment/shop/catalog";

function withMark(name: string, value: string): Tree {
  return changed(SHOP, CATALOG, "metadata.annotations", { [`kustomize.toolkit.fluxcd.io/${name}`]: value });
}

function mistagged(id: string, tells: string, good: Tree): Story {
  const image = imageOf("catalog", "1.4.22");
  return {
    ...{ id, tells, good },
    bad: changed(good, CATALOG, inContainer("catalog", "image"), image),
    fates: { [CATALOG]: cannotPull(image, notFound(image)) },
    git: { expected: "issue", category: ["image_ref"], roots: [CATALOG] },
  };
}

/** What is broken and what no merge reaches: Flux was told to leave it alone. */
export const HELD: readonly Story[] = [
  mistagged("flux-told-to-leave-it", "Flux does not reconcile the Deployment.", withMark("reconcile", "disabled")),
  mistagged("flux-told-to-ignore-it", "Flux never applies the Deployment.", withMark("ssa", "Ignore")),
  mistagged(
    "flux-makes-it-once",
    "Flux only makes the Deployment where it is not there.",
    withMark("ssa", "IfNotPresent"),
  ),
  {
    ...mistagged("flux-merges-it", "Flux merges with what others say: a change reaches it.", withMark("ssa", "Merge")),
    git: { expected: "propose", category: ["image_ref"], roots: [CATALOG] },
  },
  mistagged(
    "kustomization-suspended",
    "A person suspended the Kustomization that applies the Deployment: nothing that is merged reaches it.",
    changed(HELD_BY_PARENT, APPS, "spec.suspend", true),
  ),
  {
    id: "release-suspended",
    tells: "A person suspended the release that a value broke: nothing is proposed while it is held.",
    good: release({ suspend: true, values: { replica: { replicas: 2 } } }),
    bad: release({ suspend: true, values: { replica: { replicas: "two" } } }),
    cluster: releases(
      "UpgradeFailed",
      "Helm upgrade failed for release shop/valkey with chart valkey@4.2.1: values don't meet the specifications of the schema(s) in the following chart(s):\nvalkey:\n- at '/replica/replicas': got string, want integer\n",
    ),
    git: { expected: "issue", category: ["helm_values"], roots: [RELEASE] },
  },
  {
    id: "parent-suspended",
    tells: "A commit misspelled the path of a Kustomization, and what applies it is suspended.",
    good: HELD_BY_PARENT,
    bad: changed(HELD_BY_PARENT, APPS, "spec.path", "./appps"),
    cluster: (cluster) => {
      cluster.set("Kustomization/flux-system/flux-system", "spec", {
        ...(cluster.get("Kustomization/flux-system/flux-system")["spec"] as object),
        suspend: true,
      });
      cluster.condition(
        APPS,
        {
          ...{ type: "Ready", status: "False", reason: "ArtifactFailed", observedGeneration: 1 },
          message: "kustomization path not found: stat /tmp/kustomization-1234/appps: no such file or directory",
        },
        24,
      );
    },
    git: { expected: "issue", category: ["flux_path"], roots: [APPS] },
  },
];
