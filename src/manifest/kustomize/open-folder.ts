import { inFolder } from "../tree.ts";
import {
  fieldOf,
  type Mapping,
  mappingAt,
  type Node,
  type Place,
  type Sequence,
  sequenceAt,
  textOf,
  withEntry,
  withoutEntry,
} from "../yaml/node.ts";
import { Folder } from "./folder.ts";
import type { Kinds } from "./kinds.ts";
import { KUSTOMIZATION_FILES } from "./kustomization-file.ts";
import { KUSTOMIZATION } from "./kustomization-shape.ts";
import type { Loader } from "./loader.ts";
import { refuse } from "./refused.ts";
import { conform } from "./shape.ts";

const API_GROUP = "kustomize.config.k8s.io";

/** Changes what a kustomization.yaml says before it is built; undefined where there is no such file. */
export type Amendment = (said: Mapping | undefined) => Mapping;

type Context = {
  readonly loader: Loader;
  readonly kinds: Kinds;
  /** The folder that named this one, if any did. */
  readonly parent: Folder | undefined;
  readonly because: Place;
};

/** Opens a folder by its kustomization file. */
export function openFolder(path: string, context: Context, amend?: Amendment): Folder {
  const { loader, because } = context;
  const files = KUSTOMIZATION_FILES.map((name) => inFolder(path, name)).filter(
    (file) => loader.bytes(file) !== undefined,
  );
  const [file, other] = files;
  if (other !== undefined) {
    refuse("SEVERAL_KUSTOMIZATIONS", `Found multiple kustomization files under: ${shownFolder(path)}`, startOf(other));
  }
  if (file === undefined && amend === undefined) {
    const names = "'kustomization.yaml', 'kustomization.yml' or 'Kustomization'";
    return refuse("NO_KUSTOMIZATION", `unable to find one of ${names} in directory '${shownFolder(path)}'`, because);
  }
  const bytes = file === undefined ? new Uint8Array() : loader.bytesOf(file, because);
  const kustomization =
    amend === undefined && file !== undefined
      ? loader.keep(file, bytes, "kustomization", () => understood(loader.configuration(file, "resource", bytes), file))
      : understood(amended(loader, file, bytes, amend), file ?? path);
  return new Folder({ ...context, path, file: file ?? inFolder(path, "kustomization.yaml"), kustomization });
}

function amended(
  loader: Loader,
  file: string | undefined,
  bytes: Uint8Array,
  amend: Amendment | undefined,
): Node | undefined {
  const said = file === undefined ? undefined : loader.configuration(file, "resource", bytes);
  if (said !== undefined && said.kind !== "map") return said;
  return amend === undefined ? said : amend(said);
}

function understood(document: Node | undefined, file: string): Mapping {
  const start = startOf(file);
  const kustomization = conform(document ?? mappingAt(start, []), KUSTOMIZATION, "") as Mapping;
  const said = withMovedLists(kustomization);
  const isEmpty = said.entries.every(({ key, value }) => key === "kind" || key === "apiVersion" || isNothing(value));
  if (isEmpty) refuse("EMPTY_KUSTOMIZATION", "kustomization.yaml is empty", start);
  checkKind(said);
  return said;
}

function startOf(file: string): Place {
  return { source: { file, way: "resource" }, start: 0, end: 0, behind: undefined };
}

function shownFolder(path: string): string {
  return path === "" ? "." : path;
}

// What Go cannot tell from a field that is not there.
function isNothing(node: Node): boolean {
  return node.kind === "scalar" && node.text === "";
}

function checkKind(kustomization: Mapping): void {
  const kind = fieldOf(kustomization, "kind");
  const name = textOf(kind) || "Kustomization";
  if (kind !== undefined && name !== "Kustomization" && name !== "Component") {
    refuse("WRONG_KIND", "kind should be Kustomization or Component", kind);
  }
  const version = fieldOf(kustomization, "apiVersion");
  const expected = `${API_GROUP}/${name === "Component" ? "v1alpha1" : "v1beta1"}`;
  if (version !== undefined && textOf(version) !== "" && textOf(version) !== expected) {
    refuse("WRONG_KIND", `apiVersion for ${name} should be ${expected}`, version);
  }
}

// The older names of two fields.
function withMovedLists(kustomization: Mapping): Mapping {
  return withMoved(withMoved(kustomization, "bases", "resources"), "imageTags", "images");
}

function withMoved(map: Mapping, from: string, to: string): Mapping {
  const moved = fieldOf(map, from);
  if (moved?.kind !== "list") return map;
  const kept = fieldOf(map, to);
  const list: Sequence = kept?.kind === "list" ? sequenceAt(kept, [...kept.items, ...moved.items]) : moved;
  return withEntry(withoutEntry(map, from), to, list);
}
