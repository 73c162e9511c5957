import type { World } from "../evidence/world.ts";
import type { RepositoryRef } from "../incident/incident.ts";
import { repositoryIdentity, withoutUser } from "../manifest/flux/repository.ts";
import { valueAt } from "../manifest/path.ts";
import { type KubernetesObject, refOf, refText } from "../signal/object.ts";

/** A repository that Oakum may read and propose to, with every URL by which Flux may know it. */
export type Configured = { readonly repository: RepositoryRef; readonly urls: readonly string[] };

/** A branch that the cluster runs from and that Oakum may propose to. */
export type Source = { readonly repository: RepositoryRef; readonly branch: string };

/** What the cluster runs from: the branches that may be proposed to, and a sentence for each source that may not. */
export type Sources = {
  readonly matched: readonly (Source & { readonly gitRepository: KubernetesObject })[];
  readonly unmatched: readonly string[];
};

/** Matches every GitRepository of the cluster to a configured repository and the branch it follows. */
export function matchSources(world: World, configured: readonly Configured[]): Sources {
  const gitRepositories = world.objects.filter(
    ({ kind, apiVersion }) => kind === "GitRepository" && apiVersion.startsWith("source.toolkit.fluxcd.io/"),
  );
  const matched: Sources["matched"][number][] = [];
  const unmatched: string[] = [];
  for (const gitRepository of gitRepositories) {
    const source = sourceOf(gitRepository, configured);
    if (typeof source === "string") unmatched.push(`${refText(refOf(gitRepository))} ${source}`);
    else matched.push({ ...source, gitRepository });
  }
  return { matched, unmatched };
}

function sourceOf(gitRepository: KubernetesObject, configured: readonly Configured[]): Source | string {
  const url = valueAt(gitRepository, ["spec", "url"]);
  if (typeof url !== "string") return "names no URL: nothing can be proposed to it.";
  const identity = repositoryIdentity(url);
  const match = configured.find(({ urls }) => urls.some((one) => repositoryIdentity(one) === identity));
  if (match === undefined)
    return `follows ${withoutUser(url)}, which is not among the configured repositories: add it to propose there.`;
  const branch = branchOf(gitRepository);
  return branch === undefined
    ? "follows a tag, a version range or a commit, not a branch: what is merged would not reach the cluster, so nothing is proposed."
    : { repository: match.repository, branch };
}

/** The branch that Flux follows; undefined where it follows a tag, a version range or a commit. */
function branchOf(gitRepository: KubernetesObject): string | undefined {
  const ref = (key: string): string => {
    const value = valueAt(gitRepository, ["spec", "ref", key]);
    return typeof value === "string" ? value : "";
  };
  if (ref("name") !== "") return /^refs\/heads\/(.+)$/.exec(ref("name"))?.[1];
  if (ref("commit") !== "" || ref("tag") !== "" || ref("semver") !== "") return undefined;
  // Flux's own default where no branch is set.
  return ref("branch") || "master";
}
