import { resolve } from "node:path";
import { readWorkTree } from "../adapters/git.ts";
import { readSnapshot } from "../adapters/snapshot.ts";
import { openManifests } from "../manifest/manifests.ts";
import type { RenderedObject } from "../manifest/rendered.ts";
import { nodeOfJson } from "../manifest/yaml/from-json.ts";
import type { Node, Place } from "../manifest/yaml/node.ts";
import { printDocuments } from "../manifest/yaml/print.ts";
import { BadInput } from "../signal/bad-input.ts";
import type { Io } from "./io.ts";
import { originNote } from "./origin-note.ts";
import { refusalText } from "./refusal-text.ts";

/** What `oakum render PATH` was asked for. */
export type FluxOptions = { readonly repo: string; readonly snapshot?: string | undefined; readonly origins: boolean };

/** Prints what the Kustomizations of a path, or the one with this id, apply. */
export async function renderFlux(path: string, options: FluxOptions, io: Io): Promise<number> {
  const world = options.snapshot === undefined ? null : await readSnapshot(resolve(io.cwd, options.snapshot));
  const manifests = openManifests(await readWorkTree(options.repo), world);
  for (const sentence of manifests.unknown) io.stderr(`${sentence}\n`);
  const asked = path
    .replace(/^\.?\/+/, "")
    .replace(/\/+$/, "")
    .replace(/^\.$/, "");
  const found = manifests.kustomizations.filter(({ id, spec }) => id === path || spec.path === asked);
  if (found.length === 0) {
    throw new BadInput(`No Kustomization of ${options.repo} builds "${path}". Try --kustomize for a folder alone.`);
  }
  const note = options.origins ? originNote(manifests.tree) : undefined;
  const renderings = found.map(({ id }) => ({ id, rendering: manifests.render(id) }));
  for (const { id, rendering } of renderings) {
    if (!rendering.ok) {
      io.stderr(refusalText(rendering.refusal, manifests.tree));
      continue;
    }
    const text = printDocuments(rendering.objects.map(nodeOfObject), note);
    // Of several, each is named.
    io.stdout(found.length > 1 ? `# Kustomization ${id}\n${text}---\n` : text);
  }
  return renderings.every(({ rendering }) => rendering.ok) ? 0 : 1;
}

function nodeOfObject({ object, originOf }: RenderedObject): Node {
  return nodeOfJson(object, (path): Place => {
    const { file, way, start, end } = originOf(path) ?? { file: "", way: "flux", start: 0, end: 0 };
    return { source: { file, way }, start, end, behind: undefined };
  });
}
