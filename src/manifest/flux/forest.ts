import type { KubernetesObject } from "../../signal/object.ts";
import { fieldOf, withEntry } from "../yaml/node.ts";
import { applierOf } from "./applier.ts";
import { Cluster, type Member, type Surroundings } from "./cluster.ts";
import { type Draft, draftOf, isInGit, liveDraft, nameOf } from "./draft.ts";

/** What a forest of Kustomizations grows from. */
export type Ground = Surroundings & {
  /** Every Kustomization that is written down somewhere, before anyone has patched it. */
  readonly drafts: readonly Draft[];
  /** The Kustomizations of the cluster we look at; null where nobody listed them. */
  readonly live: readonly KubernetesObject[] | null;
};

/**
 * Follows every Kustomization to those it makes: from each that nobody makes, one cluster at a time. The cluster we look
 * at comes first; what it runs and no file makes is added at its end.
 */
export function growForest(ground: Ground): readonly Cluster[] {
  const trials = findTrees(ground);
  if (ground.live === null) return plantAll(trials, ground, true);
  const live = ground.live.flatMap((object) => liveDraft(object) ?? []);
  const counted = trials.map((tree) => ({ tree, running: live.filter((draft) => runsIn(tree, draft)).length }));
  const known = new Set(live.flatMap((draft) => homeOf(draft, counted) ?? []));
  const others = plantAll(
    trials.filter((tree) => !known.has(tree)),
    ground,
    false,
  );
  if (live.length === 0) return others;
  const [first] = known;
  const cluster = new Cluster(first?.cluster.label ?? "", true, ground);
  const byName = new Map(live.map((draft) => [nameOf(draft.ref), draft]));
  for (const tree of trials) {
    if (known.has(tree)) grow(cluster, withRunningSpec(tree.root, byName.get(nameOf(tree.root.ref))));
  }
  addRunning(cluster, live);
  return [cluster, ...others];
}

/** Grows clusters from their roots; those that begin in the same folder are one. */
function plantAll(trees: readonly Tree[], ground: Ground, isLive: boolean): readonly Cluster[] {
  const clusters = new Map<string, Cluster>();
  for (const { root } of trees) {
    const label = labelOf(root);
    const cluster = clusters.get(label) ?? new Cluster(label, isLive, ground);
    clusters.set(label, grow(cluster, root));
  }
  return [...clusters.values()];
}

/** The tree to which a running Kustomization belongs; of several, the one with most of what is running. */
function homeOf(draft: Draft, trees: readonly { readonly tree: Tree; readonly running: number }[]): Tree | undefined {
  const named = trees.filter(({ tree }) => tree.cluster.member(nameOf(draft.ref)) !== undefined);
  const exact = named.filter(({ tree }) => runsIn(tree, draft));
  // One that moved is still the only one of its name.
  const found = exact.length > 0 || named.length > 1 ? exact : named;
  return found.toSorted((a, b) => b.running - a.running)[0]?.tree;
}

function runsIn({ cluster }: Tree, { ref, spec }: Draft): boolean {
  return cluster.member(nameOf(ref))?.draft.spec.path === spec.path;
}

// Far more than any cluster has: names made of variables could otherwise go on forever.
const MOST_KUSTOMIZATIONS = 5_000;
const DEEPEST = 30;

function grow(cluster: Cluster, root: Draft): Cluster {
  let generation: readonly { readonly draft: Draft; readonly parent: Member | null }[] = [
    { draft: root, parent: null },
  ];
  for (let depth = 0; depth < DEEPEST && generation.length > 0; depth++) {
    const members = generation.flatMap(({ draft, parent }) =>
      cluster.size < MOST_KUSTOMIZATIONS ? (cluster.add(draft, parent) ?? []) : [],
    );
    generation = members.flatMap((parent) => cluster.childrenOf(parent).map((draft) => ({ draft, parent })));
  }
  return cluster;
}

/** A Kustomization that nobody makes, and all that come of it when nothing is known of the cluster. */
type Tree = {
  readonly root: Draft;
  readonly cluster: Cluster;
  /** The documents of its Kustomizations. */
  readonly documents: ReadonlySet<string>;
  /** Every file that its Kustomizations build. */
  readonly files: ReadonlySet<string>;
};

/**
 * The trees of all Kustomizations that no other one makes. What stands in a file that another one builds without coming
 * of it is a patch; what names no source is nothing until its maker names one.
 */
function findTrees(ground: Ground): readonly Tree[] {
  let trees: readonly Tree[] = [];
  const isIn = (draft: Draft, { documents, files }: Tree): boolean =>
    documents.has(documentOf(draft)) || (isInGit(draft.node) && files.has(draft.node.source.file));
  // What makes others mostly comes first in this order, so that few trees are grown that turn out to be branches.
  const byRank = ground.drafts.filter(({ spec }) => spec.sourceRef.name !== "").toSorted((a, b) => rank(a) - rank(b));
  for (const root of byRank) {
    if (trees.some((tree) => isIn(root, tree))) continue;
    const grown = treeOf(root, ground);
    trees = [...trees.filter((tree) => !isIn(tree.root, grown)), grown];
  }
  return trees.toSorted((a, b) => ground.drafts.indexOf(a.root) - ground.drafts.indexOf(b.root));
}

/** Entries that no file tells of, then those that build the file they stand in, then those of the highest folders. */
function rank({ node, spec }: Draft): number {
  if (!isInGit(node)) return -2;
  return node.source.file.startsWith(`${spec.path}/`) ? -1 : spec.path.split("/").length;
}

function treeOf(root: Draft, ground: Ground): Tree {
  const cluster = grow(new Cluster(labelOf(root), false, ground), root);
  const members = cluster.members;
  const kept = members.flatMap((member) => (member.kept?.build.ok === true ? member.kept : []));
  return {
    root,
    cluster,
    documents: new Set(members.map(({ draft }) => documentOf(draft))),
    files: new Set(kept.flatMap(({ files }) => [...files])),
  };
}

function documentOf({ node, ref }: Draft): string {
  return isInGit(node) ? `${node.source.file}:${node.start}` : `:${nameOf(ref)}`;
}

/** What nobody makes may be patched by somebody we do not see: the cluster tells what its document does not. */
function withRunningSpec(root: Draft, running: Draft | undefined): Draft {
  const written = fieldOf(root.node, "spec");
  const runs = fieldOf(running?.node, "spec");
  if (written?.kind !== "map" || runs?.kind !== "map") return root;
  const added = runs.entries.filter(({ key }) => fieldOf(written, key) === undefined);
  const spec = { ...written, entries: [...written.entries, ...added] };
  return draftOf(withEntry(root.node, "spec", spec)) ?? root;
}

/** The folder that a root builds where it stands in it itself, else the one it stands in. */
function labelOf({ node, spec }: Draft): string {
  const { file } = node.source;
  if (!isInGit(node) || file.startsWith(`${spec.path}/`)) return spec.path;
  return file.slice(0, Math.max(file.lastIndexOf("/"), 0));
}

/** Adds what the cluster runs and no file makes, below the Kustomization that its labels name. */
function addRunning(cluster: Cluster, live: readonly Draft[]): void {
  for (const draft of live) {
    const owner = applierOf(draft.object, "Kustomization");
    const parent = (owner && cluster.member(nameOf(owner))) ?? null;
    cluster.add(draft, parent?.name === nameOf(draft.ref) ? null : parent);
  }
}
