import type { Commit } from "../../evidence/commit.ts";
import type { FluxKustomization } from "../../manifest/flux/kustomization.ts";
import { isKustomizationFile } from "../../manifest/kustomize/kustomization-file.ts";
import type { Manifests } from "../../manifest/manifests.ts";
import type { Refusal, Rendering } from "../../manifest/rendered.ts";
import { type ObjectRef, refText } from "../../signal/object.ts";
import { confidenceOf } from "../confidence.ts";
import { citeCommit, commitText, culpritOf } from "../culprit.ts";
import { folderOf } from "../file-path.ts";
import {
  type DanglingEntry,
  danglingEntries,
  fromOtherHeights,
  isTakenOver,
  joinPath,
  relativePath,
} from "../flux/entries.ts";
import { conditionFact, type FluxFault, fluxFaults, kustomizationOf } from "../flux/fault.ts";
import { mendedOnBranch } from "../flux/mended.ts";
import { ownVersion } from "../flux/own-version.ts";
import { breakingCommit, introducingCommit } from "../flux/past.ts";
import { isSet, isUsed } from "../flux/variable.ts";
import type { Advice, Culprit, FactDraft, Hypothesis } from "../hypothesis.ts";
import type { Intent } from "../intent.ts";
import { basisText } from "../reference/basis.ts";
import { resolveFile } from "../reference/file.ts";
import type { Resolution } from "../reference/resolution.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { citeFound } from "../telling.ts";

/** The manifests of a Flux path do not build (kustomize-controller: BuildFailed). */
export const fluxBuild: Rule = {
  name: "flux-build-failed",
  categories: ["kustomize_build", "flux_substitution"],
  sees: ["flux build", "flux substitution", "flux variable-missing"],
  silentIf: ["the branch builds by now"],
  asksFor: {
    "repair-entries":
      "files that are there, where a name comes near or the same commit renamed it; else the entry goes; the version that kustomize takes",
    "restore-files": "the files as they were before the commit that broke the build",
  },
  diagnose: (scene, trouble) => fluxFaults(scene, trouble).flatMap((fault) => brokenBuild(scene, fault)),
};

const BUILD_TROUBLES = ["build", "substitution", "variable-missing"];

function brokenBuild(scene: Scene, fault: FluxFault): Hypothesis[] {
  const { symptom, trouble } = fault;
  if (!BUILD_TROUBLES.includes(trouble.is)) return [];
  const kustomization = kustomizationOf(scene, symptom.object);
  if (kustomization === undefined) return [unseen(fault)];
  const category = trouble.is === "build" ? "kustomize_build" : "flux_substitution";
  const base = { category, root: symptom.object } as const;
  const variable = trouble.is === "variable-missing" ? trouble.variable : undefined;
  const rendering = strictly(scene, scene.manifests, kustomization, variable);
  if (rendering.ok)
    return [mendedOnBranch(fault, base, "The branch builds by now; Flux takes it up at its next reconciliation.")];

  const lost = danglingEntries(scene.manifests.tree, kustomization.spec.path);
  const broken = breakingCommit(scene.manifests, scene.history, {
    // A variable's value may stand in any file, and another Kustomization renders it.
    touches: (path) =>
      trouble.is !== "build" || rendering.files.has(path) || lost.some(({ target }) => isAtOrBelow(path, target)),
    holds: (manifests) => strictly(scene, manifests, kustomization, variable).ok,
  });
  const repair = lost.length > 0 ? repairOf(scene, lost) : undefined;
  const restores = broken === undefined ? [] : restoresOf(rendering.refusal, broken, kustomization.id, variable);
  const version = ownVersion(scene, rendering.refusal);
  const intents = [...(repair?.intents ?? []), ...(version === undefined ? [] : [version]), ...restores];
  const commit = repair?.commit ?? broken?.commit;
  const culprit = commit === undefined ? null : culpritOf(commit);
  return [
    {
      ...base,
      sentence: sentenceOf(symptom.object, rendering.refusal, lost),
      cites: [conditionFact(symptom), refusalFact(rendering.refusal), ...citeCommit(culprit, "broke the build")],
      confidence: confidenceOf({ prior: { right: 30, wrong: 1 }, supports: 1 }),
      advice: adviceOf(intents, repair?.because, culprit),
      culprit,
      wrongIf: "Flux builds another revision or another repository than the one looked at",
    },
  ];
}

/** The rendering as Flux makes it in strict mode, which the condition shows to be on: a variable that is nowhere set is an error. */
function strictly(
  scene: Scene,
  manifests: Manifests,
  { id }: FluxKustomization,
  variable: string | undefined,
): Rendering {
  const rendering = manifests.render(id);
  if (!rendering.ok || variable === undefined) return rendering;
  const now = manifests.kustomizations.find((each) => each.id === id);
  if (now === undefined || isSet(scene, manifests, now, variable) || !isUsed(manifests, rendering.files, variable)) {
    return rendering;
  }
  const message = `the variable ${variable} is used and nowhere set`;
  return { ok: false, refusal: { code: "VARIABLE_MISSING", message }, files: rendering.files };
}

function adviceOf(intents: readonly Intent[], because: string | undefined, culprit: Culprit | null): Advice {
  if (intents.length > 0) {
    const who = culprit === null ? "a commit" : commitText(culprit);
    return { is: "change", intents, because: because ?? `${who} broke the build, before it all was well` };
  }
  return {
    is: "person",
    because: because ?? "Mend the manifests by hand: no commit within reach built them, and no name comes near.",
  };
}

type Repair = { readonly intents: readonly Intent[]; readonly because: string; readonly commit: Commit | undefined };

/** What each entry that leads nowhere was meant to lead to; an intent only where that is clear of all of them. */
function repairOf(scene: Scene, lost: readonly DanglingEntry[]): Repair {
  const resolved = apart(lost.map((entry) => ({ entry, resolution: resolutionOf(scene, entry) })));
  const unclear = resolved.find(({ resolution }) => resolution.is === "unclear");
  const commits = resolved.flatMap(({ entry, resolution }) => {
    return resolution.commit ?? introducingCommit(scene.history, new Set([entry.file]), entry.from) ?? [];
  });
  const [commit] = commits;
  if (unclear?.resolution.is === "unclear") return { intents: [], because: unclear.resolution.because, commit };
  const because = resolved
    .flatMap(({ entry, resolution }) => (resolution.is === "unclear" ? [] : [basisText(resolution, entry.named)]))
    .join("; ");
  return {
    intents: [{ kind: "repair-entries", entries: resolved.map(repairedEntry), basis: because }],
    because,
    commit,
  };
}

type Resolved = { readonly entry: DanglingEntry; readonly resolution: Resolution };

/** Two names in one file cannot both have meant the same other file. */
function apart(all: readonly Resolved[]): readonly Resolved[] {
  return all.map(({ entry, resolution }) => {
    const isShared = all.some(
      (other) =>
        other.entry.file === entry.file &&
        other.entry.target !== entry.target &&
        leadsTo(other.resolution) !== undefined &&
        leadsTo(other.resolution) === leadsTo(resolution),
    );
    const because = `${leadsTo(resolution)} comes near more than one name that ${entry.file} lists`;
    return { entry, resolution: isShared ? { is: "unclear", because, commit: resolution.commit } : resolution };
  });
}

function leadsTo(resolution: Resolution): string | undefined {
  return resolution.is === "follow" ? resolution.to : undefined;
}

function repairedEntry({ entry, resolution }: Resolved) {
  const { file, path, from, named } = entry;
  const site = { file, document: 0, from };
  if (resolution.is !== "follow") return { ...site, path: removable(path) };
  const written = relativePath(folderOf(file), resolution.to, named);
  return { ...site, path: [...path], to: from.slice(0, from.length - named.length) + written };
}

// A patch without its file is no patch: the whole item goes, not only its path.
function removable(path: DanglingEntry["path"]): (string | number)[] {
  return path.at(-1) === "path" ? path.slice(0, -1) : [...path];
}

function resolutionOf(scene: Scene, entry: DanglingEntry): Resolution {
  const { tree } = scene.manifests;
  const folder = folderOf(entry.target);
  const siblings = (tree.list(folder) ?? []).filter(({ name }) => !isKustomizationFile(name));
  const candidates = siblings.map(({ name }) => joinPath(folder, name));
  const isThere = (path: string): boolean => tree.read(path) !== undefined || tree.list(path) !== undefined;
  return resolveFile(scene.history, {
    path: entry.target,
    candidates,
    fromOtherHeights: fromOtherHeights(entry),
    isFree: (path) => isThere(path) && !entry.listed.has(path),
    isTakenOver: (to, commit) => entry.path[0] === "resources" && isTakenOver({ from: entry.target, to }, commit),
    introduced: introducingCommit(scene.history, new Set([entry.file]), entry.from),
  });
}

/** The smallest undoing first: the file that the build complains of, what the commit changed of what it reads, all it changed. */
function restoresOf(
  refusal: Refusal,
  { commit, before }: { commit: Commit; before: Manifests },
  id: string,
  naming: string | undefined,
): Intent[] {
  const changed = commit.files.map((file) => file.path);
  const read = before.render(id).files;
  const sets = [
    changed.filter((path) => path === refusal.file),
    changed.filter((path) => read.has(path) || path === refusal.file),
    changed,
  ];
  const distinct = sets.filter((files, at) => files.length > 0 && files.length !== sets[at - 1]?.length);
  return distinct.map((files) => ({
    kind: "restore-files",
    files,
    commit: commit.hash,
    ...(naming === undefined ? {} : { naming }),
  }));
}

function sentenceOf(root: ObjectRef, refusal: Refusal, lost: readonly DanglingEntry[]): string {
  if (lost.length === 0) return `${refText(root)} cannot be built: ${refusal.message}`;
  const named = lost.map(({ file, named }) => `${file} lists ${named}`).join(", ");
  return `${refText(root)} cannot be built: ${named}, which ${lost.length === 1 ? "does" : "do"} not exist.`;
}

function refusalFact({ message, file, line, column }: Refusal): FactDraft {
  const place = file === undefined ? "" : ` ${[file, line, column].filter((part) => part !== undefined).join(":")}`;
  return citeFound("rendering", `rendering the branch fails: ${message}`, `git${place}`);
}

function unseen({ symptom, trouble }: FluxFault): Hypothesis {
  return {
    category: trouble.is === "build" ? "kustomize_build" : "flux_substitution",
    root: symptom.object,
    sentence: `${refText(symptom.object)} cannot be built, and its manifests are not in this repository.`,
    cites: [conditionFact(symptom)],
    confidence: confidenceOf({ prior: { right: 8, wrong: 2 } }),
    advice: { is: "person", because: "Look at the repository that this Kustomization is built from." },
    culprit: null,
    wrongIf: "the manifests are in this repository under another path",
  };
}

function isAtOrBelow(path: string, top: string): boolean {
  return path === top || path.startsWith(`${top}/`);
}
