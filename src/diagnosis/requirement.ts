import type { Json, JsonMap } from "../signal/object.ts";
import { listAt, selects, textAt, textsAt } from "./read.ts";

/** Whether labels, or fields, meet one requirement of a selector (Kubernetes API, LabelSelectorRequirement). */
export function meetsRequirement(labels: Readonly<Record<string, string>>, expression: Json | undefined): boolean {
  const value = labels[textAt(expression, "key") ?? ""];
  const values = listAt(expression, "values");
  switch (textAt(expression, "operator")) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return Number(value) > Number(values[0]);
    case "Lt":
      return Number(value) < Number(values[0]);
    default:
      return false;
  }
}

/** Whether labels meet a whole label selector; an empty one takes everything. */
export function matchesSelector(selector: JsonMap, labels: Readonly<Record<string, string>>): boolean {
  if (!selects(textsAt(selector, "matchLabels"), labels)) return false;
  return listAt(selector, "matchExpressions").every((expression) => meetsRequirement(labels, expression));
}
