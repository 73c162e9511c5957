import type { Commit, History } from "../../evidence/commit.ts";
import { type Declared, declaredIn } from "./declared.ts";
import { nearestName } from "./nearest.ts";
import type { Resolution } from "./resolution.ts";
import { commitsSince } from "./since.ts";

/** What is asked about an object that a manifest names and that does not exist. */
export type MissingObject = {
  readonly kind: string;
  readonly name: string;
  /** The names of the objects of this kind that exist where the reference looks, less those it names already. */
  readonly candidates: readonly string[];
  /** The commit that wrote the reference, where one is known: what happened to its target before that is not its story. */
  readonly introduced?: Commit | undefined;
};

/** What a missing object was meant to be, told by what commits did to it, or else by its name. */
export function resolveName(history: History, missing: MissingObject): Resolution {
  const removal = commitsSince(history, missing.introduced).find((commit) => takesAway(commit, missing));
  if (removal === undefined) return byName(missing);
  const added = changedObjects(removal).added.filter((object) => object.kind === missing.kind);
  const [only, ...others] = [...new Set(added.map((object) => object.name))].filter((name) =>
    missing.candidates.includes(name),
  );
  if (only === undefined) return { is: "remove", commit: removal };
  if (others.length === 0) return { is: "follow", to: only, basis: "successor", commit: removal };
  const nearest = nearestName(missing.name, [only, ...others]);
  if (nearest !== undefined) return { is: "follow", to: nearest, basis: "successor", commit: removal };
  return {
    is: "unclear",
    because: `commit ${removal.hash.slice(0, 8)} removed ${missing.kind} ${missing.name} and added ${others.length + 1} others`,
  };
}

function takesAway(commit: Commit, missing: MissingObject): boolean {
  const mentions = commit.files.some((file) => file.before !== null && includesText(file.before, missing.name));
  return mentions && changedObjects(commit).removed.some((object) => isNamed(object, missing));
}

function isNamed(object: Declared, missing: MissingObject): boolean {
  return object.kind === missing.kind && object.name === missing.name;
}

function byName(missing: MissingObject): Resolution {
  const nearest = nearestName(missing.name, missing.candidates);
  if (nearest !== undefined) return { is: "follow", to: nearest, basis: "nearest-name", commit: null };
  return {
    is: "unclear",
    because: `no ${missing.kind} has ever been called ${missing.name} here, and no name comes near it`,
  };
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

function includesText(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(text);
}
