import type { JsonMap, KubernetesObject } from "../../signal/object.ts";
import type { FileTree } from "../tree.ts";
import type { Mapping } from "../yaml/node.ts";
import { jsonOf } from "../yaml/value.ts";
import { artifactOf } from "./artifact.ts";
import { type Draft, nameOf } from "./draft.ts";
import { listAt, textAt } from "./fields.ts";
import type { FluxSource, SourceRef } from "./kustomization.ts";
import { repositoryIdentity, withoutUser } from "./repository.ts";

/** Which sources of a cluster are this repository, and what of it each packs. */
export type Sources = {
  readonly sourceOf: (ref: SourceRef) => FluxSource;
  /** The files that a source hands to its Kustomizations. */
  readonly artifact: (ref: SourceRef) => Artifact;
};

/** What a source packs of the repository, and the rules of its own (`spec.ignore`) by which it does. */
export type Artifact = { readonly tree: FileTree; readonly ignore: string | null };

/** What a GitRepository says of itself. */
type Definition = {
  readonly url: string;
  readonly identity: string;
  readonly ignore: string | null;
  /** What it packs beside or instead of the whole repository. */
  readonly limits: string | null;
};

/** What is known when sources are looked at. */
export type SourceFacts = {
  readonly tree: FileTree;
  /** GitRepositories of the cluster before those written in the repository. */
  readonly gitRepositories: readonly (Mapping | KubernetesObject)[];
  readonly drafts: readonly Draft[];
  /** URLs by which this repository is known; without any it is guessed from the Kustomizations that build themselves. */
  readonly urls: readonly string[];
};

/** Tells this repository's sources from all others. */
export function findSources({ tree, gitRepositories, drafts, urls }: SourceFacts): Sources {
  const definitions = new Map<string, Definition>();
  for (const gitRepository of gitRepositories) define(definitions, gitRepository);
  const homeRefs = urls.length > 0 ? new Set<string>() : guessHome(tree, drafts);
  const identities = new Set(urls.map(repositoryIdentity));
  for (const ref of homeRefs) {
    const identity = definitions.get(ref)?.identity;
    if (identity !== undefined) identities.add(identity);
  }
  const artifacts = new Map<string | null, Artifact>();
  const home: Home = { refs: homeRefs, identities };
  const artifact = (ref: SourceRef): Artifact => {
    const ignore = definitions.get(nameOf(ref))?.ignore ?? null;
    const known = artifacts.get(ignore) ?? { tree: artifactOf(tree, ignore), ignore };
    artifacts.set(ignore, known);
    return known;
  };
  return { sourceOf: (ref) => sourceOf(ref, definitions.get(nameOf(ref)), home), artifact };
}

/** How this repository is known: by sources' names, and by host and path of its URLs. */
type Home = { readonly refs: ReadonlySet<string>; readonly identities: ReadonlySet<string> };

function sourceOf(ref: SourceRef, definition: Definition | undefined, { refs, identities }: Home): FluxSource {
  const elsewhere = (because: string): FluxSource => {
    return { here: false, because: `it is built from ${ref.kind} ${nameOf(ref)}, ${because}` };
  };
  if (ref.kind !== "GitRepository") return elsewhere("which is no git repository");
  if (definition === undefined) {
    return refs.has(nameOf(ref)) || refs.size === 0 ? { here: true } : elsewhere("of which nothing is known here");
  }
  if (identities.size > 0 && !identities.has(definition.identity))
    return elsewhere(`which is another repository (${withoutUser(definition.url)})`);
  if (definition.limits !== null) return elsewhere(`whose spec.${definition.limits} is not followed here`);
  return { here: true };
}

function define(definitions: Map<string, Definition>, gitRepository: Mapping | KubernetesObject): void {
  const object = "entries" in gitRepository ? (jsonOf(gitRepository as Mapping) as JsonMap) : gitRepository;
  const name = textAt(object, "metadata", "name");
  const url = textAt(object, "spec", "url");
  if (name === null || url === null) return;
  const key = nameOf({ namespace: textAt(object, "metadata", "namespace") ?? "flux-system", name });
  if (definitions.has(key)) return;
  const limits = ["include", "sparseCheckout"].find((field) => listAt(object, "spec", field).length > 0) ?? null;
  definitions.set(key, { url, identity: repositoryIdentity(url), ignore: textAt(object, "spec", "ignore"), limits });
}

/** The sources of those Kustomizations that build the very file they stand in; else the one that most build from. */
function guessHome(tree: FileTree, drafts: readonly Draft[]): Set<string> {
  const candidates = drafts.filter(({ spec }) => spec.sourceRef.kind === "GitRepository");
  const selfMade = candidates.filter(
    ({ node, spec }) => spec.path !== "" && node.source.file.startsWith(`${spec.path}/`),
  );
  if (selfMade.length > 0) return new Set(selfMade.map(({ spec }) => nameOf(spec.sourceRef)));
  const counts = new Map<string, number>();
  for (const { spec } of candidates) {
    if (tree.list(spec.path) === undefined) continue;
    counts.set(nameOf(spec.sourceRef), (counts.get(nameOf(spec.sourceRef)) ?? 0) + 1);
  }
  const most = [...counts].toSorted(([, a], [, b]) => b - a)[0];
  return new Set(most === undefined ? [] : [most[0]]);
}
