import { type FileTree, withFiles } from "../tree.ts";
import { fieldOf, type Mapping, textOf } from "../yaml/node.ts";
import { thinned } from "../yaml/thin.ts";
import { type Artifact, packArtifact } from "./artifact.ts";
import type { Build, BuildFolder } from "./build.ts";
import { FluxDocuments } from "./documents.ts";
import { isFluxKustomization } from "./read-kustomization.ts";
import { type Asked, answersChanged, recordedTree, wasAsked } from "./recorded.ts";
import { sayingOf } from "./signature.ts";

/** One build, everything it asked of the tree, and the files it found there. */
export type Kept = {
  readonly build: Build;
  readonly asked: Asked;
  readonly files: ReadonlySet<string>;
  /** The Flux Kustomizations among its objects. */
  readonly kustomizations: readonly Mapping[];
  /** The ConfigMaps and Secrets among its objects, whose keys may be variables, by kind, namespace and name. */
  readonly holders: ReadonlyMap<string, Mapping>;
  /** The names of those among its objects that make others by rules of their own. */
  readonly resourceSets: readonly string[];
};

/** The part of a Flux Kustomization's spec that kustomize sees. */
const BUILT = [
  ...["targetNamespace", "namePrefix", "nameSuffix", "patches", "patchesStrategicMerge", "patchesJson6902"],
  ...["images", "components", "ignoreMissingComponents", "buildMetadata"],
];

type Shelves = {
  readonly documents: FluxDocuments;
  readonly artifacts: ReadonlyMap<string | null, Artifact>;
  readonly kept: ReadonlyMap<string, Kept>;
};

/** The files of one revision and what is made of them; whatever stays the same is handed on to the next revision. */
export class Workshop {
  readonly tree: FileTree;
  readonly documents: FluxDocuments;
  readonly #buildFolder: BuildFolder;
  readonly #artifacts: Map<string | null, Artifact>;
  readonly #kept: Map<string, Kept>;

  constructor(tree: FileTree, buildFolder: BuildFolder, shelves?: Shelves) {
    this.tree = tree;
    this.documents = shelves?.documents ?? FluxDocuments.read(tree);
    this.#buildFolder = buildFolder;
    this.#artifacts = new Map(shelves?.artifacts);
    this.#kept = new Map(shelves?.kept);
  }

  /** What source-controller packs of the files, with a source's own rules (`spec.ignore`). */
  artifact(ignore: string | null): FileTree {
    const artifact = this.#artifacts.get(ignore) ?? packArtifact(this.tree, ignore);
    this.#artifacts.set(ignore, artifact);
    return artifact.tree;
  }

  /** What a folder of an artifact builds, for a Flux Kustomization. */
  build(ignore: string | null, folder: string, flux: Mapping): Kept {
    const key = `${folder}\n${ignore ?? ""}\n${signature(flux)}`;
    const kept = this.#kept.get(key) ?? this.#build(this.artifact(ignore), folder, flux);
    this.#kept.set(key, kept);
    return kept;
  }

  #build(artifact: FileTree, folder: string, flux: Mapping): Kept {
    const { tree, asked } = recordedTree(artifact);
    const built = this.#explained(this.#buildFolder(tree, folder, flux), folder);
    const objects = built.ok ? built.objects : [];
    // Kustomizations are read for every revision, anything else is seldom asked for.
    const thin = thinned(objects);
    const build = built.ok ? { ...built, objects: thin } : built;
    const files = new Set([...asked.files].filter((file) => artifact.read(file) !== undefined));
    const kustomizations = objects.filter((node) => isFluxKustomization(typeOf(node)));
    const resourceSets = objects.filter((node) => typeOf(node).kind === "ResourceSet").map(nameOf);
    const holders = thin.flatMap((node) => {
      const { kind } = typeOf(node);
      return kind === "ConfigMap" || kind === "Secret" ? [[`${kind}/${nameOf(node)}`, node] as const] : [];
    });
    return {
      ...{ build, asked, files, kustomizations, resourceSets },
      holders: new Map(holders),
    };
  }

  /** A folder that is there, but that its source does not hand out, is easily looked for in vain. */
  #explained(build: Build, folder: string): Build {
    if (build.ok || build.refusal.code !== "PATH_NOT_FOUND" || this.tree.list(folder) === undefined) return build;
    const message = `${build.refusal.message}: its source leaves it out (spec.ignore or .sourceignore)`;
    return { ok: false, refusal: { ...build.refusal, message } };
  }

  /** The revision with some files changed or removed. */
  after(changed: ReadonlyMap<string, Uint8Array | null>): Workshop {
    const tree = withFiles(this.tree, changed);
    const documents = this.documents.after(changed);
    // What a .sourceignore leaves out shows in no record of what was asked.
    const isPackedAnew = [...changed.keys()].some((path) => path.endsWith(".sourceignore"));
    if (isPackedAnew)
      return new Workshop(tree, this.#buildFolder, { documents, artifacts: new Map(), kept: new Map() });
    const artifacts = new Map([...this.#artifacts].map(([ignore, artifact]) => [ignore, artifact.after(changed)]));
    const answers = answersChanged(this.tree, changed);
    const kept = new Map([...this.#kept].filter(([, { asked }]) => !wasAsked(asked, answers)));
    return new Workshop(tree, this.#buildFolder, { documents, artifacts, kept });
  }
}

function typeOf(node: Mapping): { readonly apiVersion: string; readonly kind: string } {
  return { apiVersion: textOf(fieldOf(node, "apiVersion")), kind: textOf(fieldOf(node, "kind")) };
}

/** `namespace/name`; what says no namespace lands in `default`. */
function nameOf(node: Mapping): string {
  const metadata = fieldOf(node, "metadata");
  return `${textOf(fieldOf(metadata, "namespace")) || "default"}/${textOf(fieldOf(metadata, "name"))}`;
}

const signatures = new WeakMap<Mapping, string>();

/** Says when two Kustomizations build the same, down to the bytes they are written in. */
function signature(flux: Mapping): string {
  const spec = fieldOf(flux, "spec");
  const signed = signatures.get(flux) ?? BUILT.map((key) => sayingOf(fieldOf(spec, key))).join("\n");
  signatures.set(flux, signed);
  return signed;
}
