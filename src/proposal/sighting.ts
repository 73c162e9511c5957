import type { World } from "../evidence/world.ts";
import { isSameRepository, type RepositoryRef } from "../incident/incident.ts";
import { isSameObject, type ObjectRef, refOf } from "../signal/object.ts";
import type { Ground } from "./finding.ts";
import type { Report, ReportedIncident } from "./report.ts";
import type { Source, Sources } from "./sources.ts";
import { wayTo } from "./way.ts";

/** One branch as it was looked at, and what was reported from there. */
export type View = { readonly source: Source; readonly revision: string; readonly report: Report };

/** One root in trouble, as seen from the branch that it comes from. */
export type Sighting = {
  readonly reported: ReportedIncident;
  readonly repository: RepositoryRef;
  readonly ground: Ground;
};

/** Every root that any branch's report names, once, told by the branch that Flux makes it from. */
export function sightingsOf(
  views: readonly View[],
  { matched, unmatched }: Sources,
  world: World,
): readonly Sighting[] {
  const sightings: Sighting[] = [];
  for (const { report } of views) {
    for (const { root } of report.incidents) {
      if (sightings.some(({ reported }) => isSameObject(reported.root, root))) continue;
      const sighting = sightingOf(root, views, { matched, unmatched }, world);
      if (sighting !== undefined) sightings.push(sighting);
    }
  }
  return sightings;
}

function sightingOf(root: ObjectRef, views: readonly View[], sources: Sources, world: World): Sighting | undefined {
  const told = views.flatMap((view) =>
    view.report.incidents.filter((one) => isSameObject(one.root, root)).map((reported) => ({ view, reported })),
  );
  const { source } = wayTo(world, root);
  const own =
    source === null
      ? undefined
      : sources.matched.find(({ gitRepository }) => isSameObject(refOf(gitRepository), refOf(source)));
  if (own !== undefined) {
    // A branch that could not be read this time says nothing, and no other branch speaks for it.
    const best = told.find(({ view }) => isSameSource(view.source, own));
    return best && { reported: best.reported, repository: own.repository, ground: groundOf(best.view) };
  }
  const [best] = told;
  if (best === undefined) return undefined;
  const { reported, view } = best;
  const { repository } = view.source;
  if (source === null) return { reported, repository, ground: groundOf(view) };
  // What Flux makes from a source that matched nothing is not mended elsewhere.
  const because = sources.unmatched.find((sentence) => sentence.includes(`/${source.metadata.name} `));
  return { reported, repository, ground: { usable: false, because: because ?? "Its source is no GitRepository." } };
}

function groundOf({ source, revision }: View): Ground {
  return { usable: true, branch: source.branch, revision };
}

/** The branches to look at: two GitRepositories that follow the same one are looked at once. */
export function branchesOf({ matched }: Sources): readonly Source[] {
  return matched
    .map(({ repository, branch }) => ({ repository, branch }))
    .filter((source, index, all) => all.findIndex((other) => isSameSource(other, source)) === index);
}

function isSameSource(a: Source, b: Source): boolean {
  return a.branch === b.branch && isSameRepository(a.repository, b.repository);
}
