import type { Json } from "../../signal/object.ts";
import { valueAt } from "../path.ts";

/** The text at a path; null where there is none, or an empty one. */
export function textAt(root: Json | undefined, ...path: readonly string[]): string | null {
  const value = valueAt(root, path);
  return typeof value === "string" && value !== "" ? value : null;
}

/** Whether `true` stands at a path. */
export function isTrueAt(root: Json | undefined, ...path: readonly string[]): boolean {
  return valueAt(root, path) === true;
}

/** The list at a path; empty where there is none. */
export function listAt(root: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const value = valueAt(root, path);
  return Array.isArray(value) ? value : [];
}

/** The texts of the map at a path; a number or boolean stands as the text it is printed as. */
export function textsAt(root: Json | undefined, ...path: readonly string[]): Readonly<Record<string, string>> {
  const value = valueAt(root, path);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  const texts = Object.entries(value).filter(([, text]) => typeof text !== "object");
  return Object.fromEntries(texts.map(([key, text]) => [key, String(text)]));
}
