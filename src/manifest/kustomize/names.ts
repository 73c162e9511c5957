import type { Place } from "../yaml/node.ts";
import type { FieldSpec } from "./field-spec.ts";
import { isSelected } from "./id.ts";
import type { Resource } from "./resource.ts";
import type { Resources } from "./resources.ts";
import { changeFields, writeText } from "./set-field.ts";

/** A text to put before or behind every name. */
export type AffixStep = {
  readonly at: "prefix" | "suffix";
  readonly text: string;
  readonly place: Place;
  readonly fieldSpecs: readonly FieldSpec[];
};

// Their names mean something to others: a prefix would break them.
const UNTOUCHED = [
  { kind: "CustomResourceDefinition" },
  { group: "apiregistration.k8s.io", kind: "APIService" },
  { kind: "Namespace" },
];

/** Renames every resource; the references to it follow at the end of the build. */
export function addAffix(resources: Resources, step: AffixStep): void {
  for (const resource of resources.all) {
    const id = resource.originalId;
    if (UNTOUCHED.some((selector) => isSelected(id, selector))) continue;
    for (const spec of step.fieldSpecs) if (isSelected(id, spec)) affixField(resource, spec, step);
  }
}

function affixField(resource: Resource, spec: FieldSpec, { at, text, place }: AffixStep): void {
  if (spec.path === "metadata/name" && text !== "") {
    if (at === "prefix") resource.prefixes = [...resource.prefixes, text];
    else resource.suffixes = [...resource.suffixes, text];
    resource.rememberId();
  }
  resource.change((node) =>
    changeFields(
      node,
      spec,
      (name) => {
        const old = name.kind === "scalar" ? name.text : "";
        return writeText(name, { text: at === "prefix" ? text + old : old + text, tag: "", place });
      },
      { kind: "scalar", place },
    ),
  );
}
