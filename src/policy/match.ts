import { groupOf, type ObjectRef } from "../signal/object.ts";
import type { ResourceRule } from "./definition.ts";
import type { ObjectOperation } from "./subject.ts";

/** Whether a rule speaks of this object and what happens to it. */
export function isMatched(rule: ResourceRule, ref: ObjectRef, operation: ObjectOperation): boolean {
  const has = (list: readonly string[], value: string): boolean => list.includes("*") || list.includes(value);
  const scope = ref.namespace === null ? "Cluster" : "Namespaced";
  return (
    has(rule.apiGroups, groupOf(ref.apiVersion)) &&
    has(rule.apiVersions, ref.apiVersion.slice(ref.apiVersion.indexOf("/") + 1)) &&
    has(rule.operations, operation) &&
    has(rule.resources, resourceOf(ref.kind)) &&
    has(rule.resourceNames ?? ["*"], ref.name) &&
    has([rule.scope ?? "*"], scope)
  );
}

// The name of a kind in the API's addresses: `networkpolicies` for NetworkPolicy.
function resourceOf(kind: string): string {
  const name = kind.toLowerCase();
  if (name === "endpoints") return name;
  if (/(s|x|ch|sh)$/.test(name)) return `${name}es`;
  return /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`;
}
