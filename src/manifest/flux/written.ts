import { once } from "../once.ts";
import { isHelmRelease } from "./helm-release.ts";
import { type FoundObject, ObjectIndex, type Wanted } from "./object-index.ts";
import type { Renderings } from "./render.ts";
import type { Placed } from "./tree.ts";

/** What Kustomizations render, without what releases make of it. */
export class Written {
  readonly #placed: ReadonlyMap<string, Placed>;
  readonly #renderings: Renderings;
  readonly #index: () => ObjectIndex;

  constructor(placed: readonly Placed[], renderings: Renderings) {
    this.#placed = new Map(placed.map((each) => [each.kustomization.id, each]));
    this.#renderings = renderings;
    this.#index = once(() => new ObjectIndex(placed.map((each) => ({ ...each, rendering: renderings.render(each) }))));
  }

  /** A Kustomization by its id. */
  byId(id: string): Placed | undefined {
    return this.#placed.get(id);
  }

  /** Every rendering of an object by a Kustomization. */
  find(ref: Wanted): readonly FoundObject[] {
    return this.#index().find(ref);
  }

  /** The HelmReleases that a Kustomization renders; none where it does not build. */
  releasesOf(placed: Placed): readonly FoundObject[] {
    const rendering = this.#renderings.render(placed);
    const { kustomization } = placed;
    const releases = rendering.ok ? rendering.objects.filter(({ ref }) => isHelmRelease(ref)) : [];
    return releases.map((rendered) => ({ kustomization, rendered }));
  }
}
