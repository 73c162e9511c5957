import { asWay, fieldOf, type Mapping, textOf } from "../yaml/node.ts";
import type { FieldSpec } from "./field-spec.ts";
import { gvkText, isSelected } from "./id.ts";
import { refuse } from "./refused.ts";
import type { Resources } from "./resources.ts";
import { changeFields, writeText } from "./set-field.ts";

/** One entry of `replicas`, as kustomization.yaml has it. */
export type ReplicasStep = { readonly entry: Mapping; readonly fieldSpecs: readonly FieldSpec[] };

/** Writes a count into the workloads of that name; an entry that finds none is refused. */
export function setReplicas(resources: Resources, { entry, fieldSpecs }: ReplicasStep): void {
  const name = textOf(fieldOf(entry, "name"));
  const count = fieldOf(entry, "count");
  const place = asWay(count ?? entry, "replicas");
  const text = { text: count === undefined ? "0" : textOf(count), tag: "!!int", place };
  let isFound = false;
  for (const spec of fieldSpecs) {
    for (const resource of resources.matching((id) => id.name === name && isSelected(id, spec))) {
      isFound = true;
      resource.change((node) =>
        changeFields(node, spec, (replicas) => writeText(replicas, text), { kind: "scalar", place }),
      );
    }
  }
  if (!isFound) {
    const kinds = fieldSpecs.map(gvkText).join(" ");
    const message = `resource with name ${name} does not match a config with the following GVK [${kinds}]`;
    refuse("NO_TARGET", message, entry);
  }
}
