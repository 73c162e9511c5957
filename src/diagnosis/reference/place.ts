import { isAtOrBelow } from "./moved.ts";

/** The one folder that ends as the lost one does and lies below what names it: a tree moves with what leads into it. */
export function placeBelow(wanted: string, own: readonly string[], folders: readonly string[]): string | undefined {
  const tail = tailOf(wanted);
  if (tail === undefined) return undefined;
  const below = folders.filter((folder) => tailOf(folder) === tail && own.some((top) => lies(folder, top)));
  return onlyOne(below);
}

/** The one folder to which the same way leads from the top, or from below a top folder that is not there. */
export function placeFromTop(wanted: string, folders: readonly string[]): string | undefined {
  const [top = ""] = wanted.split("/");
  const isTopThere = folders.some((folder) => isAtOrBelow(folder, top));
  if (isTopThere || tailOf(wanted) === undefined) return undefined;
  return onlyOne(folders.filter((folder) => endsWith(folder, wanted) || endsWith(wanted, folder)));
}

// One step alone, such as `app`, is what many ways end with.
function tailOf(path: string): string | undefined {
  const steps = path.split("/");
  return steps.length < 2 ? undefined : steps.slice(-2).join("/");
}

function endsWith(path: string, tail: string): boolean {
  return tailOf(tail) !== undefined && path.endsWith(`/${tail}`);
}

function lies(folder: string, top: string): boolean {
  return top !== "" && folder !== top && isAtOrBelow(folder, top);
}

function onlyOne(places: readonly string[]): string | undefined {
  return places.length === 1 ? places[0] : undefined;
}
