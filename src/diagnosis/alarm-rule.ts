import { isList, isMap } from "../manifest/json.ts";
import type { Json, JsonMap, KubernetesObject } from "../signal/object.ts";
import type { Lookup } from "./lookup.ts";
import { textAt } from "./read.ts";

const KINDS = ["monitoring.coreos.com/PrometheusRule", "operator.victoriametrics.com/VMRule"];

/** The one object that says when an alert of this name fires; undefined where none does, or more than one. */
export function definingRule(lookup: Lookup, alert: string): KubernetesObject | undefined {
  const defining = KINDS.flatMap((kind) => lookup.all(kind)).filter(({ spec }) => entryOf(spec, alert) !== undefined);
  const [only, ...others] = defining;
  return others.length === 0 ? only : undefined;
}

/** Whether an object says when alerts fire. */
export function isAlarmRule({ kind }: { readonly kind: string }): boolean {
  return KINDS.some((known) => known.endsWith(`/${kind}`));
}

/** What a value, such as a list of rules, says of an alert. */
export function entryOf(value: Json | undefined, alert: string): JsonMap | undefined {
  if (isMap(value) && textAt(value, "alert") === alert) return value;
  const inner = isList(value) ? value : isMap(value) ? Object.values(value) : [];
  for (const each of inner) {
    const found = entryOf(each, alert);
    if (found !== undefined) return found;
  }
  return undefined;
}
