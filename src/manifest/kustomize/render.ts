import { refusalAt } from "../refusal-at.ts";
import type { Refusal } from "../rendered.ts";
import type { FileTree } from "../tree.ts";
import { fieldOf, type Mapping, type Place } from "../yaml/node.ts";
import { type Note, printDocuments } from "../yaml/print.ts";
import { Accumulator, nothing } from "./accumulate.ts";
import { addHashes, dropLocal, finish } from "./finish.ts";
import { Kinds } from "./kinds.ts";
import { Loader, ParseCache } from "./loader.ts";
import { fixNameReferences } from "./name-reference.ts";
import { type Amendment, openFolder } from "./open-folder.ts";
import { chooseSchema } from "./openapi.ts";
import { Refused } from "./refused.ts";
import { sortResources } from "./sort.ts";
import { resolveVariables } from "./variables.ts";

/** How a folder is built. */
export type KustomizeOptions = {
  /**
   * Changes what the folder's own kustomization.yaml says before it is built, as Flux does; it is given what is there,
   * undefined where there is none. Its nodes keep the places they come from, so that fields are traced to them.
   */
  readonly amend?: Amendment;
  /** `legacy` sorts by kind as the command line does where `sortOptions` says nothing; `none` is what Flux does. */
  readonly order?: "legacy" | "none";
  /** Keeps what was parsed for the next build; files are known by their bytes. */
  readonly cache?: ParseCache;
  /** Builds without the resources that lie outside of the tree and collects their addresses here; without it they are refused. */
  readonly elsewhere?: Set<string>;
};

/** The objects of a build with the places of all their fields, or why there are none; and every file it looked for. */
export type Built = (
  | { readonly ok: true; readonly objects: readonly Mapping[] }
  | { readonly ok: false; readonly refusal: Refusal }
) & { readonly files: ReadonlySet<string>; readonly missed: ReadonlySet<string> };

/** Builds a folder as `kustomize build` does, without restriction to the folder itself but never outside the tree. */
export function buildFolder(tree: FileTree, path: string, options: KustomizeOptions = {}): Built {
  const loader = new Loader(tree, options.cache ?? new ParseCache(), options.elsewhere);
  try {
    const objects = build(loader, path, options);
    return { ok: true, objects, files: loader.read, missed: loader.missed };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { ok: false, refusal: refusalOf(error, loader), files: loader.read, missed: loader.missed };
  }
}

/** The objects as `kustomize build` prints them. */
export function printYaml(objects: readonly Mapping[], note?: Note): string {
  return printDocuments(objects, note);
}

function build(loader: Loader, path: string, { amend, order = "legacy" }: KustomizeOptions): readonly Mapping[] {
  const kinds = new Kinds();
  const because: Place = { source: { file: path, way: "resource" }, start: 0, end: 0, behind: undefined };
  const folder = openFolder(path, { loader, kinds, parent: undefined, because }, amend);
  chooseSchema(folder, true);
  const metadata = fieldOf(folder.kustomization, "buildMetadata");
  const isTraced = metadata?.kind === "list" && metadata.items.length > 0;
  const { resources, configuration, variables } = new Accumulator(loader, kinds, isTraced).accumulate(
    folder,
    nothing(),
    "",
  );
  addHashes(resources);
  fixNameReferences(resources, configuration.nameReference);
  resolveVariables(resources, variables, configuration.varReference);
  dropLocal(resources);
  resources.checkIds(folder.kustomization);
  sortResources(resources, folder.kustomization, order === "legacy");
  finish(resources, folder);
  return resources.all.flatMap(({ node }) => node ?? []);
}

function refusalOf({ code, message, place }: Refused, loader: Loader): Refusal {
  if (place === undefined) return { code, message };
  if ("file" in place) return { code, message, file: place.file };
  return refusalAt({ code, message, place }, (file) => loader.bytes(file));
}
