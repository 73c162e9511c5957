import type { FileTree } from "../tree.ts";
import { artifactOf } from "./artifact.ts";
import { type Draft, nameOf } from "./draft.ts";
import { type GitRepository, isSameRevision } from "./git-repository.ts";
import type { FluxSource } from "./kustomization.ts";
import { repositoryIdentity, withoutUser } from "./repository.ts";

/** What a source packs of the repository, and the rules of its own (`spec.ignore`) by which it does. */
export type Artifact = { readonly tree: FileTree; readonly ignore: string | null };

/** What is known when sources are looked at. */
export type SourceFacts = {
  readonly tree: FileTree;
  /** GitRepositories written in the repository, then those of the cluster. */
  readonly gitRepositories: readonly GitRepository[];
  readonly drafts: readonly Draft[];
  /** URLs by which this repository is known; without any it is guessed from the Kustomizations that build themselves. */
  readonly urls: readonly string[];
};

/** Tells this repository's sources from all others, and what of it each hands out. */
export class Sources {
  readonly #facts: SourceFacts;
  readonly #artifacts = new Map<string | null, Artifact>();
  /** Names of the sources that are this repository. */
  readonly #home: ReadonlySet<string>;
  /** What these say of themselves. */
  readonly #homes: readonly GitRepository[];

  constructor(facts: SourceFacts) {
    this.#facts = facts;
    const identities = new Set(facts.urls.map(repositoryIdentity));
    const known = facts.gitRepositories.filter(({ identity }) => identities.has(identity));
    this.#home =
      facts.urls.length > 0
        ? new Set(known.map(({ namespace, name }) => nameOf({ namespace: namespace ?? "flux-system", name })))
        : guessHome(facts);
    this.#homes = facts.urls.length > 0 ? known : facts.gitRepositories.filter((each) => isAmong(this.#home, each));
  }

  /** Whether a Kustomization is built from this repository. */
  of(draft: Draft): FluxSource {
    const { sourceRef } = draft.spec;
    const elsewhere = (because: string): FluxSource => {
      return { here: false, because: `it is built from ${sourceRef.kind} ${nameOf(sourceRef)}, ${because}` };
    };
    if (sourceRef.kind !== "GitRepository") return elsewhere("which is no git repository");
    const repository = this.#repositoryOf(draft);
    // A Kustomization as it is written may leave its source to the one that makes it.
    const isNamed = sourceRef.name === "" || this.#home.size === 0 || this.#home.has(nameOf(sourceRef));
    if (repository === undefined) return isNamed ? { here: true } : elsewhere("of which nothing is known here");
    if (!isNamed && !this.#homes.some((home) => isSameRevision(home, repository)))
      return elsewhere(`which is ${withoutUser(repository.url)} at ${JSON.stringify(repository.ref)}`);
    if (repository.limits !== null) return elsewhere(`whose spec.${repository.limits} is not followed here`);
    return { here: true };
  }

  /** The files that its source hands to a Kustomization. */
  artifact(draft: Draft): Artifact {
    const ignore = this.#repositoryOf(draft)?.ignore ?? null;
    const known = this.#artifacts.get(ignore) ?? { tree: artifactOf(this.#facts.tree, ignore), ignore };
    this.#artifacts.set(ignore, known);
    return known;
  }

  /** Several clusters in one repository may call their sources alike: the one written closest is meant. */
  #repositoryOf({ node, spec }: Draft): GitRepository | undefined {
    const { file } = node.source;
    const { namespace, name } = spec.sourceRef;
    const found = this.#facts.gitRepositories.filter(
      (each) => each.name === name && (each.namespace === null || each.namespace === namespace),
    );
    return found.toSorted((a, b) => sharedFolders(b.file, file) - sharedFolders(a.file, file))[0];
  }
}

/** The sources of those Kustomizations that build the very file they stand in; else the one that most build from. */
function guessHome({ tree, drafts }: SourceFacts): ReadonlySet<string> {
  const candidates = drafts.filter(({ spec }) => spec.sourceRef.kind === "GitRepository" && spec.sourceRef.name !== "");
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

/** How many folders two files have in common, from the root. */
function sharedFolders(a: string, b: string): number {
  const [as, bs] = [a.split("/"), b.split("/")];
  const differing = as.findIndex((folder, index) => folder !== bs[index]);
  return differing < 0 ? as.length : differing;
}

function isAmong(names: ReadonlySet<string>, { namespace, name }: GitRepository): boolean {
  return namespace === null
    ? [...names].some((each) => each.endsWith(`/${name}`))
    : names.has(nameOf({ namespace, name }));
}
