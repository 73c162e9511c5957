import { type FileTree, inFolder } from "../tree.ts";
import { fieldOf, type Mapping, textOf } from "../yaml/node.ts";
import { parseObjects } from "../yaml/parse.ts";
import { textOfFile } from "../yaml/text.ts";

const MANIFEST = /\.(?:yaml|yml|json)$/;
// Reading a file costs far more than looking at it: only those are read that hold such an object at all.
const WANTED =
  /["']?apiVersion["']?:\s*["']?(?:kustomize\.toolkit\.fluxcd\.io|source\.toolkit\.fluxcd\.io|fluxcd\.controlplane\.io)\/|flux-instance/;

/** The documents of a repository that tell Flux what to build and from where, as they are written. */
export class FluxDocuments {
  readonly #byFile: ReadonlyMap<string, readonly Mapping[]>;

  private constructor(byFile: ReadonlyMap<string, readonly Mapping[]>) {
    this.#byFile = byFile;
  }

  /** Finds them in a tree. */
  static read(tree: FileTree): FluxDocuments {
    return new FluxDocuments(new Map(filesBeneath(tree, "").map((file) => [file, objectsIn(file, tree.read(file))])));
  }

  /** The same with some files changed or removed. */
  after(changed: ReadonlyMap<string, Uint8Array | null>): FluxDocuments {
    const byFile = new Map(this.#byFile);
    for (const [file, bytes] of changed) {
      if (bytes === null) byFile.delete(file);
      else byFile.set(file, objectsIn(file, bytes));
    }
    return new FluxDocuments(byFile);
  }

  get kustomizations(): readonly Mapping[] {
    return this.#ofKind("kustomize.toolkit.fluxcd.io/", "Kustomization");
  }

  get gitRepositories(): readonly Mapping[] {
    return this.#ofKind("source.toolkit.fluxcd.io/", "GitRepository");
  }

  /** What makes a Kustomization of its own: a FluxInstance, or a HelmRelease of the chart that brings one. */
  get instances(): readonly Mapping[] {
    const releases = this.#ofKind("helm.toolkit.fluxcd.io/", "HelmRelease");
    return [...this.#ofKind("fluxcd.controlplane.io/", "FluxInstance"), ...releases];
  }

  #ofKind(group: string, kind: string): readonly Mapping[] {
    const isOfKind = (node: Mapping): boolean =>
      textOf(fieldOf(node, "kind")) === kind && textOf(fieldOf(node, "apiVersion")).startsWith(group);
    return [...this.#byFile.values()].flatMap((objects) => objects.filter(isOfKind));
  }
}

/** Every file beneath a folder, folders in the order in which a walk meets them; Flux follows no links. */
export function filesBeneath(tree: FileTree, folder: string): readonly string[] {
  return (tree.list(folder) ?? []).flatMap(({ name, type, isLink }) => {
    if (isLink === true) return [];
    const path = inFolder(folder, name);
    if (type === "folder") return filesBeneath(tree, path);
    return type === "file" ? [path] : [];
  });
}

function objectsIn(file: string, bytes: Uint8Array | undefined): readonly Mapping[] {
  if (bytes === undefined || !MANIFEST.test(file)) return [];
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  return WANTED.test(text) ? parsed(file, bytes) : [];
}

/** A file that cannot be read as YAML holds nothing here: whoever builds it hears why. */
function parsed(file: string, bytes: Uint8Array): readonly Mapping[] {
  const text = textOfFile({ file, way: "resource" }, bytes);
  const read = text && parseObjects(text);
  return read?.ok === true ? read.documents.filter((node) => node.kind === "map") : [];
}
