import type { ChangedFile, Commit } from "../../evidence/commit.ts";
import { isKustomizationFile } from "../../manifest/kustomize/kustomization-file.ts";
import { folderOf } from "../file-path.ts";
import { type Declared, declaredIn } from "./declared.ts";
import { hasWord, isKinName } from "./kin.ts";
import { movedTo } from "./moved.ts";
import { nearestName } from "./nearest.ts";
import { renamedAlike } from "./renaming.ts";
import type { MissingObject, Resolution } from "./resolution.ts";

/**
 * What became of an object that a commit took away: another where exactly one is told by what that commit and later ones
 * did, nothing where nothing hints at one, and unclear in between: an entry taken out that only had another name would
 * let things start too early.
 */
export function successorOf(removal: Commit, later: readonly Commit[], missing: MissingObject): Resolution {
  const since = [...later, removal];
  const lost = changedObjects(removal).removed.filter((object) => isNamed(object, missing));
  const added = addedOf(since, missing.kind).filter(({ name }) => name !== missing.name);
  const told = [
    { names: switchedTo(since, missing), basis: "changed-alike" },
    {
      names: namesOf(added.filter((object) => lost.some(({ gist }) => isTwin(gist, object, removal)))),
      basis: "moved",
    },
  ] as const;
  for (const { names, basis } of told) {
    const [only, ...others] = names;
    if (only === undefined) continue;
    if (others.length > 0) return severalOf(removal, missing, names);
    return followed(removal, missing, { to: only, basis });
  }
  return byKinship(removal, missing, { lost, added });
}

type Told = { readonly to: string; readonly basis: "changed-alike" | "moved" | "successor" };

function followed(commit: Commit, missing: MissingObject, { to, basis }: Told): Resolution {
  if (missing.named?.has(to) === true) return { is: "remove", commit };
  if (missing.candidates.includes(to)) return { is: "follow", to, basis, commit };
  const because = `${missing.kind} ${missing.name} seems to be called ${to} since commit ${short(commit)}, and that does not exist either`;
  return { is: "unclear", because, commit };
}

type Changed = { readonly lost: readonly Declared[]; readonly added: readonly Declared[] };

function byKinship(commit: Commit, missing: MissingObject, { lost, added }: Changed): Resolution {
  const kin = namesOf(added.filter(({ name }) => isKin(missing.name, name, missing.candidates)));
  const [only, ...others] = kin;
  if (only !== undefined && others.length === 0) return followed(commit, missing, { to: only, basis: "successor" });
  if (only !== undefined) return severalOf(commit, missing, kin);
  const [single, ...more] = namesOf(added);
  const isMoved = lost.some(({ gist }) => gist !== null && movedTo(commit, gist).size > 0);
  if (isMoved || isBesideMoved(commit, missing)) {
    const because = `commit ${short(commit)} removed ${missing.kind} ${missing.name} and moved what stood beside it elsewhere`;
    return { is: "unclear", because, commit };
  }
  if (single !== undefined && more.length === 0) {
    if ([missing.name, single].every((name) => hasWords(commit.subject, name))) {
      return followed(commit, missing, { to: single, basis: "successor" });
    }
    const because = `commit ${short(commit)} removed ${missing.kind} ${missing.name} and added ${single}, which may or may not take its place`;
    return { is: "unclear", because, commit };
  }
  return { is: "remove", commit };
}

function severalOf(commit: Commit, missing: MissingObject, names: readonly string[]): Resolution {
  const near = nearestName(
    missing.name,
    names.filter((name) => missing.candidates.includes(name)),
  );
  const alike = renamedAlike(missing.name, namesChangedBy(commit, missing.kind));
  const to = near ?? (alike !== undefined && names.includes(alike) ? alike : undefined);
  if (to !== undefined && missing.candidates.includes(to)) return { is: "follow", to, basis: "successor", commit };
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} others`] : names;
  const because = `commit ${short(commit)} removed ${missing.kind} ${missing.name} and added ${shown.join(", ")}, each of which could take its place`;
  return { is: "unclear", because, commit };
}

/** The names that commits wrote in the place of the lost one, in lines that are otherwise the same. */
function switchedTo(commits: readonly Commit[], missing: MissingObject): readonly string[] {
  // Where it was declared itself, its lines make room for any other object.
  const referring = commits
    .flatMap(({ files }) => files)
    .filter(({ before }) => before !== null && hasText(before, missing.name) && !declares(before, missing));
  return [...new Set(referring.flatMap((file) => switchedIn(file, missing)))];
}

function switchedIn({ before, after }: ChangedFile, { name, candidates }: MissingObject): readonly string[] {
  if (before === null || after === null) return [];
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const place = new RegExp(`^(.*?[\\s"':/])${escaped(name)}(["']?\\s*)$`);
  const places = [...old].filter((line) => !fresh.has(line)).map((line) => place.exec(line) ?? []);
  const isNew = (line: string): boolean => fresh.has(line) && !old.has(line);
  return candidates.filter((to) =>
    places.some(([whole, head = "", tail = ""]) => whole !== undefined && isNew(head + to + tail)),
  );
}

/** The same chart and images, address or folder; or a folder whose content the commit moved to the new one's. */
function isTwin(gist: string | null, { gist: other }: Declared, removal: Commit): boolean {
  if (gist === null || other === null) return false;
  return gist === other || movedTo(removal, gist).has(other);
}

/** Whether a subject names this, as a word of its own: `replace mailer with courier`. */
function hasWords(subject: string, name: string): boolean {
  return subject
    .toLowerCase()
    .split(/[^\w-]+/)
    .includes(name.toLowerCase());
}

/** Whether two names share a word that is not everybody's here. */
function isKin(a: string, b: string, names: readonly string[]): boolean {
  return isKinName(a, b, (word) => names.filter((name) => name !== b && hasWord(name, word)).length >= 3);
}

function addedOf(commits: readonly Commit[], kind: string): readonly Declared[] {
  return commits.flatMap((commit) => changedObjects(commit).added).filter((object) => object.kind === kind);
}

function namesChangedBy(commit: Commit, kind: string): Parameters<typeof renamedAlike>[1] {
  const { added, removed } = changedObjects(commit);
  const named = (objects: readonly Declared[]) => namesOf(objects.filter((object) => object.kind === kind));
  return { added: named(added), removed: named(removed) };
}

function namesOf(objects: readonly Declared[]): readonly string[] {
  return [...new Set(objects.map(({ name }) => name))];
}

/** Whether the commit moved what stood in the folder of the object's file elsewhere; its own file looks like any other's. */
function isBesideMoved(commit: Commit, missing: MissingObject): boolean {
  const gone = commit.files.filter(({ after }) => after === null);
  const own = gone.filter(({ before }) => before !== null && declares(before, missing));
  const others = {
    ...commit,
    files: commit.files.filter((file) => !own.includes(file) && !isKustomizationFile(file.path)),
  };
  return own.map(({ path }) => folderOf(path)).some((folder) => folder !== "" && movedTo(others, folder).size > 0);
}

/** Whether a commit removed the object, and did not only move it to another file. */
export function takesAway(commit: Commit, missing: MissingObject): boolean {
  const mentions = commit.files.some((file) => file.before !== null && hasText(file.before, missing.name));
  return mentions && changedObjects(commit).removed.some((object) => isNamed(object, missing));
}

function declares(bytes: Uint8Array, missing: MissingObject): boolean {
  return declaredIn(bytes).some((object) => isNamed(object, missing));
}

function isNamed(object: Declared, missing: MissingObject): boolean {
  return object.kind === missing.kind && object.name === missing.name;
}

const known = new WeakMap<Commit, { readonly added: readonly Declared[]; readonly removed: readonly Declared[] }>();

/** The objects that exist only after, and only before, a commit; one that moved to another file is neither. */
function changedObjects(commit: Commit): {
  readonly added: readonly Declared[];
  readonly removed: readonly Declared[];
} {
  const cached = known.get(commit);
  if (cached !== undefined) return cached;
  const before = commit.files.flatMap((file) => declaredIn(file.before));
  const after = commit.files.flatMap((file) => declaredIn(file.after));
  const found = { added: without(after, before), removed: without(before, after) };
  known.set(commit, found);
  return found;
}

function without(objects: readonly Declared[], others: readonly Declared[]): Declared[] {
  const keys = new Set(others.map((object) => `${object.kind}/${object.name}`));
  return objects.filter((object) => !keys.has(`${object.kind}/${object.name}`));
}

function hasText(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(text);
}

function linesOf(bytes: Uint8Array): ReadonlySet<string> {
  return new Set(new TextDecoder().decode(bytes).split("\n"));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function short({ hash }: Commit): string {
  return hash.slice(0, 8);
}
