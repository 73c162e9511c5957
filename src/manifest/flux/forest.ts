import type { KubernetesObject } from "../../signal/object.ts";
import { fieldOf, type Mapping, withEntry } from "../yaml/node.ts";
import { Cluster, isFluxNode, type Member, type Surroundings } from "./cluster.ts";
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
  const roots = findRoots(ground);
  if (ground.live === null) return plantAll(roots, ground, true);
  const live = ground.live.flatMap((object) => liveDraft(object) ?? []);
  const trials = roots.map((root) => ({ root, cluster: grow(new Cluster(labelOf(root), false, ground), root) }));
  const known = new Set(live.flatMap((draft) => homeOf(draft, trials, live) ?? []));
  const others = plantAll(
    roots.filter((root) => !known.has(root)),
    ground,
    false,
  );
  if (live.length === 0) return others;
  const first = trials.find(({ root }) => known.has(root));
  const cluster = new Cluster(first?.cluster.label ?? "", true, ground);
  const byName = new Map(live.map((draft) => [nameOf(draft.ref), draft]));
  for (const root of roots) if (known.has(root)) grow(cluster, withRunningSpec(root, byName.get(nameOf(root.ref))));
  addRunning(cluster, live);
  return [cluster, ...others];
}

/** Grows clusters from their roots; those that begin in the same folder are one. */
function plantAll(roots: readonly Draft[], ground: Ground, isLive: boolean): readonly Cluster[] {
  const clusters = new Map<string, Cluster>();
  for (const root of roots) {
    const label = labelOf(root);
    const cluster = clusters.get(label) ?? new Cluster(label, isLive, ground);
    clusters.set(label, grow(cluster, root));
  }
  return [...clusters.values()];
}

type Trial = { readonly root: Draft; readonly cluster: Cluster };

/** The root of the tree in which a running Kustomization belongs; of several, the one with most of what is running. */
function homeOf({ ref, spec }: Draft, trials: readonly Trial[], live: readonly Draft[]): Draft | undefined {
  const name = nameOf(ref);
  const named = trials.filter(({ cluster }) => cluster.member(name) !== undefined);
  const exact = named.filter(({ cluster }) => cluster.member(name)?.draft.spec.path === spec.path);
  // One that moved is still the only one of its name.
  const found = exact.length > 0 || named.length > 1 ? exact : named;
  const running = ({ cluster }: Trial): number =>
    live.filter((draft) => cluster.member(nameOf(draft.ref))?.draft.spec.path === draft.spec.path).length;
  return found.toSorted((a, b) => running(b) - running(a))[0]?.root;
}

function grow(cluster: Cluster, root: Draft): Cluster {
  const waiting: { readonly draft: Draft; readonly parent: Member | null }[] = [{ draft: root, parent: null }];
  for (const { draft, parent } of waiting) {
    const member = cluster.add(draft, parent);
    if (member === undefined) continue;
    for (const child of cluster.childrenOf(member)) waiting.push({ draft: child, parent: member });
  }
  return cluster;
}

/**
 * Those that no other Kustomization makes, and one of each circle in which they make each other. What stands in a file
 * that another one builds without coming of it is a patch; what names no source is nothing until its maker names one.
 */
function findRoots({ drafts, keep }: Ground): readonly Draft[] {
  const whole = drafts.filter(({ spec }) => spec.sourceRef.name !== "");
  const byDocument = new Map(drafts.map((draft) => [documentOf(draft.node), draft]));
  const made = new Map<Draft, readonly Draft[]>();
  const files = new Set<string>();
  for (const draft of drafts) {
    const kept = keep(draft);
    if (kept?.build.ok !== true) continue;
    const children = kept.build.objects.filter(isFluxNode).flatMap((node) => byDocument.get(documentOf(node)) ?? []);
    made.set(
      draft,
      children.filter((child) => child !== draft),
    );
    for (const file of kept.files) if (file !== draft.node.source.file) files.add(file);
  }
  const children = new Set([...made.values()].flat());
  const roots = whole.filter((draft) => !children.has(draft) && !files.has(draft.node.source.file));
  const reached = new Set(roots);
  for (const draft of [...roots, ...whole.filter((each) => children.has(each))]) {
    if (!reached.has(draft)) roots.push(draft);
    reach(draft, made, reached);
  }
  return roots;
}

function reach(from: Draft, made: ReadonlyMap<Draft, readonly Draft[]>, reached: Set<Draft>): void {
  const waiting = [from];
  for (const draft of waiting) {
    for (const child of made.get(draft) ?? []) if (!reached.has(child)) waiting.push(child);
    reached.add(draft);
  }
}

function documentOf(node: Mapping): string {
  return isInGit(node) ? `${node.source.file}:${node.start}` : "";
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
  const group = "kustomize.toolkit.fluxcd.io";
  for (const draft of live) {
    const labels = draft.object.metadata.labels ?? {};
    const owner = { namespace: labels[`${group}/namespace`] ?? null, name: labels[`${group}/name`] ?? "" };
    const parent = cluster.member(nameOf(owner)) ?? null;
    cluster.add(draft, parent?.name === nameOf(draft.ref) ? null : parent);
  }
}
