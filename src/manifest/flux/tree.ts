import type { World } from "../../evidence/world.ts";
import { groupOf, type KubernetesObject } from "../../signal/object.ts";
import type { FileTree } from "../tree.ts";
import { nodeAt } from "../yaml/node.ts";
import { jsonOf } from "../yaml/value.ts";
import { Cluster, type Member, makersOf } from "./cluster.ts";
import { type FluxDocuments, filesBeneath } from "./documents.ts";
import { type Draft, draftOf, instanceDraft, liveDraft, nameOf, plainDraft } from "./draft.ts";
import { growForest } from "./forest.ts";
import { type GitRepository, readGitRepository } from "./git-repository.ts";
import type { FluxKustomization, FluxSource } from "./kustomization.ts";
import { originOfPlace } from "./place.ts";
import { isFluxKustomization } from "./read-kustomization.ts";
import { Sources } from "./sources.ts";
import type { Kept, Workshop } from "./workshop.ts";

/** What a tree of Kustomizations grows from. */
export type Soil = {
  readonly workshop: Workshop;
  readonly world: World | null;
  /** URLs by which this repository is known. */
  readonly urls: readonly string[];
};

/** A Kustomization of the tree with what it takes to render it. */
export type Placed = {
  readonly tree: FileTree;
  readonly kustomization: FluxKustomization;
  readonly member: Member;
  readonly cluster: Cluster;
};

/** What grows: every Kustomization, parents before children, those of the cluster we look at first; and the sources. */
export type Grown = { readonly placed: readonly Placed[]; readonly sources: Sources };

/** Finds every Kustomization of a repository and of its cluster. */
export function growTree(soil: Soil): Grown {
  const { world, urls, workshop } = soil;
  const { tree, documents } = workshop;
  const live = runningKustomizations(world);
  const drafts = findDrafts(documents, live ?? []);
  const running = (live ?? []).flatMap((object) => liveDraft(object) ?? []);
  const gitRepositories = findGitRepositories(documents, world);
  const sources = new Sources({ tree, gitRepositories, drafts, running, urls });
  if (drafts.length === 0 && running.length === 0) return { placed: plainFolders(workshop), sources };
  const keep = (draft: Draft, makers: readonly Draft[]): Kept | null => {
    const isKnown = sources.of(draft, makers).here && unknownPath(draft) === undefined;
    return isKnown ? workshop.build(sources.ignoreOf(draft, makers), draft.spec.path, draft.node) : null;
  };
  const clusters = growForest({
    drafts,
    live,
    objects: world?.objects ?? [],
    isListed: (kind) => world?.listed.has(kind) === true,
    keep,
  });
  const placed = named(clusters).map(({ id, parent, member, cluster }) => ({
    tree,
    kustomization: {
      ...{ id, parent, ref: member.draft.ref, object: member.draft.object, spec: member.draft.spec },
      source: unknownPath(member.draft) ?? sources.of(member.draft, makersOf(member.parent)),
      cluster: cluster.label,
      live: cluster.isLive,
      origin: originOfPlace(member.draft.node) ?? null,
    },
    member,
    cluster,
  }));
  return { placed, sources };
}

/** The Kustomizations of the cluster; null where nobody listed them. */
function runningKustomizations(world: World | null): readonly KubernetesObject[] | null {
  const found = (world?.objects ?? []).filter(isFluxKustomization);
  return found.length > 0 || world?.listed.has("kustomize.toolkit.fluxcd.io/Kustomization") === true ? found : null;
}

/** What is written down, what an instance of Flux makes, and those running that nobody makes and nobody wrote. */
function findDrafts(found: FluxDocuments, live: readonly KubernetesObject[]): readonly Draft[] {
  const written = found.kustomizations.flatMap((node) => draftOf(node) ?? []);
  const names = new Set(written.map(({ ref }) => nameOf(ref)));
  const made = found.instances.flatMap((node) => instanceDraft(node) ?? []);
  const entries = live.filter(isEntry).flatMap((object) => liveDraft(object) ?? []);
  const others = new Map([...made, ...entries].map((draft) => [nameOf(draft.ref), draft]));
  return [...written, ...[...others.values()].filter(({ ref }) => !names.has(nameOf(ref)))];
}

/** Whether nobody made this Kustomization but itself. */
function isEntry({ metadata }: KubernetesObject): boolean {
  const owner = metadata.labels?.["kustomize.toolkit.fluxcd.io/name"];
  return owner === undefined || owner === metadata.name;
}

/** Those written in the repository, then those that run. */
function findGitRepositories(found: FluxDocuments, world: World | null): readonly GitRepository[] {
  const written = found.gitRepositories.flatMap((node) => readGitRepository(jsonOf(node), node.source.file) ?? []);
  const running = (world?.objects ?? []).filter(
    ({ apiVersion, kind }) => kind === "GitRepository" && groupOf(apiVersion) === "source.toolkit.fluxcd.io",
  );
  return [...written, ...running.flatMap((object) => readGitRepository(object, "") ?? [])];
}

/** A path with a variable in it that nobody here knows leads nowhere. */
function unknownPath({ node }: Draft): FluxSource | undefined {
  const path = nodeAt(node, "spec", "path");
  const variable = path && originOfPlace(path)?.variables?.find(({ isOpaque }) => isOpaque);
  return variable && { here: false, because: `its path holds the variable ${variable.name}, which nobody here knows` };
}

type Named = {
  readonly id: string;
  readonly parent: string | null;
  readonly member: Member;
  readonly cluster: Cluster;
};

/** Gives every Kustomization an id: its name, led by its cluster where another cluster came first with that name. */
function named(clusters: readonly Cluster[]): readonly Named[] {
  const taken = new Set<string>();
  return clusters.flatMap((cluster) => {
    const ids = new Map<Member, string>();
    for (const member of cluster.members) {
      const id = taken.has(member.name) ? `${cluster.label}:${member.name}` : member.name;
      taken.add(id);
      ids.set(member, id);
    }
    return [...ids].map(([member, id]) => ({
      id,
      parent: member.parent && (ids.get(member.parent) ?? null),
      member,
      cluster,
    }));
  });
}

/** Where there is no Kustomization at all, every top folder with a manifest in it counts as one. */
function plainFolders(workshop: Workshop): readonly Placed[] {
  const artifact = workshop.artifact(null);
  const folders = (artifact.list("") ?? []).filter(({ type }) => type === "folder").map(({ name }) => name);
  const filled = folders.filter((folder) => filesBeneath(artifact, folder).some((file) => /\.ya?ml$/.test(file)));
  return (filled.length > 0 ? filled : [""]).flatMap((folder) => {
    const draft = plainDraft(folder);
    if (draft === undefined) return [];
    const kept = workshop.build(null, folder, draft.node);
    const cluster = new Cluster(folder, true, { keep: () => kept, objects: [], isListed: () => false });
    const member = cluster.add(draft, null);
    if (member === undefined) return [];
    const said = { id: folder || ".", ref: null, object: null, spec: draft.spec, source: { here: true } as const };
    const { tree } = workshop;
    return [
      { tree, kustomization: { ...said, cluster: folder, live: true, parent: null, origin: null }, member, cluster },
    ];
  });
}
