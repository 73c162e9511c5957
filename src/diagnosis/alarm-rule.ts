import { isList, isMap } from "../manifest/json.ts";
import type { Json, JsonMap, KubernetesObject } from "../signal/object.ts";
import { textAt } from "./read.ts";

const ALARM_KINDS = ["monitoring.coreos.com/PrometheusRule", "operator.victoriametrics.com/VMRule"];

type RulesByAlert = ReadonlyMap<string, ReadonlySet<KubernetesObject>>;

/** The objects of a world that say when alerts fire, by the alerts' names. */
export function rulesByAlert(objectsOf: (kind: string) => readonly KubernetesObject[]): RulesByAlert {
  const rules = new Map<string, Set<KubernetesObject>>();
  for (const rule of ALARM_KINDS.flatMap(objectsOf))
    for (const alert of alertsIn(rule.spec)) rules.set(alert, (rules.get(alert) ?? new Set()).add(rule));
  return rules;
}

/** Whether an object says when alerts fire. */
export function isAlarmRule({ kind }: { readonly kind: string }): boolean {
  return ALARM_KINDS.some((known) => known.endsWith(`/${kind}`));
}

/** What a value, such as a list of rules, says of an alert. */
export function entryOf(value: Json | undefined, alert: string): JsonMap | undefined {
  if (isMap(value) && textAt(value, "alert") === alert) return value;
  for (const each of within(value)) {
    const found = entryOf(each, alert);
    if (found !== undefined) return found;
  }
  return undefined;
}

function alertsIn(value: Json | undefined): readonly string[] {
  const alert = isMap(value) ? textAt(value, "alert") : undefined;
  return [...(alert === undefined ? [] : [alert]), ...within(value).flatMap(alertsIn)];
}

function within(value: Json | undefined): readonly (Json | undefined)[] {
  return isList(value) ? value : isMap(value) ? Object.values(value) : [];
}
