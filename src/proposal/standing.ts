import type { PullRef } from "../incident/incident.ts";

/** A proposal as it stands on the forge now. */
export type ProposalState = {
  readonly pull: PullRef;
  readonly key: string;
  readonly headCommit: string;
  readonly fate: /** It conflicts where the forge says that it cannot be merged into its base as that stands now. */
    | { readonly is: "open"; readonly conflicts: boolean }
    | { readonly is: "merged"; readonly commit: string; readonly at: Date }
    | { readonly is: "closed"; readonly at: Date; readonly byUs: boolean };
};

/**
 * Opening was refused for a reason that can happen: the base moved under the patch, the branch holds other bytes, or a
 * proposal with this key was opened before and is closed.
 */
export type OpenResult =
  | { readonly ok: true; readonly pull: PullRef }
  | { readonly ok: false; readonly code: "STALE" | "BRANCH_TAKEN" | "CLOSED"; readonly because: string };
