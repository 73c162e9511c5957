import type { Commit, History } from "../evidence/commit.ts";
import { diffObjects } from "../manifest/difference.ts";
import { leavesOf } from "../manifest/field-query.ts";
import { hasHash, stemOf } from "../manifest/generated-name.ts";
import { isKustomizationFile } from "../manifest/kustomize/kustomization-file.ts";
import type { Manifests } from "../manifest/manifests.ts";
import type { Origin } from "../manifest/origin.ts";
import type { RenderedObject, Rendering } from "../manifest/rendered.ts";
import { type KubernetesObject, keyOf, type ObjectRef, refOf } from "../signal/object.ts";
import { culpritOf } from "./culprit.ts";
import type { FieldHistory } from "./scene.ts";

// Trouble that only shows after this many later commits is not found by looking for what changed.
const MOST_COMMITS = 80;
// Each of these needs every Kustomization rendered once more.
const MOST_REMOVALS = 10;

/**
 * What commits changed in an object as rendered, newest first: each revision is rendered with and without the commit,
 * so a change in a base, a generator or a variable counts as what it does to the object.
 */
export function changesOf(manifests: Manifests, history: History): (object: ObjectRef) => readonly FieldHistory[] {
  if (!history.known) return () => [];
  const past = pastOf(manifests, history.commits);
  const known = new Map<string, readonly FieldHistory[]>();
  return (object) => {
    const key = keyOf(object);
    const found = known.get(key) ?? past.changesOf(object);
    known.set(key, found);
    return found;
  };
}

type Past = { readonly changesOf: (object: ObjectRef) => readonly FieldHistory[] };

/** The repository as it was before the newest `count` commits. */
type Before = (count: number) => Manifests;

function pastOf(manifests: Manifests, commits: readonly Commit[]): Past {
  const states = new Map<number, Manifests>([[0, manifests]]);
  const before: Before = (count) => {
    const known = states.get(count) ?? manifests.withFiles(undoing(commits.slice(0, count)));
    states.set(count, known);
    return known;
  };
  return {
    changesOf: (object) => {
      const home = manifests.findObject(object)[0]?.kustomization.id;
      return home === undefined ? removal(object, before, commits) : within(home, object, before, commits);
    },
  };
}

function within(home: string, object: ObjectRef, before: Before, commits: readonly Commit[]): readonly FieldHistory[] {
  const found: FieldHistory[] = [];
  let after = before(0).render(home);
  let makers = makersOf(after, object);
  let looked = 0;
  for (const [index, commit] of commits.entries()) {
    if (!commit.files.some(({ path }) => isNear(path, makers))) continue;
    looked += 1;
    const earlier = before(index + 1).render(home);
    const [now, then] = [pick(after, object), pick(earlier, object)];
    if (after.ok && earlier.ok) found.push(...diffOf(then?.object, now?.object, commit));
    after = earlier;
    makers = makersOf(after, object);
    if (looked >= MOST_COMMITS || (earlier.ok && then === undefined)) break;
  }
  return found;
}

/** The files whose bytes an object is made of, and those that say how; every file that was read where that is not known. */
function makersOf(rendering: Rendering, object: ObjectRef): ReadonlySet<string> {
  const rendered = pick(rendering, object);
  // Which values a template reads shows only by rendering: any file of the chart and of the release may be one.
  if (rendered === undefined || rendered.origin.way === "chart") return rendering.files;
  const makers = new Set([...rendering.files].filter(isKustomizationFile));
  const note = (origin: Origin | undefined): void => {
    for (let at = origin; at !== undefined; at = at.behind) {
      makers.add(at.file);
      for (const variable of at.variables ?? []) note(variable.origin ?? undefined);
    }
  };
  note(rendered.origin);
  for (const path of leavesOf(rendered.object)) note(rendered.originOf(path));
  return makers;
}

// A file that a folder lost was read from there before: what stands beside a read file may count too.
function isNear(path: string, makers: ReadonlySet<string>): boolean {
  if (makers.has(path)) return true;
  if (!isManifest(path)) return false;
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  for (const file of makers) {
    if (!isKustomizationFile(file) && file.startsWith(folder) && !file.slice(folder.length).includes("/")) return true;
  }
  return false;
}

// The object is not in git any more: the commit after which it is missing took it away.
function removal(object: ObjectRef, before: Before, commits: readonly Commit[]): readonly FieldHistory[] {
  const wanted = stemOf(object.name);
  const candidates = [...commits.entries()].filter(([, commit]) => commit.files.some((file) => mayHold(file, wanted)));
  for (const [index, commit] of candidates.slice(0, MOST_REMOVALS)) {
    const earlier = before(index + 1);
    const found = earlier.findObject(object)[0]?.rendered ?? generated(earlier, object);
    if (found !== undefined) return diffOf(found.object, undefined, commit);
  }
  return [];
}

// What a generator makes is named after its content too: whoever asks for the bare name means it.
function generated(manifests: Manifests, object: ObjectRef): RenderedObject | undefined {
  if (object.kind !== "ConfigMap" && object.kind !== "Secret") return undefined;
  for (const { id } of [...manifests.kustomizations, ...manifests.releases]) {
    const rendering = manifests.render(id);
    const found = rendering.ok ? rendering.objects.find((candidate) => isGeneratedAs(candidate, object)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function isGeneratedAs({ object, origin }: RenderedObject, wanted: ObjectRef): boolean {
  const { kind, metadata } = object;
  const isHere = kind === wanted.kind && (metadata.namespace ?? null) === wanted.namespace;
  return isHere && origin.way === "generator" && metadata.name !== wanted.name && stemOf(metadata.name) === wanted.name;
}

// An object goes with a file that names it, or with the entry of a kustomization file.
function mayHold({ path, before }: Commit["files"][number], name: string): boolean {
  if (before === null || !isManifest(path)) return false;
  return isKustomizationFile(path) || Buffer.from(before).includes(name);
}

function diffOf(
  before: KubernetesObject | undefined,
  after: KubernetesObject | undefined,
  commit: Commit,
): readonly FieldHistory[] {
  return diffObjects(before, after).map((change) => ({
    ...change,
    object: refOf(after ?? before ?? nobody),
    commit: culpritOf(commit),
  }));
}

const nobody: KubernetesObject = { apiVersion: "v1", kind: "", metadata: { name: "" } };

/** The object in a rendering, found by its name or, where a generator names it after its content, by the name's stem. */
function pick(rendering: Rendering, object: ObjectRef): RenderedObject | undefined {
  if (!rendering.ok) return undefined;
  const key = keyOf(object);
  const exact = rendering.objects.find((candidate) => keyOf(refOf(candidate.object)) === key);
  if (exact !== undefined || !isGenerated(object)) return exact;
  const stem = stemOf(object.name);
  return rendering.objects.find(
    (candidate) =>
      isGenerated(refOf(candidate.object)) &&
      keyOf({ ...refOf(candidate.object), name: stemOf(candidate.object.metadata.name) }) ===
        keyOf({ ...object, name: stem }),
  );
}

function isGenerated(object: ObjectRef): boolean {
  return (object.kind === "ConfigMap" || object.kind === "Secret") && hasHash(object.name);
}

function undoing(commits: readonly Commit[]): ReadonlyMap<string, Uint8Array | null> {
  return new Map(commits.flatMap(({ files }) => files.map((file) => [file.path, file.before] as const)));
}

function isManifest(path: string): boolean {
  return /\.(ya?ml|json)$|(^|\/)Kustomization$/.test(path);
}
