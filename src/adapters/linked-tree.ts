import { compareBytes, type FileTree, type TreeEntry } from "../manifest/tree.ts";

/** Files and folders as they are stored, links not followed. Paths are POSIX, relative to the root. */
export type StoredTree = {
  readonly list: (folder: string) => readonly StoredEntry[] | undefined;
  readonly read: (file: string) => Uint8Array | undefined;
  /** Where a link leads to, as it is written in the link. */
  readonly target: (link: string) => string | undefined;
};

/** One stored entry of a folder. */
export type StoredEntry = { readonly name: string; readonly type: "file" | "folder" | "link" };

// Four links deep: more than any real repository nests, and few enough that a walk over a hostile tree ends.
const MOST_LINKS = 4;

type Place = {
  readonly type: "file" | "folder";
  /** The path without links. */
  readonly real: string;
  /** Every folder on the way, so that a link back into one of them ends there. */
  readonly way: readonly string[];
  readonly links: number;
};

const ROOT: Place = { type: "folder", real: "", way: [""], links: 0 };

/** A tree whose links are followed as long as they stay within it; `.git` is no part of it. */
export function linkedTree(stored: StoredTree): FileTree {
  const places = new Map<string, Place | undefined>([["", ROOT]]);
  const listed = new Map<string, readonly TreeEntry[] | undefined>();
  const entries = new Map<string, ReadonlyMap<string, StoredEntry> | undefined>();

  const entriesOf = (real: string): ReadonlyMap<string, StoredEntry> | undefined =>
    remember(entries, real, () => {
      const found = stored.list(real)?.filter(({ name }) => name !== ".git");
      return found && new Map(found.map((entry) => [entry.name, entry]));
    });

  const placeOf = (path: string): Place | undefined =>
    remember(places, path, () => {
      const slash = path.lastIndexOf("/");
      const from = placeOf(slash < 0 ? "" : path.slice(0, slash));
      return from && step(from, path.slice(slash + 1));
    });

  const step = (from: Place, name: string): Place | undefined => {
    if (from.type !== "folder") return undefined;
    const entry = entriesOf(from.real)?.get(name);
    if (entry === undefined) return undefined;
    const real = join(from.real, name);
    if (entry.type === "link") return follow(from, real);
    return { type: entry.type, real, way: entry.type === "folder" ? [...from.way, real] : from.way, links: from.links };
  };

  const follow = (from: Place, link: string): Place | undefined => {
    const target = stored.target(link);
    const path = target === undefined ? undefined : normalise(from.real, target);
    if (path === undefined || from.links >= MOST_LINKS) return undefined;
    let place: Place | undefined = { ...ROOT, links: from.links + 1 };
    for (const name of path === "" ? [] : path.split("/")) place = place && step(place, name);
    if (place?.type !== "folder") return place;
    return from.way.includes(place.real) ? undefined : { ...place, way: [...from.way, place.real] };
  };

  const list = (folder: string): readonly TreeEntry[] | undefined =>
    remember(listed, folder, () => {
      const place = placeOf(folder);
      if (place?.type !== "folder") return undefined;
      return [...(entriesOf(place.real)?.values() ?? [])]
        .map(({ name, type }): TreeEntry => {
          if (type !== "link") return { name, type };
          const target = placeOf(join(folder, name))?.type;
          return target === undefined ? { name, type: "link-outside" } : { name, type: target, isLink: true };
        })
        .sort((a, b) => compareBytes(a.name, b.name));
    });

  const bytes = new Map<string, Uint8Array | undefined>();
  const read = (path: string): Uint8Array | undefined => {
    const place = placeOf(path);
    return place?.type === "file" ? remember(bytes, place.real, () => stored.read(place.real)) : undefined;
  };
  return { read, list };
}

function remember<V>(memory: Map<string, V>, key: string, make: () => V): V {
  const known = memory.get(key);
  if (known !== undefined || memory.has(key)) return known as V;
  const made = make();
  memory.set(key, made);
  return made;
}

function join(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** The path that `target` means when it stands in a link in `folder`, or undefined where it leaves the root. */
function normalise(folder: string, target: string): string | undefined {
  if (target.startsWith("/")) return undefined;
  const steps = folder === "" ? [] : folder.split("/");
  for (const step of target.split("/")) {
    if (step === "" || step === ".") continue;
    if (step !== "..") steps.push(step);
    else if (steps.pop() === undefined) return undefined;
  }
  return steps.join("/");
}
