import type { History } from "../evidence/commit.ts";
import type { World } from "../evidence/world.ts";
import { type Manifests, openManifests } from "../manifest/manifests.ts";
import type { FileTree } from "../manifest/tree.ts";
import { changesOf } from "./changes.ts";
import { gitRefOf } from "./declared.ts";
import { lookupOf } from "./lookup.ts";
import type { Scene } from "./scene.ts";

/** Sets the scene for the rules: a cluster, one revision of the repository, and what led to it. */
export function openScene(world: World, tree: FileTree, history: History): Scene {
  return sceneOf(world, openManifests(tree, world), history);
}

/** The same for manifests that are open already, such as those after a change. */
export function sceneOf(world: World, manifests: Manifests, history: History): Scene {
  const lookup = lookupOf(world);
  const changes = changesOf(manifests, history);
  return { world, lookup, manifests, history, changes: (object) => changes(gitRefOf({ lookup, manifests }, object)) };
}
