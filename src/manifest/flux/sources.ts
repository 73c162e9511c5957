import type { FileTree } from "../tree.ts";
import type { Place } from "../yaml/node.ts";
import { type Draft, nameOf } from "./draft.ts";
import type { GitRepository } from "./git-repository.ts";
import { ignoreRules, isIgnored } from "./ignore.ts";
import type { FluxSource, SourceRef } from "./kustomization.ts";
import { repositoryIdentity, withoutUser } from "./repository.ts";

/** What is known when sources are looked at. */
export type SourceFacts = {
  readonly tree: FileTree;
  /** GitRepositories written in the repository, then those of the cluster. */
  readonly gitRepositories: readonly GitRepository[];
  /** Every Kustomization that is written or runs. */
  readonly drafts: readonly Draft[];
  /** URLs by which this repository is known; without any it is guessed from what Kustomizations build. */
  readonly urls: readonly string[];
};

/** What takes something from a source: a Kustomization its folder, a HelmRelease its chart. */
type Taker = { readonly node: Place; readonly spec: { readonly sourceRef: SourceRef; readonly path?: string } };

/** Tells this repository's sources from all others. */
export class Sources {
  readonly #facts: SourceFacts;
  readonly #repositories = new WeakMap<Taker, GitRepository | null>();
  /** The revisions of this repository that sources hand out. */
  readonly #home: ReadonlySet<string>;

  constructor(facts: SourceFacts) {
    this.#facts = facts;
    this.#home = this.#findHome();
  }

  /** Whether what is taken comes from this repository. */
  of(taker: Taker): FluxSource {
    const { sourceRef } = taker.spec;
    const elsewhere = (because: string): FluxSource => {
      return { here: false, because: `it is built from ${sourceRef.kind} ${nameOf(sourceRef)}, ${because}` };
    };
    if (sourceRef.kind !== "GitRepository") return elsewhere("which is no git repository");
    const repository = this.#repositoryOf(taker);
    // A Kustomization as it is written may leave its source to the one that makes it.
    if (sourceRef.name !== "" && this.#home.size > 0 && !this.#home.has(this.#revisionOf(taker))) {
      if (repository === null) return elsewhere("of which nothing is known here");
      return elsewhere(`which is ${withoutUser(repository.url)} at ${JSON.stringify(repository.ref)}`);
    }
    const limits = repository?.limits ?? null;
    return limits === null ? { here: true } : elsewhere(`whose spec.${limits} is not followed here`);
  }

  /** The rules of its own by which its source leaves files out. */
  ignoreOf(taker: Taker): string | null {
    return this.#repositoryOf(taker)?.ignore ?? null;
  }

  /** Those with a URL of this repository; else those from which Kustomizations build folders that are here. */
  #findHome(): ReadonlySet<string> {
    const identities = new Set(this.#facts.urls.map(repositoryIdentity));
    const candidates = this.#facts.drafts.filter(
      ({ spec: { sourceRef } }) => sourceRef.kind === "GitRepository" && sourceRef.name !== "",
    );
    const isNamed = (draft: Draft): boolean => identities.has(this.#repositoryOf(draft)?.identity ?? "");
    if (identities.size > 0) return new Set(candidates.filter(isNamed).map((draft) => this.#revisionOf(draft)));
    const home = new Set<string>();
    for (const [revision, drafts] of Map.groupBy(candidates, (draft) => this.#revisionOf(draft))) {
      const placed = drafts.filter(({ spec }) => spec.path !== "");
      const here = placed.filter((draft) => isBuiltHere(this.#facts.tree, draft));
      if (here.some(standsInItself) || (here.length > 0 && here.length * 2 >= placed.length)) home.add(revision);
    }
    return home;
  }

  /** What a source hands out, the same for all sources that hand out the same. */
  #revisionOf(taker: Taker): string {
    return this.#repositoryOf(taker)?.revision ?? nameOf(taker.spec.sourceRef);
  }

  #repositoryOf(taker: Taker): GitRepository | null {
    const known = this.#repositories.get(taker);
    if (known !== undefined) return known;
    const found = this.#findRepository(taker);
    this.#repositories.set(taker, found);
    return found;
  }

  /** Several clusters in one repository may call their sources alike: the one written closest that hands out the path is meant. */
  #findRepository({ node, spec }: Taker): GitRepository | null {
    const { file } = node.source;
    const { namespace, name } = spec.sourceRef;
    const found = this.#facts.gitRepositories.filter(
      (each) => each.name === name && (each.namespace === null || each.namespace === namespace),
    );
    const closest = found.toSorted(
      (a, b) =>
        sharedFolders(b.file, file) - sharedFolders(a.file, file) ||
        Number(leavesOut(a, spec.path)) - Number(leavesOut(b, spec.path)),
    );
    return closest[0] ?? null;
  }
}

/** Whether a Kustomization's folder may be one of this repository: it is here, or at least what it stands in. */
function isBuiltHere(tree: FileTree, { spec: { path } }: Draft): boolean {
  const above = path.slice(0, Math.max(path.lastIndexOf("/"), 0));
  return tree.list(path) !== undefined || (above !== "" && tree.list(above) !== undefined);
}

/** Whether a Kustomization builds the very file it stands in. */
function standsInItself({ node, spec }: Draft): boolean {
  return node.source.file.startsWith(`${spec.path}/`);
}

/** Whether a source's own rules keep a folder from those who build from it. */
function leavesOut({ ignore }: GitRepository, path = ""): boolean {
  return ignore !== null && path !== "" && isIgnored(ignoreRules(ignore, ""), path, "folder");
}

/** How many folders two files have in common, from the root. */
function sharedFolders(a: string, b: string): number {
  const [as, bs] = [a.split("/"), b.split("/")];
  const differing = as.findIndex((folder, index) => folder !== bs[index]);
  return differing < 0 ? as.length : differing;
}
