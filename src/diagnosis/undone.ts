import { isList, isMap } from "../manifest/json.ts";
import { itemSelector } from "../manifest/path.ts";
import type { Json } from "../signal/object.ts";
import type { Suspect } from "./suspects.ts";

/** An object as it would be with these changes undone; what a path does not lead to is left as it is. */
export function undone(object: Json, suspects: readonly Suspect[]): Json {
  return suspects.reduce((value, suspect) => put(value, [...suspect.path], suspect.from), object);
}

function put(value: Json, path: readonly (string | number)[], to: Json | undefined): Json {
  const [step, ...rest] = path;
  if (step === undefined) return to ?? null;
  if (isList(value)) return putItem(value, { step, rest }, to);
  const map = isMap(value) ? value : {};
  if (rest.length === 0 && to === undefined)
    return Object.fromEntries(Object.entries(map).filter(([key]) => key !== String(step)));
  return { ...map, [step]: put(map[step] ?? (isListStep(rest[0]) ? [] : {}), rest, to) };
}

type At = { readonly step: string | number; readonly rest: readonly (string | number)[] };

function putItem(items: readonly Json[], { step, rest }: At, to: Json | undefined): Json {
  const selector = itemSelector(step);
  const at =
    selector === undefined
      ? Number(step)
      : items.findIndex((item) => isMap(item) && String(item[selector.key]) === selector.value);
  if (rest.length === 0 && to === undefined) return items.filter((_, index) => index !== at);
  if (at < 0 || at >= items.length) return to === undefined || rest.length > 0 ? items : [...items, to];
  return items.map((item, index) => (index === at ? put(item, rest, to) : item));
}

function isListStep(step: string | number | undefined): boolean {
  return typeof step === "number" || (step !== undefined && itemSelector(step) !== undefined);
}
