import type { Commit } from "../../evidence/commit.ts";

/** What is asked about an object that a manifest names and that does not exist. */
export type MissingObject = {
  readonly kind: string;
  readonly name: string;
  /** The names of the objects of this kind that exist where the reference looks, less those it names already. */
  readonly candidates: readonly string[];
  /** The name of whoever names it, where such names are made alike. */
  readonly by?: string;
  /** The names that stand beside the lost one already. */
  readonly named?: ReadonlySet<string>;
  /** The commit that wrote the reference, where one is known: what happened to its target before that is not its story. */
  readonly introduced?: Commit | undefined;
};

/** Why a reference is believed to have meant another target; each is told to the person who merges. */
export type Basis =
  /** The commit that took the target away moved its content here. */
  | "moved"
  /** The commit that took the target away added exactly this one in its place. */
  | "successor"
  /** The same commit changed the same reference elsewhere from the lost target to this one. */
  | "changed-alike"
  /** The only existing target whose name is a slip away. */
  | "nearest-name"
  /** The only existing target of this name that begins or ends as whoever names it does. */
  | "family-name"
  /** The only one of this name, though in another namespace. */
  | "other-namespace"
  /** The only place to which the same way leads from another folder above. */
  | "other-height"
  /** The only folder to which the end of the same way leads. */
  | "same-way"
  /** A comment beside the reference names what this target alone provides. */
  | "comment"
  /** The only file that the commit which wrote the reference added beside it, and that nothing lists. */
  | "left-out"
  /** The only one that stands in the same file or folder as whoever names it. */
  | "beside"
  /** What is built stands in the repository that this source brings. */
  | "own-folder";

/** What a reference that leads nowhere was meant to lead to. */
export type Resolution =
  | {
      readonly is: "follow";
      readonly to: string;
      /** Where that is another one than is looked in. */
      readonly namespace?: string;
      readonly basis: Basis;
      readonly commit: Commit | null;
    }
  /** A commit took the target away and put nothing in its place, or put it where another names it: the reference goes too. */
  | { readonly is: "remove"; readonly commit: Commit; readonly heir?: string }
  | { readonly is: "unclear"; readonly because: string; readonly commit: Commit | null };
