import type { Commit } from "../../evidence/commit.ts";
import { isUnrendered } from "../../manifest/helm/chart-job.ts";
import type { Manifests } from "../../manifest/manifests.ts";
import type { Refusal, Rendering } from "../../manifest/rendered.ts";
import { isSameObject, type ObjectRef } from "../../signal/object.ts";
import type { Scene } from "../scene.ts";
import { breakingCommit } from "./past.ts";

/** A chart of the repository that does not render for a release, and what broke it, where that is known. */
export type BrokenChart = {
  readonly refusal: Refusal;
  readonly broken: { readonly commit: Commit; readonly files: readonly string[] } | undefined;
};

/** What a release renders; undefined where nobody here can tell. */
export function renderingOf(manifests: Manifests, release: ObjectRef): Rendering | undefined {
  const own = manifests.releases.find(({ ref, live }) => live && ref !== null && isSameObject(ref, release));
  const rendering = own && manifests.render(own.id);
  return rendering?.ok === false && isUnrendered(rendering.refusal) ? undefined : rendering;
}

/** Why the chart of a release does not render; undefined where it does, or where that is not known. */
export function brokenChartOf({ manifests, history }: Scene, release: ObjectRef): BrokenChart | undefined {
  const rendering = renderingOf(manifests, release);
  if (rendering === undefined || rendering.ok) return undefined;
  const { files, refusal } = rendering;
  const folders = [...files].filter((file) => file.endsWith("/Chart.yaml")).map((file) => file.replace(/[^/]+$/, ""));
  const touches = (path: string): boolean => files.has(path) || folders.some((folder) => path.startsWith(folder));
  const found = breakingCommit(manifests, history, {
    touches,
    holds: (before) => renderingOf(before, release)?.ok === true,
  });
  const broken = found && {
    commit: found.commit,
    files: found.commit.files.map(({ path }) => path).filter(touches),
  };
  return { refusal, broken };
}
