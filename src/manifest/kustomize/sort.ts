import { fieldOf, type Mapping, type Node, textOf } from "../yaml/node.ts";
import { KIND_ORDER, kindRank } from "./configuration.ts";
import { type Gvk, gvkText, type ResourceId } from "./id.ts";
import { refuse } from "./refused.ts";
import type { Resources } from "./resources.ts";

/** Puts the resources in the order in which they are printed: what `sortOptions` says, else kustomize's own. */
export function sortResources(resources: Resources, kustomization: Mapping, isSortedElse: boolean): void {
  const options = fieldOf(kustomization, "sortOptions");
  if (options === undefined) {
    if (isSortedElse) byKind(resources, KIND_ORDER);
    return;
  }
  const order = textOf(fieldOf(options, "order"));
  const legacy = fieldOf(options, "legacySortOptions");
  if (order !== "legacy" && order !== "fifo") {
    refuse("BAD_SORT", "the field 'sortOptions.order' must be one of [fifo, legacy]", options);
  }
  if (order === "legacy")
    byKind(
      resources,
      legacy === undefined ? KIND_ORDER : { first: kindsIn(legacy, "orderFirst"), last: kindsIn(legacy, "orderLast") },
    );
  else if (legacy !== undefined) {
    refuse(
      "BAD_SORT",
      "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'",
      legacy,
    );
  }
}

function kindsIn(options: Node, key: string): readonly string[] {
  const list = fieldOf(options, key);
  return list?.kind === "list" ? list.items.map(textOf) : [];
}

type Order = { readonly first: readonly string[]; readonly last: readonly string[] };

function byKind(resources: Resources, order: Order): void {
  resources.sort((a, b) => compareIds(a.id, b.id, order));
}

function compareIds(a: ResourceId, b: ResourceId, order: Order): number {
  const rank = kindRank(a.kind, order) - kindRank(b.kind, order);
  if (rank !== 0) return rank;
  if (gvkText(a) !== gvkText(b)) {
    const isNamespaces = a.kind === "Namespace" && b.kind === "Namespace" && (a.group === "" || b.group === "");
    // The core Namespace comes first although its empty group sorts behind others.
    return isNamespaces ? compareTexts(sortText(b), sortText(a)) : compareTexts(sortText(a), sortText(b));
  }
  return compareTexts(`${a.namespace || "~X"}|${a.name || "~N"}`, `${b.namespace || "~X"}|${b.name || "~N"}`);
}

function sortText({ group, version, kind }: Gvk): string {
  return `${group || "~G"}_${version || "~V"}_${kind || "~K"}`;
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
