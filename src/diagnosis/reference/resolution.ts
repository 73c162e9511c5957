import type { Commit } from "../../evidence/commit.ts";

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
  /** A comment beside the reference names what this target alone provides. */
  | "comment";

/** What a reference that leads nowhere was meant to lead to. */
export type Resolution =
  | { readonly is: "follow"; readonly to: string; readonly basis: Basis; readonly commit: Commit | null }
  /** A commit took the target away and put nothing in its place: the reference goes too. */
  | { readonly is: "remove"; readonly commit: Commit }
  | { readonly is: "unclear"; readonly because: string; readonly commit: Commit | null };
