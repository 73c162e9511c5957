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
  /** Every Kustomization that is written. */
  readonly drafts: readonly Draft[];
  /** Those that the cluster runs. */
  readonly running: readonly Draft[];
  /** URLs by which this repository is known; without any it is guessed from what Kustomizations build. */
  readonly urls: readonly string[];
};

/** What takes something from a source: a Kustomization its folder, a HelmRelease its chart. */
type Taker = {
  readonly node: Place;
  /** Of a Kustomization. */
  readonly ref?: Draft["ref"];
  readonly spec: { readonly sourceRef: SourceRef; readonly path?: string };
};

/** Tells this repository's sources from all others. */
export class Sources {
  readonly #facts: SourceFacts;
  /** The revisions of this repository that sources hand out. */
  readonly #home: ReadonlySet<string>;

  constructor(facts: SourceFacts) {
    this.#facts = facts;
    this.#home = this.#findHome();
  }

  /** Whether what is taken comes from this repository; `makers` are the Kustomizations that made the taker, nearest first. */
  of(taker: Taker, makers: readonly Draft[] = []): FluxSource {
    const { sourceRef } = taker.spec;
    const elsewhere = (because: string): FluxSource => {
      return { here: false, because: `it is built from ${sourceRef.kind} ${nameOf(sourceRef)}, ${because}` };
    };
    if (sourceRef.kind !== "GitRepository") return elsewhere("which is no git repository");
    const repository = this.#repositoryOf(taker, makers);
    // A Kustomization as it is written may leave its source to the one that makes it.
    if (sourceRef.name !== "" && this.#home.size > 0 && !this.#home.has(revisionOf(taker, repository))) {
      if (repository === null) return elsewhere("of which nothing is known here");
      return elsewhere(`which is ${withoutUser(repository.url)} at ${JSON.stringify(repository.ref)}`);
    }
    const limits = repository?.limits ?? null;
    return limits === null ? { here: true } : elsewhere(`whose spec.${limits} is not followed here`);
  }

  /** The rules of its own by which its source leaves files out. */
  ignoreOf(taker: Taker, makers: readonly Draft[] = []): string | null {
    return this.#repositoryOf(taker, makers)?.ignore ?? null;
  }

  /** Those with a URL of this repository; else those from which Kustomizations build folders that are here. */
  #findHome(): ReadonlySet<string> {
    const identities = new Set(this.#facts.urls.map(repositoryIdentity));
    const candidates = [...this.#facts.drafts, ...this.#facts.running]
      .filter(({ spec: { sourceRef } }) => sourceRef.kind === "GitRepository" && sourceRef.name !== "")
      .map((draft) => ({ draft, repository: this.#repositoryOf(draft, []) }));
    const revision = ({ draft, repository }: (typeof candidates)[number]): string => revisionOf(draft, repository);
    if (identities.size > 0)
      return new Set(candidates.filter(({ repository }) => identities.has(repository?.identity ?? "")).map(revision));
    const home = new Set<string>();
    for (const [handedOut, takers] of Map.groupBy(candidates, revision)) {
      const placed = takers.map(({ draft }) => draft).filter(({ spec }) => spec.path !== "");
      const here = placed.filter((draft) => isBuiltHere(this.#facts.tree, draft));
      if (here.some(standsInItself) || (here.length > 0 && here.length * 2 >= placed.length)) home.add(handedOut);
    }
    return home;
  }

  /**
   * Several clusters in one repository may call their sources alike. What a maker of the taker takes under the same name
   * is the same source; else the one that the cluster runs is meant, else the one written closest.
   */
  #repositoryOf(taker: Taker, makers: readonly Draft[]): GitRepository | null {
    const { namespace, name } = taker.spec.sourceRef;
    const alike = makers.findLastIndex((maker) => isSameSource(maker.spec.sourceRef, taker.spec.sourceRef));
    const root = makers[alike];
    if (root !== undefined) return this.#repositoryOf(root, makers.slice(alike + 1));
    const named = this.#facts.gitRepositories.filter(
      (each) => each.name === name && (each.namespace === null || each.namespace === namespace),
    );
    const running = named.find(({ file }) => file === "");
    const isLive = running !== undefined && named.length > 2 && this.#isRunning(makers.at(-1) ?? taker);
    return isLive ? this.#written(running, named, taker) : closest(named, [taker, ...makers]);
  }

  /** The document that makes the source which runs: its maker builds it, or it says the same; the running one where none does. */
  #written(running: GitRepository, named: readonly GitRepository[], taker: Taker): GitRepository {
    const written = named.filter(({ file }) => file !== "");
    const path = this.#facts.running.find(({ ref }) => nameOf(ref) === running.maker)?.spec.path;
    const made = written.filter(({ file }) => path !== undefined && (path === "" || file.startsWith(`${path}/`)));
    const same = written.filter(({ revision, ignore }) => revision === running.revision && ignore === running.ignore);
    const both = made.filter((each) => same.includes(each));
    const found = [both, made, same].find(({ length }) => length > 0) ?? [];
    return closest(found, [taker]) ?? running;
  }

  #isRunning({ ref, spec }: Taker): boolean {
    return this.#facts.running.some(
      (draft) => ref !== undefined && nameOf(draft.ref) === nameOf(ref) && draft.spec.path === spec.path,
    );
  }
}

/** What a source hands out, the same for all sources that hand out the same. */
function revisionOf({ spec }: Taker, repository: GitRepository | null): string {
  return repository?.revision ?? nameOf(spec.sourceRef);
}

function isSameSource(a: SourceRef, b: SourceRef): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}

/** The one written closest to a taker, else to what made it, else the one that hands out the taker's path. */
function closest(found: readonly GitRepository[], takers: readonly [Taker, ...Taker[]]): GitRepository | null {
  const { path } = takers[0].spec;
  const distance = (a: GitRepository, b: GitRepository): number => {
    const shared = takers.map(
      ({ node }) => sharedFolders(b.file, node.source.file) - sharedFolders(a.file, node.source.file),
    );
    return shared.find((difference) => difference !== 0) ?? Number(leavesOut(a, path)) - Number(leavesOut(b, path));
  };
  return found.toSorted(distance)[0] ?? null;
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
