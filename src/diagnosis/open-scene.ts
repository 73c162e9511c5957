import type { History } from "../evidence/commit.ts";
import type { World } from "../evidence/world.ts";
import type { RenderedCharts } from "../manifest/helm/chart-job.ts";
import { type Manifests, openManifests } from "../manifest/manifests.ts";
import type { FileTree } from "../manifest/tree.ts";
import { changesOf } from "./changes.ts";
import { gitRefOf } from "./declared.ts";
import { lookupOf } from "./lookup.ts";
import { textAt } from "./read.ts";
import { releaseFieldsOf } from "./release-fields.ts";
import type { Scene } from "./scene.ts";

/** Sets the scene for the rules: a cluster, one revision of the repository, and what led to it. */
export function openScene(world: World, tree: FileTree, history: History, charts?: RenderedCharts): Scene {
  return sceneOf(world, openManifests(tree, world, urlsOf(world, history), charts), history);
}

/** Where Flux fetched a commit of this very repository from: that source is this repository, whatever its name. */
function urlsOf(world: World, history: History): readonly string[] {
  if (!history.known) return [];
  const hashes = new Set([history.head, ...history.commits.map(({ hash }) => hash)]);
  return world.objects.flatMap((object) => {
    if (object.kind !== "GitRepository") return [];
    const fetched = textAt(object, "status", "artifact", "revision")?.split(/[:/@]/).at(-1);
    const url = textAt(object, "spec", "url");
    return fetched !== undefined && url !== undefined && hashes.has(fetched) ? [url] : [];
  });
}

/** The same for manifests that are open already, such as those after a change. */
export function sceneOf(world: World, manifests: Manifests, history: History): Scene {
  const lookup = lookupOf(world);
  const changes = changesOf(manifests, history);
  return {
    ...{ world, lookup, manifests, history },
    changes: (object) => {
      const known = changes(gitRefOf({ lookup, manifests }, object));
      return known.length > 0 ? known : releaseFieldsOf({ lookup, manifests, changes }, object);
    },
  };
}
