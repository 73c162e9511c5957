import type { FileTree } from "../tree.ts";
import type { Mapping, Node } from "../yaml/node.ts";
import { fieldOf } from "../yaml/node.ts";
import type { Build, BuildFolder } from "./build.ts";
import { type Asked, answersChanged, recordedTree, wasAsked } from "./recorded.ts";
import type { Artifact } from "./sources.ts";

/** One build, everything it asked of the tree, and the files it found there. */
export type Kept = { readonly build: Build; readonly asked: Asked; readonly files: ReadonlySet<string> };

/** The part of a Flux Kustomization's spec that kustomize sees. */
const BUILT = [
  ...["targetNamespace", "namePrefix", "nameSuffix", "patches", "patchesStrategicMerge", "patchesJson6902"],
  ...["images", "components", "ignoreMissingComponents", "buildMetadata"],
];

/** Builds folders, each once as long as nothing it asked for has changed. */
export class Workshop {
  readonly #buildFolder: BuildFolder;
  readonly #kept: Map<string, Kept>;

  constructor(buildFolder: BuildFolder, kept: ReadonlyMap<string, Kept> = new Map()) {
    this.#buildFolder = buildFolder;
    this.#kept = new Map(kept);
  }

  /** What a folder of an artifact builds, for a Flux Kustomization. */
  build({ tree, ignore }: Artifact, folder: string, flux: Mapping): Kept {
    const key = `${folder}\n${ignore ?? ""}\n${signature(flux)}`;
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const recorded = recordedTree(tree);
    const build = this.#buildFolder(recorded.tree, folder, flux);
    const { asked } = recorded;
    const files = new Set([...asked.files].filter((file) => tree.read(file) !== undefined));
    const kept = { build, asked, files };
    this.#kept.set(key, kept);
    return kept;
  }

  /** A workshop that knows everything that stays as it is when some files change. */
  after(tree: FileTree, changed: ReadonlyMap<string, Uint8Array | null>): Workshop {
    // What a .sourceignore leaves out shows in no record of what was asked.
    if ([...changed.keys()].some((path) => path.endsWith(".sourceignore"))) return new Workshop(this.#buildFolder);
    const answers = answersChanged(tree, changed);
    return new Workshop(
      this.#buildFolder,
      new Map([...this.#kept].filter(([, { asked }]) => !wasAsked(asked, answers))),
    );
  }
}

const signatures = new WeakMap<Mapping, string>();

/** Says when two Kustomizations build the same, down to the bytes they are written in. */
function signature(flux: Mapping): string {
  const spec = fieldOf(flux, "spec");
  const signed = signatures.get(flux) ?? BUILT.map((key) => written(fieldOf(spec, key))).join("\n");
  signatures.set(flux, signed);
  return signed;
}

function written(node: Node | undefined): string {
  if (node === undefined) return "";
  const at = `${node.source.file}:${node.start}`;
  if (node.kind === "scalar") return `${at}=${JSON.stringify(node.text)}`;
  if (node.kind === "list") return `[${node.items.map(written).join()}]`;
  return `{${node.entries.map(({ key, value }) => `${key}:${written(value)}`).join()}}`;
}
