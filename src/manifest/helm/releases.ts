import type { FoundObject } from "../flux/object-index.ts";
import type { Rendering } from "../rendered.ts";
import type { RenderedCharts } from "./chart-job.ts";
import { openRelease, type Release, type ReleaseSurroundings, releaseId } from "./release.ts";
import { renderRelease } from "./render-release.ts";

/** The HelmReleases that Kustomizations make, each opened and rendered when it is first asked for. */
export class Releases {
  readonly #around: ReleaseSurroundings;
  readonly #charts: RenderedCharts;
  readonly #opened = new Map<string, Release>();
  readonly #rendered = new Map<Release, Rendering>();

  constructor(around: ReleaseSurroundings, charts: RenderedCharts) {
    this.#around = around;
    this.#charts = charts;
  }

  /** The release that a HelmRelease describes. */
  open(found: FoundObject): Release {
    const id = releaseId(found);
    const release = this.#opened.get(id) ?? openRelease(found, this.#around);
    this.#opened.set(id, release);
    return release;
  }

  /** What a release makes. */
  render(release: Release): Rendering {
    const rendering = this.#rendered.get(release) ?? renderRelease(release, this.#charts);
    this.#rendered.set(release, rendering);
    return rendering;
  }
}
