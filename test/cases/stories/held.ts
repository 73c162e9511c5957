import { cannotPull, notFound } from "../build/fates.ts";
import type { Story } from "../build/story.ts";
import { changed, type Tree } from "../build/tree.ts";
import { imageOf, inContainer, SHOP } from "./shop.ts";

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
];
