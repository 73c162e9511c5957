import { withCommonMetadata } from "../flux/steps.ts";
import { gvkOf, gvkText, isClusterScoped } from "../kustomize/id.ts";
import { buildFolder } from "../kustomize/render.ts";
import type { Refusal } from "../rendered.ts";
import { treeOf } from "../tree.ts";
import {
  type Entry,
  fieldOf,
  type Mapping,
  mappingAt,
  type Node,
  nodeAt,
  type Place,
  scalarAt,
  sequenceAt,
  textOf,
  withEntry,
} from "../yaml/node.ts";
import { parseObjects } from "../yaml/parse.ts";
import { printDocuments } from "../yaml/print.ts";
import { textOfFile } from "../yaml/text.ts";
import type { ChartAnswer } from "./chart-job.ts";
import { steadied } from "./steady.ts";

/** The file that stands for what Helm printed; it is in no repository. */
export const PRINTED = ".helm/printed.yaml";

const NOWHERE: Place = { source: { file: PRINTED, way: "chart" }, start: 0, end: 0, behind: undefined };

/** One object that Helm printed, and the template that made it (`web/templates/deployment.yaml`). */
type Printed = { readonly node: Mapping; readonly template: string };

/** What a release makes of what Helm printed, in the order it was printed in. */
export type Made =
  | { readonly ok: true; readonly objects: readonly Printed[] }
  | { readonly ok: false; readonly refusal: Refusal };

type Answered = ChartAnswer & { readonly ok: true };
type Answers = { readonly answer: Answered; readonly again: Answered };

/**
 * What helm-controller does before it applies: post-renderers, its own labels, common metadata, the namespace. `again` is
 * a second answer to the same, where a template draws something by lot.
 */
export function makeObjects({ answer, again }: Answers, release: Mapping, namespace: string): Made {
  const printed =
    again === answer ? printedObjects(answer) : withoutLots(printedObjects(answer), printedObjects(again));
  const rendered = postRendered(
    printed.map(({ node }) => node),
    release,
  );
  if (!rendered.ok) return rendered;
  const templates = new Map(printed.map(({ node, template }) => [identity(node), template]));
  const objects = rendered.objects.map((node) => ({
    node: finished(node, release, namespace),
    template: templates.get(identity(node)) ?? "",
  }));
  return { ok: true, objects };
}

function withoutLots(printed: readonly Printed[], again: readonly Printed[]): readonly Printed[] {
  const others = new Map(again.map(({ node }) => [identity(node), node]));
  return printed.map(({ node, template }) => ({ node: steadied(node, others.get(identity(node)) ?? node), template }));
}

const parsed = new WeakMap<ChartAnswer, readonly Printed[]>();

function printedObjects(answer: Answered): readonly Printed[] {
  const known = parsed.get(answer) ?? answer.yaml.split(/^(?=---$)/m).flatMap(objectsIn);
  parsed.set(answer, known);
  return known;
}

function objectsIn(piece: string): readonly Printed[] {
  const template = /^# Source: (.+)$/m.exec(piece)?.[1] ?? "";
  const text = textOfFile(NOWHERE.source, new TextEncoder().encode(piece));
  const read = text && parseObjects(text);
  // Helm has read it as YAML before it printed it.
  if (read?.ok !== true) return [];
  return read.documents.flatMap((node) => (node.kind === "map" && identity(node) !== "" ? [{ node, template }] : []));
}

function identity(node: Mapping): string {
  const metadata = fieldOf(node, "metadata");
  const name = textOf(fieldOf(metadata, "name"));
  return name === "" ? "" : `${gvkText(gvkOf(node))}/${textOf(fieldOf(metadata, "namespace"))}/${name}`;
}

const KUSTOMIZE_FIELDS = ["patches", "patchesStrategicMerge", "patchesJson6902", "images"];

type Rendered =
  | { readonly ok: true; readonly objects: readonly Mapping[] }
  | { readonly ok: false; readonly refusal: Refusal };

function postRendered(objects: readonly Mapping[], release: Mapping): Rendered {
  const renderers = nodeAt(release, "spec", "postRenderers");
  let rendered: Rendered = { ok: true, objects };
  for (const renderer of renderers?.kind === "list" ? renderers.items : []) {
    const kustomize = fieldOf(renderer, "kustomize");
    if (kustomize?.kind === "map" && rendered.ok) rendered = kustomized(rendered.objects, kustomize);
  }
  return rendered;
}

function kustomized(objects: readonly Mapping[], kustomize: Mapping): Rendered {
  const tree = treeOf({ [PRINTED]: printDocuments(objects) });
  const resources = sequenceAt(NOWHERE, [scalarAt(NOWHERE, PRINTED, "!!str", "QUOTE_DOUBLE")]);
  const own = kustomize.entries.filter(({ key }) => KUSTOMIZE_FIELDS.includes(key));
  const kustomization = mappingAt(NOWHERE, [entry("resources", resources), ...own]);
  const built = buildFolder(tree, "", { amend: () => kustomization, order: "none" });
  return built.ok ? { ok: true, objects: built.objects } : { ok: false, refusal: built.refusal };
}

function finished(node: Mapping, release: Mapping, namespace: string): Mapping {
  const metadata = fieldOf(node, "metadata");
  if (metadata?.kind !== "map") return node;
  const isPlaced = textOf(fieldOf(metadata, "namespace")) !== "" || isClusterScoped(gvkOf(node));
  const placed = isPlaced ? metadata : withEntry(metadata, "namespace", text(namespace));
  const labels = fieldOf(placed, "labels");
  let labelled = labels?.kind === "map" ? labels : mappingAt(NOWHERE, []);
  for (const part of ["name", "namespace"]) {
    const value = textOf(nodeAt(release, "metadata", part)) || "default";
    labelled = withEntry(labelled, `helm.toolkit.fluxcd.io/${part}`, text(value));
  }
  return withCommonMetadata(withEntry(node, "metadata", withEntry(placed, "labels", labelled)), release);
}

function text(value: string): Node {
  return scalarAt(NOWHERE, value, "!!str", "QUOTE_DOUBLE");
}

function entry(key: string, value: Node): Entry {
  return { key, keyTag: "!!str", keyStart: 0, value };
}
