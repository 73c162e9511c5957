import type { Commit } from "../../evidence/commit.ts";
import type { FluxKustomization } from "../../manifest/flux/kustomization.ts";
import type { Manifests } from "../../manifest/manifests.ts";
import type { FileTree } from "../../manifest/tree.ts";
import { isSameObject, type ObjectRef, refText } from "../../signal/object.ts";
import { confidenceOf } from "../confidence.ts";
import { citeCommit, culpritOf } from "../culprit.ts";
import { folderOf } from "../file-path.ts";
import { joinPath, kustomizationFile } from "../flux/entries.ts";
import { conditionFact, type FluxFault, fluxFaults } from "../flux/fault.ts";
import { mendedOnBranch } from "../flux/mended.ts";
import { introducingCommit } from "../flux/past.ts";
import type { Hypothesis } from "../hypothesis.ts";
import type { Intent } from "../intent.ts";
import { textAt } from "../read.ts";
import { basisText } from "../reference/basis.ts";
import { resolveFile } from "../reference/file.ts";
import type { Resolution } from "../reference/resolution.ts";
import { restoreFields } from "../restore.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { citeAbsence } from "../telling.ts";

/** `spec.path` leads to no folder of the source (kustomize-controller: ArtifactFailed, "kustomization path not found"). */
export const fluxPath: Rule = {
  name: "flux-path-missing",
  categories: ["flux_path"],
  sees: ["flux path-missing"],
  silentIf: ["the branch has the folder by now"],
  asksFor: {
    "set-flux": "the one folder that comes near, or that the commit renamed it to",
    "restore-fields": "the path before the commit, where that folder is still there",
  },
  diagnose: (scene, trouble) => fluxFaults(scene, trouble).flatMap((fault) => missingPath(scene, fault)),
};

function missingPath(scene: Scene, { symptom, trouble, object }: FluxFault): Hypothesis[] {
  if (trouble.is !== "path-missing") return [];
  const root = symptom.object;
  const written = textAt(object, "spec", "path") ?? trouble.path;
  const path = joinPath("", written);
  const { tree } = scene.manifests;
  if (tree.list(path) !== undefined) return [fixedAlready(symptom, path)];

  const files = new Set(scene.manifests.findObject(root).map(({ rendered }) => rendered.origin.file));
  const introduced = introducingCommit(scene.history, files, path);
  const folders = buildableFolders(tree);
  const resolution = ownFolder(
    scene,
    root,
    resolveFile(scene.history, {
      path,
      candidates: folders,
      isFree: (candidate) => folders.has(candidate) && !bringsItself(scene, root, candidate),
      beside: [...files].map(folderOf),
      introduced,
    }),
  );
  const commit = resolution.commit ?? introduced;
  const culprit = commit === undefined ? null : culpritOf(commit);
  const intents = intentsFor(scene, { root, written, resolution, introduced });
  const because = resolution.is === "follow" ? basisText(resolution, path) : `${path} is not in the repository`;
  return [
    {
      category: "flux_path",
      root,
      sentence: `${refText(root)} builds ${path}, and the repository has no such folder.`,
      cites: [
        conditionFact(symptom),
        citeAbsence("file", `the repository has no folder ${path}`, `git ${path}`),
        ...citeCommit(culprit, `left ${refText(root)} without its folder`),
      ],
      confidence: confidenceOf({ prior: { right: 30, wrong: 1 }, supports: 1 }),
      advice:
        intents.length > 0
          ? { is: "change", intents, because }
          : {
              is: "person",
              because: `Say which folder ${refText(root)} should build instead of ${path}, or remove it.`,
            },
      culprit,
      wrongIf: `the source of ${refText(root)} is another repository than the one looked at`,
    },
  ];
}

type Misplaced = {
  readonly root: ObjectRef;
  /** The path as the Kustomization writes it. */
  readonly written: string;
  readonly resolution: Resolution;
  readonly introduced: Commit | undefined;
};

function intentsFor(scene: Scene, { root, written, resolution, introduced }: Misplaced): Intent[] {
  const intents: Intent[] = [];
  if (resolution.is === "follow") {
    const to = (written.startsWith("./") ? "./" : "") + resolution.to;
    const basis = basisText(resolution, written);
    intents.push({ kind: "set-flux", object: root, fields: [{ path: ["spec", "path"], from: written, to }], basis });
  }
  // A folder that was taken away was no slip of whoever wrote the path.
  if (resolution.commit !== null) return intents;
  // The path was another before, and that one is still there: the commit that changed it is undone.
  const change = scene.changes(root).find(({ path }) => path.join(".") === "spec.path");
  const before = typeof change?.from === "string" ? change.from : undefined;
  if (introduced !== undefined && change !== undefined && before !== undefined) {
    if (scene.manifests.tree.list(joinPath("", before)) !== undefined) {
      intents.push(...restoreFields(root, [change], change.commit));
    }
  }
  return intents;
}

function fixedAlready(symptom: FluxFault["symptom"], path: string): Hypothesis {
  const because = `The branch has ${path} by now; Flux builds it at its next reconciliation.`;
  return mendedOnBranch({ symptom }, { root: symptom.object, category: "flux_path" }, because);
}

// Two Kustomizations of one cluster that build the same folder would fight over its objects.
function ownFolder({ manifests }: Scene, root: ObjectRef, resolution: Resolution): Resolution {
  if (resolution.is !== "follow") return resolution;
  const other = otherBuilder(manifests, root, resolution.to);
  if (other === undefined) return resolution;
  return { is: "unclear", because: `${resolution.to} is built by ${other.id} already`, commit: resolution.commit };
}

// The folder that brings a Kustomization is not the one that it was made for.
function bringsItself({ manifests }: Scene, root: ObjectRef, folder: string): boolean {
  const bringer = otherBuilder(manifests, root, folder);
  return manifests.findObject(root).some(({ kustomization }) => kustomization.id === bringer?.id);
}

function otherBuilder({ kustomizations }: Manifests, root: ObjectRef, folder: string): FluxKustomization | undefined {
  return kustomizations.find(
    ({ live, spec, ref }) => live && spec.path === folder && ref !== null && !isSameObject(ref, root),
  );
}

/** Every folder that has a kustomization file, or YAML of which one can be generated. */
function buildableFolders(tree: FileTree): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set([""]);
  for (const folder of seen) {
    const entries = tree.list(folder) ?? [];
    for (const { name, type } of entries)
      if (type === "folder" && !name.startsWith(".")) seen.add(joinPath(folder, name));
    const hasYaml = entries.some(({ name, type }) => type === "file" && /\.ya?ml$/.test(name));
    if (kustomizationFile(tree, folder) !== undefined || hasYaml) found.add(folder);
  }
  return found;
}
