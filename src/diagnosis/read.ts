import { isList, isMap } from "../manifest/json.ts";
import { type FieldPath, valueAt } from "../manifest/path.ts";
import type { Json, JsonMap } from "../signal/object.ts";

/** The text at a path of something read from a cluster or a file; undefined where there is none. */
export function textAt(value: Json | undefined, ...path: FieldPath): string | undefined {
  const found = valueAt(value, path);
  return typeof found === "string" ? found : undefined;
}

/** The number at a path, undefined where there is none. */
export function numberAt(value: Json | undefined, ...path: FieldPath): number | undefined {
  const found = valueAt(value, path);
  return typeof found === "number" ? found : undefined;
}

/** The list at a path; empty where there is none. */
export function listAt(value: Json | undefined, ...path: FieldPath): readonly Json[] {
  const found = valueAt(value, path);
  return isList(found) ? found : [];
}

/** The map at a path; empty where there is none. */
export function mapAt(value: Json | undefined, ...path: FieldPath): JsonMap {
  const found = valueAt(value, path);
  return isMap(found) ? found : {};
}

/** The texts of a map at a path, such as labels or a selector; values that are no text are left out. */
export function textsAt(value: Json | undefined, ...path: FieldPath): Readonly<Record<string, string>> {
  const entries = Object.entries(mapAt(value, ...path));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** Whether every label of a selector is among the labels. */
export function selects(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

/** One condition of an object's status. */
export type Condition = {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly at: string | null;
  /** When it was last written, where the kind says so: a Deployment's rollout that was done, for one. */
  readonly toldAt: string | null;
};

/** The conditions of an object's status, as the API server keeps them. */
export function conditionsOf(object: Json | undefined): readonly Condition[] {
  return listAt(object, "status", "conditions").map(readCondition);
}

/** The condition of this type, undefined where the object has none. */
export function conditionOf(object: Json | undefined, type: string): Condition | undefined {
  const found = listAt(object, "status", "conditions").find((condition) => textAt(condition, "type") === type);
  return found === undefined ? undefined : readCondition(found);
}

function readCondition(condition: Json): Condition {
  return {
    type: textAt(condition, "type") ?? "",
    status: textAt(condition, "status") ?? "",
    reason: textAt(condition, "reason") ?? "",
    message: textAt(condition, "message") ?? "",
    at: textAt(condition, "lastTransitionTime") ?? textAt(condition, "lastUpdateTime") ?? null,
    toldAt: textAt(condition, "lastUpdateTime") ?? textAt(condition, "lastTransitionTime") ?? null,
  };
}
