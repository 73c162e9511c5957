import { fieldOf, isNull, type Mapping, mapChildren, type Node, type Place, textOf, withEntry } from "../yaml/node.ts";
import { type FieldSpec, fieldSpec } from "./field-spec.ts";
import { gvkOf, idText, keyOf } from "./id.ts";
import { refuse } from "./refused.ts";
import type { Resources } from "./resources.ts";
import { changeFields, emptyNode, type NewText, writeText } from "./set-field.ts";

/** What a namespace step writes, and where. */
export type NamespaceStep = {
  readonly namespace: string;
  readonly place: Place;
  readonly fieldSpecs: readonly FieldSpec[];
  /** Only where no namespace is said yet. */
  readonly unsetOnly: boolean;
  /** Which subjects of role bindings get it. */
  readonly subjects: "defaultOnly" | "allServiceAccounts" | "none";
};

const NAMESPACE = fieldSpec("metadata/namespace", {}, true);
const BINDINGS = new Set(["RoleBinding", "ClusterRoleBinding"]);

/** Puts every resource into a namespace; two that become one are refused. */
export function setNamespace(resources: Resources, step: NamespaceStep): void {
  if (step.namespace === "") return;
  const counts = new Map<string, number>();
  const count = (key: string, by: number): number => {
    const sum = (counts.get(key) ?? 0) + by;
    counts.set(key, sum);
    return sum;
  };
  for (const { id } of resources.all) count(keyOf(id), 1);
  for (const resource of resources.all) {
    if (resource.node === undefined) continue;
    count(keyOf(resource.id), -1);
    resource.rememberId();
    const { isClusterScoped } = resource.id;
    resource.change((node) => inNamespace(node, step, isClusterScoped));
    if (count(keyOf(resource.id), 1) > 1) {
      refuse("DUPLICATE_ID", `namespace transformation produces ID conflict: ${idText(resource.id)}`, step.place);
    }
  }
}

function inNamespace(object: Mapping, step: NamespaceStep, isClusterScoped: boolean): Mapping {
  const text: NewText = { text: step.namespace, tag: "!!str", place: step.place };
  const set = (node: Node): Node => (step.unsetOnly && hasText(node) ? node : writeText(node, text));
  const create = { kind: "scalar", place: step.place } as const;
  const gvk = gvkOf(object);
  let changed = isClusterScoped ? object : changeFields(object, NAMESPACE, set, create);
  if (BINDINGS.has(gvk.kind)) changed = withSubjects(changed, step, set);
  for (const spec of step.fieldSpecs) {
    if (isHandledApart(spec, object, gvk.kind)) continue;
    changed = changeFields(changed, spec, set, create);
  }
  return changed;
}

function isHandledApart(spec: FieldSpec, object: Mapping, kind: string): boolean {
  if (spec.path === "metadata/namespace") return true;
  if (spec.path === "metadata/name") return textOf(fieldOf(object, "apiVersion")) !== "v1";
  return BINDINGS.has(kind) && BINDINGS.has(spec.kind) && spec.path === "subjects/namespace";
}

function hasText(node: Node): boolean {
  return node.kind === "scalar" && !isNull(node) && node.text !== "";
}

function withSubjects(object: Mapping, { subjects, place }: NamespaceStep, set: (node: Node) => Node): Mapping {
  const list = fieldOf(object, "subjects");
  if (subjects === "none" || list === undefined || isNull(list)) return object;
  if (list.kind !== "list") return refuse("WRONG_TYPE", "wrong node kind: expected SequenceNode in subjects", list);
  const [key, value] = subjects === "defaultOnly" ? ["name", "default"] : ["kind", "ServiceAccount"];
  const changed = mapChildren(list, (subject) => {
    const found = fieldOf(subject, key);
    if (subject.kind !== "map" || found === undefined || isNull(found) || textOf(found) !== value) return subject;
    const namespace = fieldOf(subject, "namespace") ?? emptyNode({ kind: "scalar", place });
    return withEntry(subject, "namespace", set(namespace));
  });
  return withEntry(object, "subjects", changed);
}
