import type { Commit, History } from "../../evidence/commit.ts";
import { isKustomizationFile } from "../../manifest/kustomize/kustomization-file.ts";
import { folderOf } from "../file-path.ts";
import { isKinName } from "./kin.ts";
import { isAdded, isAtOrBelow, movedTo } from "./moved.ts";
import { nearestName } from "./nearest.ts";
import { placeBelow, placeFromTop } from "./place.ts";
import type { Resolution } from "./resolution.ts";
import { commitsSince } from "./since.ts";

/** What is asked about a file or folder that a manifest names and that is not there. */
export type MissingFile = {
  /** Relative to the repository's root. */
  readonly path: string;
  /** Whether a file or folder of the present tree could stand in its place: it is there, builds, and is not listed already. */
  readonly isFree: (path: string) => boolean;
  /** Every path of the present tree that is of the wanted sort (file, or folder that builds). */
  readonly candidates: Iterable<string>;
  /** Whether a commit made another one list what it moved there: named here too, it would be built twice. */
  readonly isTakenOver?: (path: string, commit: Commit) => boolean;
  /** Where the same way leads from other folders above: `../` may be written once too often, or too seldom. */
  readonly fromOtherHeights?: readonly string[];
  /** The folders of the files that name it: of places that come equally near, the one below them is meant. */
  readonly beside?: readonly string[];
  /** The commit that wrote the reference, where one is known: what happened to its target before that is not its story. */
  readonly introduced?: Commit | undefined;
};

/** What a missing file or folder was meant to be, told by what commits did to it, or else by its name. */
export function resolveFile(history: History, missing: MissingFile): Resolution {
  const since = commitsSince(history, missing.introduced);
  const at = since.findIndex((commit) => takesAway(commit, missing.path));
  const removal = since[at];
  return removal === undefined ? byName(missing) : afterRemoval(removal, since.slice(0, at), missing);
}

function takesAway(commit: Commit, path: string): boolean {
  return commit.files.some((file) => file.after === null && isAtOrBelow(file.path, path));
}

function afterRemoval(commit: Commit, later: readonly Commit[], missing: MissingFile): Resolution {
  const moved = movedTo(commit, missing.path);
  if (moved.size === 1) {
    const [to = ""] = moved;
    if (missing.isTakenOver?.(to, commit) === true) return { is: "remove", commit, heir: to };
    if (missing.isFree(to)) return { is: "follow", to, basis: "moved", commit };
    return { is: "remove", commit };
  }
  const isFile = commit.files.some((file) => file.path === missing.path);
  const places = [commit, ...later]
    .flatMap(({ files }) => files.filter(isAdded))
    .flatMap((file) => placesOf(file.path, missing.path, isFile));
  const added = [...new Set(places)];
  const [only, ...others] = added.filter(missing.isFree);
  if (only === undefined) return besideOf(missing, commit) ?? { is: "remove", commit };
  if (others.length === 0) return { is: "follow", to: only, basis: "successor", commit };
  return {
    is: "unclear",
    because: `commit ${commit.hash.slice(0, 8)} removed ${missing.path} and ${added.length} things were added that could take its place`,
    commit,
  };
}

/** One commit may add the new folder, and the next one remove the old: it then stands beside what names it. */
function besideOf(missing: MissingFile, commit: Commit): Resolution | undefined {
  const [only, ...others] = [...missing.candidates].filter(
    (path) => missing.isFree(path) && isBeside(path, missing) && differsInOneStep(path, missing.path),
  );
  if (only === undefined || others.length > 0 || isForOtherPlace(only, missing.path)) return undefined;
  return { is: "follow", to: only, basis: "nearest-name", commit };
}

function isBeside(path: string, { beside = [] }: MissingFile): boolean {
  return beside.some((own) => own !== "" && isAtOrBelow(path, own));
}

/** A new file stands in for a missing one in its folder or of its name; a new folder for a missing one of almost its name. */
function placesOf(added: string, missing: string, isFile: boolean): string[] {
  if (isFile) return folderOf(added) === folderOf(missing) || nameOf(added) === nameOf(missing) ? [added] : [];
  const steps = added.split("/");
  const depth = missing.split("/").length;
  if (steps.length <= depth) return [];
  const place = steps.slice(0, depth).join("/");
  return isKinPath(place, missing) ? [place] : [];
}

function byName(missing: MissingFile): Resolution {
  const { introduced, fromOtherHeights = [] } = missing;
  const [only, ...others] = fromOtherHeights.filter(missing.isFree);
  if (only !== undefined && others.length === 0) return { is: "follow", to: only, basis: "other-height", commit: null };
  const touched = [...missing.candidates].filter((path) =>
    introduced?.files.some((file) => file.after !== null && isAtOrBelow(file.path, path)),
  );
  const together = touched.length > 0 ? nearestPath({ ...missing, candidates: touched }) : undefined;
  if (together?.is === "follow") return together;
  const nearest = nearestPath(missing);
  return nearest.is === "follow" ? nearest : (leftOut(missing) ?? nearest);
}

/** The only file of its sort that the commit which wrote the reference added there, and that nothing lists. */
function leftOut({ path, introduced, isFree }: MissingFile): Resolution | undefined {
  const sort = sortOf(path);
  const added = (introduced?.files ?? []).filter(isAdded).map((file) => file.path);
  const beside = added.filter((other) => folderOf(other) === folderOf(path) && !isKustomizationFile(other));
  const [only, ...others] = beside.filter((other) => sortOf(other) === sort && isFree(other) && isPlain(other));
  if (sort === "" || only === undefined || others.length > 0) return undefined;
  return { is: "follow", to: only, basis: "left-out", commit: null };
}

function sortOf(path: string): string {
  return /\.\w+$/.exec(nameOf(path))?.[0] ?? "";
}

function nearestPath(missing: MissingFile): Resolution {
  const folder = folderOf(missing.path);
  const name = missing.path.slice(folder === "" ? 0 : folder.length + 1);
  const free = [...missing.candidates].filter((path) => missing.isFree(path) && isPlain(path));
  const siblings = free
    .filter((path) => folderOf(path) === folder)
    .map((path) => path.slice(folder === "" ? 0 : folder.length + 1));
  const sibling = nearestName(name, siblings);
  if (sibling !== undefined) {
    return { is: "follow", to: folder === "" ? sibling : `${folder}/${sibling}`, basis: "nearest-name", commit: null };
  }
  const near = free.filter((path) => differsInOneStep(path, missing.path));
  const beside = near.filter((path) => isBeside(path, missing));
  const [only, ...others] = beside.length > 0 ? beside : near;
  if (only !== undefined && others.length === 0 && !isForOtherPlace(only, missing.path))
    return { is: "follow", to: only, basis: "nearest-name", commit: null };
  const same = placeBelow(missing.path, missing.beside ?? [], free) ?? placeFromTop(missing.path, free);
  if (same !== undefined) return { is: "follow", to: same, basis: "same-way", commit: null };
  const because =
    others.length > 0 ? `${others.length + 1} places come equally near` : "nothing in the repository comes near it";
  return { is: "unclear", because: `${missing.path} is not there, and ${because}`, commit: null };
}

/** `apps/storage/cache/app` for `apps/system/cache/app` or `apps/cache/app`: one folder on the way is another, too many or too few. */
function differsInOneStep(a: string, b: string): boolean {
  const [longer, shorter] = [a.split("/"), b.split("/")].sort((x, y) => y.length - x.length);
  if (longer === undefined || shorter === undefined || shorter.length < 3) return false;
  if (longer.at(-1) !== shorter.at(-1)) return false;
  if (longer.length === shorter.length) return longer.filter((step, at) => step !== shorter[at]).length === 1;
  return longer.some((_, at) => longer.toSpliced(at, 1).join("/") === shorter.join("/"));
}

// Words that tell where something runs: what is for one place is not meant for another.
const PLACES =
  /^(?:dev|development|test|testing|qa|uat|stage|staging|preprod|prod|production|live|eu|us|ap|asia|emea|apac|north|south|east|west|central)$/;

function isForOtherPlace(one: string, other: string): boolean {
  const [here, there] = [one, other].map((path) =>
    path
      .split(/[-_./]/)
      .filter((word) => PLACES.test(word))
      .join(),
  );
  return here !== there;
}

/** One step of the way has another name, which tells of the same thing; a whole new name may be another thing's. */
function isKinPath(a: string, b: string): boolean {
  const [x, y] = [a.split("/"), b.split("/")];
  const different = x.flatMap((step, at) => (step === y[at] ? [] : [[step, y[at] ?? ""] as const]));
  return different.length === 1 && different.every(([one, other]) => isKinName(one, other));
}

// A blank at either end is a slip itself.
function isPlain(path: string): boolean {
  return nameOf(path) === nameOf(path).trim();
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
