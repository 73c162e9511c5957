import type { ObjectRef } from "../../signal/object.ts";
import { nearestName } from "./nearest.ts";

/**
 * The one candidate that a name is a slip away from; undefined where whoever asks for it is called so itself, as an Ingress
 * `order` that sends to Service `order`: then the name is meant, and only not there.
 */
export function slipOf(
  wanted: string,
  candidates: Iterable<string>,
  ...asking: readonly Pick<ObjectRef, "name">[]
): string | undefined {
  const isOwn = asking.some(({ name }) => name === wanted || name.startsWith(`${wanted}-`));
  return isOwn ? undefined : nearestName(wanted, candidates);
}
