import type { Category } from "../../../src/diagnosis/category.ts";
import type { History } from "../../../src/evidence/commit.ts";
import { worldOf } from "../../../src/evidence/readings.ts";
import { type RecordedFile, readRecording } from "../../../src/evidence/recording.ts";
import type { World } from "../../../src/evidence/world.ts";
import { type FileTree, treeOf } from "../../../src/manifest/tree.ts";
import { parseAlertmanager } from "../../../src/signal/alertmanager.ts";
import type { Json } from "../../../src/signal/object.ts";
import type { Signal } from "../../../src/signal/signal.ts";
import type { Truth, TruthField } from "../../eval/truth.ts";
import { alertsOf } from "./alerts.ts";
import { Cluster } from "./cluster.ts";
import { commitsOf, hashesOf, historyOf, type StoryCommit } from "./commits.ts";
import type { Fate } from "./fates.ts";
import { addFluxStatus, fluxLabels, withFlux } from "./flux.ts";
import { snapshotOf } from "./snapshot.ts";
import { addSurroundings, settle } from "./surroundings.ts";
import { APPLIED, MADE } from "./time.ts";
import { bare, type Manifest, manifestsOf, type Named, nameOf, stepsOf, type Tree, textsOf } from "./tree.ts";
import { type Usage, withUsage } from "./usage.ts";
import { addWorkload, isWorkload } from "./workloads.ts";

/** The right answer to a story: what to decide, and about what. */
type Answer = {
  readonly expected: "propose" | "issue" | "none";
  /** Another decision that is right too. */
  readonly also?: "propose" | "issue" | "none";
  readonly category: readonly Category[];
  readonly roots: readonly Named[];
  /** Fields of a right patch; where none are given, undoing the commit is right. */
  readonly fields?: readonly TruthField[];
  /** False where no commit is to blame although there is history. */
  readonly isCommit?: boolean;
};

/** One incident, told once: what git says, what came of it, and what the right answer is. */
export type Story = {
  readonly id: string;
  /** One sentence: what happened. */
  readonly tells: string;
  /** The rules for which this looks like what they know, and that must not speak. */
  readonly resembles?: readonly string[];
  /** What git said while all was well. */
  readonly good: Tree;
  /** What git says now; the same where nothing was changed. */
  readonly bad?: Tree;
  /** What Helm makes of the charts in the tree: while all was well, and now. */
  readonly charted?: { readonly good: readonly Manifest[]; readonly bad: readonly Manifest[] };
  readonly subject?: string;
  /** Minutes ago that the commit was made, where it is not the usual half hour. */
  readonly committed?: number;
  /** What one more commit, which has no part in it, makes of the tree; it comes before or after the change. */
  readonly innocent?: { readonly comes: "before" | "after"; readonly makes: (tree: Tree) => Tree };
  /** What becomes of the pods of a workload; those not named are well. */
  readonly fates?: Readonly<Record<Named, Fate>>;
  /** What else is different in this cluster. */
  readonly cluster?: (cluster: Cluster) => void;
  /** What a metrics server answered when the cluster was recorded; nobody asked one where this is left out. */
  readonly metrics?: Usage;
  /** Labels of firing alerts; where none are given, those that kube-prometheus would fire. */
  readonly alerts?: readonly Readonly<Record<string, string>>[];
  /** Where there is no Flux, the manifests name no namespace: whoever applies them says it on the command line. */
  readonly isBare?: true;
  /** The answer with Flux and the repository's history at hand. */
  readonly git?: Answer;
  /** The answer where there is no Flux and the repository is a plain folder. */
  readonly folder?: Answer;
  /** The same, where the controllers still hold the template before. */
  readonly remembered?: Answer;
  /** The answer where there is no Flux and the repository has its history. */
  readonly plain?: Answer;
};

/** A story made into a case: everything that `oakum diagnose` is given, and the right answer. */
export type Case = {
  readonly story: Story;
  readonly truth: Truth;
  readonly snapshot: Readonly<Record<string, string>>;
  readonly alerts: Json | null;
  /** Oldest first; null where the repository is a plain folder. */
  readonly commits: readonly StoryCommit[] | null;
  readonly files: Readonly<Record<string, string>>;
};

/** The cases of a story: one for each way it is told. */
export function casesOf(story: Story): readonly Case[] {
  return [
    ...(story.git === undefined ? [] : [gitCase(story, story.git)]),
    ...(story.folder === undefined ? [] : [folderCase(story, story.folder)]),
    ...(story.remembered === undefined ? [] : [rememberedCase(story, story.remembered)]),
    ...(story.plain === undefined ? [] : [plainCase(story, story.plain)]),
  ];
}

function gitCase(story: Story, answer: Answer): Case {
  const { makes = (tree: Tree) => tree } = story.innocent ?? {};
  const good = makes(withFlux(story.good));
  const bad = makes(withFlux(story.bad ?? story.good));
  const commits = commitsOf(story, withFlux(story.good), withFlux(story.bad ?? story.good));
  const cluster = clusterOf(story, { good, bad, made: MADE });
  const head = commits.length - 1;
  const hashes = hashesOf(commits);
  const revision = `main@sha1:${hashes[head]}`;
  fluxLabels(cluster, bad);
  cluster.former = `main@sha1:${hashes[story.innocent?.comes === "before" ? 2 : 1]}`;
  addFluxStatus(cluster, revision, failingOf(story));
  story.cluster?.(cluster);
  return {
    story,
    truth: truthOf(story, answer, {
      id: story.id,
      commit: blamedIn(story, answer, hashes),
      good: textsOf(good),
      bad: textsOf(bad),
    }),
    snapshot: withUsage(snapshotOf(cluster, true), story.metrics),
    alerts: alertsOf(story, cluster),
    commits,
    files: commits.at(-1)?.files ?? {},
  };
}

function blamedIn(story: Story, answer: Answer, hashes: readonly string[]): string | null {
  const isBlamed = story.bad !== undefined && answer.isCommit !== false && answer.expected !== "none";
  return isBlamed ? (hashes[story.innocent?.comes === "before" ? 3 : 2] ?? null) : null;
}

function plainCase(story: Story, answer: Answer): Case {
  const now = story.bad ?? story.good;
  const cluster = clusterOf(story, { good: story.good, bad: now, made: MADE });
  story.cluster?.(cluster);
  const [good, bad] = [story.good, now].map((tree) => (story.isBare ? bare(tree) : tree)) as [Tree, Tree];
  const commits = commitsOf(story, good, bad);
  const commit = blamedIn(story, answer, hashesOf(commits));
  return {
    story,
    truth: truthOf(story, answer, { id: `${story.id}-plain`, commit, good: textsOf(good), bad: textsOf(bad) }),
    snapshot: snapshotOf(cluster, false),
    alerts: alertsOf(story, cluster),
    commits,
    files: commits.at(-1)?.files ?? {},
  };
}

function folderCase(story: Story, answer: Answer): Case {
  const bad = story.bad ?? story.good;
  return withoutHistory(story, answer, `${story.id}-folder`, clusterOf(story, { good: bad, bad, made: 45 }));
}

function rememberedCase(story: Story, answer: Answer): Case {
  const bad = story.bad ?? story.good;
  return withoutHistory(
    story,
    answer,
    `${story.id}-remembered`,
    clusterOf(story, { good: story.good, bad, made: MADE }),
  );
}

function withoutHistory(story: Story, answer: Answer, id: string, cluster: Cluster): Case {
  const bad = story.bad ?? story.good;
  story.cluster?.(cluster);
  const files = textsOf(story.isBare ? bare(bad) : bad);
  return {
    story,
    truth: truthOf(story, answer, { id, commit: null, good: textsOf(story.good), bad: files }),
    snapshot: withUsage(snapshotOf(cluster, false), story.metrics),
    alerts: story.alerts === undefined ? null : alertsOf(story, cluster),
    commits: null,
    files,
  };
}

function clusterOf(
  story: Story,
  { good, bad, made }: { readonly good: Tree; readonly bad: Tree; readonly made: number },
): Cluster {
  const cluster = new Cluster();
  const { charted = { good: [], bad: [] } } = story;
  const written = manifestsOf(bad).filter(({ apiVersion }) => !apiVersion.startsWith("kustomize.config"));
  const objects = [...written, ...charted.bad];
  const before = new Map([...manifestsOf(good), ...charted.good].map((object) => [nameOf(object), object]));
  const namespaces = objects.map(({ metadata }) => metadata.namespace).filter((name) => name !== undefined);
  addSurroundings(cluster, namespaces);
  for (const object of objects) {
    if (!isWorkload(object.kind)) cluster.add(object, before.has(nameOf(object)) ? MADE : APPLIED);
    else addWorkload(cluster, workOf(object, before, { story, made }));
  }
  settle(cluster);
  return cluster;
}

function workOf(
  object: Manifest,
  before: ReadonlyMap<Named, Manifest>,
  { story, made }: { readonly story: Story; readonly made: number },
): Parameters<typeof addWorkload>[1] {
  const known = made === MADE ? (before.get(nameOf(object)) ?? null) : null;
  return {
    object,
    before: known,
    fate: story.fates?.[nameOf(object)] ?? {},
    made: made === MADE && known === null ? APPLIED : made,
  };
}

function failingOf(story: Story): readonly Named[] {
  return Object.entries(story.fates ?? {})
    .filter(([named, fate]) => fate.isReady === false && !named.startsWith("Pod/"))
    .map(([named]) => named);
}

type Repository = {
  readonly id: string;
  readonly commit: string | null;
  readonly good: Record<string, string>;
  readonly bad: Record<string, string>;
};

function truthOf(story: Story, answer: Answer, { id, commit, good, bad }: Repository): Truth {
  const isUndo = answer.expected === "propose" && answer.fields === undefined;
  const files = Object.fromEntries(
    [...new Set([...Object.keys(good), ...Object.keys(bad)])]
      .filter((file) => good[file] !== bad[file])
      .map((file) => [file, good[file] ?? null]),
  );
  return {
    id,
    source: "our own",
    expected: answer.expected,
    ...(answer.also === undefined ? {} : { also: [answer.also] }),
    roots: answer.roots.map(rootOf),
    category: answer.category,
    commit,
    files: isUndo ? files : null,
    ...(answer.fields === undefined ? {} : { fields: answer.fields }),
    because: story.tells,
  };
}

function rootOf(named: Named): { readonly kind: string; readonly namespace: string | null; readonly name: string } {
  const [kind = "", second = "", third] = named.split("/");
  return third === undefined ? { kind, namespace: null, name: second } : { kind, namespace: second, name: third };
}

/** One field of a right patch. */
export function field(named: Named, path: string | readonly (string | number)[], ...to: readonly Json[]): TruthField {
  return { object: rootOf(named), path: [...stepsOf(path)], to };
}

/** What `oakum diagnose` reads of a case, without touching a disk. */
export function materialOf(made: Case): {
  readonly world: World;
  readonly checkout: { readonly tree: FileTree; readonly history: History };
  readonly signals: readonly Signal[];
} {
  const files: RecordedFile[] = Object.entries(made.snapshot).map(([path, text]) => ({ path, text }));
  const signals = made.alerts === null ? [] : parseAlertmanager(made.alerts);
  return {
    world: worldOf(readRecording(files)),
    checkout: { tree: treeOf({ ...made.files }), history: historyOf(made.commits) },
    signals,
  };
}
