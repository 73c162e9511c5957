import type { Origin } from "../origin.ts";
import { refusalAt } from "../refusal-at.ts";
import type { Refusal, Rendering } from "../rendered.ts";
import type { Mapping, Node, Place } from "../yaml/node.ts";
import { thinned } from "../yaml/thin.ts";
import type { Build } from "./build.ts";
import { renderedObject } from "./rendered-object.ts";
import { signatureOf } from "./signature.ts";
import { finishObjects } from "./steps.ts";
import type { Placed } from "./tree.ts";
import type { Gathered } from "./variables.ts";
import type { Kept } from "./workshop.ts";

/** Renders Kustomizations after all of Flux's steps; one that is written, built and given variables alike is not made again. */
export class Renderings {
  readonly #made = new WeakMap<Build, Map<string, Rendering>>();

  /** What a Kustomization renders, with every file that its rendering depends on. */
  render(placed: Placed): Rendering {
    const { kustomization, member } = placed;
    const { kept } = member;
    if (kept === null) return refused({ code: "OTHER_SOURCE", message: elsewhere(placed) }, new Set());
    const variables = placed.cluster.variablesOf(member);
    const key = `${kustomization.id}\n${keyOf(variables)}\n${signatureOf(member.draft.node)}`;
    const made = this.#made.get(kept.build) ?? new Map<string, Rendering>();
    this.#made.set(kept.build, made);
    const rendering = made.get(key) ?? renderKept(placed, kept, variables);
    made.set(key, rendering);
    return rendering;
  }
}

function renderKept(placed: Placed, { build, files: read }: Kept, variables: Gathered): Rendering {
  const files = new Set([...read, ...filesBehind(placed.member.draft.node), ...filesOfVariables(variables)]);
  if (!build.ok) return refused(build.refusal, files);
  const finished = finishObjects(build.objects, placed.member, variables);
  if (!finished.ok)
    return refused(
      refusalAt(finished.stopped, (file) => placed.tree.read(file)),
      files,
    );
  return { ok: true, objects: thinned(finished.objects).map(renderedObject), files };
}

function refused(refusal: Refusal, files: ReadonlySet<string>): Rendering {
  return { ok: false, refusal, files };
}

function elsewhere({ kustomization: { id, source } }: Placed): string {
  return `Kustomization ${id} cannot be rendered here: ${source.here ? "its source is unknown" : source.because}.`;
}

function keyOf(variables: Gathered): string {
  if (variables === null) return "";
  return "refused" in variables ? variables.refused : variables.key;
}

/** Every file that says something of an object itself. */
export function filesBehind(object: Mapping): ReadonlySet<string> {
  const files = new Set<string>();
  const visit = (node: Node): void => {
    for (let place: Place | undefined = node; place !== undefined; place = place.behind) files.add(place.source.file);
    if (node.kind === "list") node.items.forEach(visit);
    else if (node.kind === "map") for (const { value } of node.entries) visit(value);
  };
  visit(object);
  files.delete("");
  return files;
}

function filesOfVariables(variables: Gathered): readonly string[] {
  return variables === null || "refused" in variables ? [] : variables.origins.flatMap(filesOfOrigin);
}

function filesOfOrigin({ file, behind }: Origin): readonly string[] {
  return behind === undefined ? [file] : [file, ...filesOfOrigin(behind)];
}
