import type { KubernetesObject } from "../../signal/object.ts";
import type { Mapping } from "../yaml/node.ts";
import { Cluster, isFluxNode, type Member, type Surroundings } from "./cluster.ts";
import { type Draft, isInGit, liveDraft, nameOf } from "./draft.ts";

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
  const { roots, made } = findRoots(ground);
  const isLive = liveRoots(ground.live, roots);
  const clusters = new Map<string, Cluster>();
  const plant = (root: Draft): void => {
    const label = labelOf(root);
    const live = isLive(root);
    const key = live && ground.live !== null ? "" : label;
    const cluster = clusters.get(key) ?? new Cluster(label, live, ground);
    clusters.set(key, cluster);
    grow(cluster, root);
  };
  for (const root of roots) plant(root);
  // What is only made by those it makes itself has no root, and still is there.
  for (const draft of made) if (![...clusters.values()].some((cluster) => cluster.grew(draft))) plant(draft);
  if (ground.live !== null && ground.live.length > 0) {
    const cluster = clusters.get("") ?? new Cluster("", true, ground);
    clusters.set("", cluster);
    addRunning(cluster, ground.live);
  }
  return [...clusters.values()].toSorted((a, b) => Number(b.isLive) - Number(a.isLive));
}

function grow(cluster: Cluster, root: Draft): void {
  const waiting: { readonly draft: Draft; readonly parent: Member | null }[] = [{ draft: root, parent: null }];
  for (const { draft, parent } of waiting) {
    const member = cluster.add(draft, parent);
    if (member === undefined) continue;
    for (const child of cluster.childrenOf(member)) waiting.push({ draft: child, parent: member });
  }
}

/**
 * Those that no other Kustomization makes, and those that another does. What stands in a file that another one builds
 * without coming of it is a patch; what names no source is nothing until whoever makes it names one.
 */
function findRoots({ drafts, keep }: Ground): { readonly roots: readonly Draft[]; readonly made: readonly Draft[] } {
  const documents = new Set<string>();
  const files = new Set<string>();
  for (const draft of drafts) {
    const kept = keep(draft);
    if (kept?.build.ok !== true) continue;
    const own = documentOf(draft.node);
    for (const node of kept.build.objects)
      if (isFluxNode(node) && documentOf(node) !== own) documents.add(documentOf(node));
    for (const file of kept.files) if (file !== draft.node.source.file) files.add(file);
  }
  const whole = drafts.filter(({ spec }) => spec.sourceRef.name !== "");
  return {
    roots: whole.filter(({ node }) => !documents.has(documentOf(node)) && !files.has(node.source.file)),
    made: whole.filter(({ node }) => documents.has(documentOf(node))),
  };
}

function documentOf(node: Mapping): string {
  return isInGit(node) ? `${node.source.file}:${node.start}` : "";
}

/** Which roots the cluster we look at begins with: those it runs under the same name from the same folder. */
function liveRoots(live: readonly KubernetesObject[] | null, roots: readonly Draft[]): (root: Draft) => boolean {
  if (live === null) return () => true;
  const paths = new Map(
    live.flatMap((object) => liveDraft(object) ?? []).map(({ ref, spec }) => [nameOf(ref), spec.path]),
  );
  const exact = roots.filter(({ ref, spec }) => paths.get(nameOf(ref)) === spec.path);
  const named = roots.filter(({ ref }) => paths.has(nameOf(ref)));
  const isOnly = ({ ref }: Draft): boolean => named.filter((other) => nameOf(other.ref) === nameOf(ref)).length === 1;
  return (root) => exact.includes(root) || (named.includes(root) && isOnly(root));
}

/** The folder that a root builds where it stands in it itself, else the one it stands in. */
function labelOf({ node, spec }: Draft): string {
  const { file } = node.source;
  if (!isInGit(node) || file.startsWith(`${spec.path}/`)) return spec.path;
  return file.slice(0, Math.max(file.lastIndexOf("/"), 0));
}

/** Adds what the cluster runs and no file makes, below the Kustomization that its labels name. */
function addRunning(cluster: Cluster, live: readonly KubernetesObject[]): void {
  const group = "kustomize.toolkit.fluxcd.io";
  for (const object of live) {
    const draft = liveDraft(object);
    if (draft === undefined) continue;
    const labels = object.metadata.labels ?? {};
    const owner = { namespace: labels[`${group}/namespace`] ?? null, name: labels[`${group}/name`] ?? "" };
    const parent = cluster.member(nameOf(owner)) ?? null;
    cluster.add(draft, parent?.name === nameOf(draft.ref) ? null : parent);
  }
}
