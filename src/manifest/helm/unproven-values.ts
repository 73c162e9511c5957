import type { Json, KubernetesObject } from "../../signal/object.ts";
import { originOfPlace } from "../flux/place.ts";
import type { Origin } from "../origin.ts";
import { type FieldPath, valueAt } from "../path.ts";
import { treeOf, withFiles } from "../tree.ts";
import { fieldOf, type Node, nodeAt } from "../yaml/node.ts";
import { jsonOf } from "../yaml/value.ts";
import { type ChartFolder, valuesIn } from "./chart-folder.ts";
import { valuesPathText } from "./field-search.ts";
import type { Plan, Release } from "./release.ts";
import { TemplateSearch } from "./template-search.ts";
import { leavesOfValues, type ValuesLeaf } from "./values-leaf.ts";

/** The values that look as if they set a field, told from what the templates say alone: nothing was rendered. */
export type UnprovenValues = {
  /** The id of the release whose values they are. */
  readonly release: string;
  readonly candidates: readonly UnprovenValue[];
  /** Whether there is one, and nothing else in the templates looks as if it set the field. */
  readonly isAlone: boolean;
};

/** One such value by its path in the values, and its bytes. */
type UnprovenValue = { readonly name: string; readonly origin: Origin };

// What changes objects after the templates have made them.
const LATER = ["postRenderers", "commonMetadata"];

/**
 * Looks for the values behind a scalar field of a live object in the text of the chart's templates: those whose text
 * stands in the field, and of which a line speaks that writes such a field.
 */
export function unprovenValues(
  { node, kustomization }: Release,
  plan: Plan,
  object: KubernetesObject,
  path: FieldPath,
): UnprovenValues {
  const { chart, values } = plan;
  const [field, key] = [valueAt(object, path), path.at(-1)];
  if (field === undefined || field === null || typeof field === "object" || typeof key !== "string")
    return { release: kustomization.id, candidates: [], isAlone: false };
  const leaves = leavesOfValues(values);
  const all = [...leaves, ...leavesOfSchema(chart, jsonOf(values))];
  const search = new TemplateSearch(chart.files, all, { kind: object.kind, path, text: String(field) });
  const candidates = [...search.found].flatMap(({ path: at, node: value }): readonly UnprovenValue[] => {
    const origin = originOfPlace(value);
    return origin === undefined ? [] : [{ name: valuesPathText(at), origin }];
  });
  const isSure = !search.isOpen && LATER.every((step) => nodeAt(node, "spec", step) === undefined);
  return {
    release: kustomization.id,
    candidates,
    isAlone: isSure && search.found.size === 1 && candidates.length === 1,
  };
}

/** What the chart's schema says of values that nobody sets: templates often fall back to what it names as default. */
function leavesOfSchema({ files, places }: ChartFolder, values: Json): readonly ValuesLeaf[] {
  const [bytes, file] = [files.get("values.schema.json"), places.get("values.schema.json")];
  if (bytes === undefined || file === undefined) return [];
  return defaultsIn(valuesIn(withFiles(treeOf({}), new Map([[file, bytes]])), file), []).filter(
    ({ path }) => valueAt(values, path) === undefined,
  );
}

function defaultsIn(schema: Node | undefined, path: FieldPath): readonly ValuesLeaf[] {
  const node = fieldOf(schema, "default");
  const own = node?.kind === "scalar" && path.length > 0 ? [{ path, node, value: jsonOf(node) }] : [];
  const properties = fieldOf(schema, "properties");
  const inner = properties?.kind === "map" ? properties.entries : [];
  return [...own, ...inner.flatMap(({ key, value }) => defaultsIn(value, [...path, key]))];
}
