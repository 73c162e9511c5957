/** What Oakum writes on an issue. The first line of `body` is the marker it is found by. */
export type IssueDraft = {
  readonly key: string;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
};

/** A proposal to be opened: one commit with these files on a new branch from `base`. */
export type ProposalDraft = {
  /** Names the branch too (`branchOf`), so that it is found again without a search. */
  readonly key: string;
  readonly baseBranch: string;
  /** The commit the patch was made against; the forge's branch must still have the same bytes in the touched files. */
  readonly baseCommit: string;
  readonly message: string;
  /** Every touched file after the change; null where it is removed. */
  readonly files: ReadonlyMap<string, Uint8Array | null>;
  /** The same files as they were when the patch was made; null where there was none. */
  readonly before: ReadonlyMap<string, Uint8Array | null>;
  readonly title: string;
  /** The first line is the marker it is found by. */
  readonly body: string;
  readonly labels: readonly string[];
};

/** A check run on a proposal's commit: the policy findings, with annotations on the changed lines. */
export type CheckDraft = {
  readonly name: string;
  readonly passed: boolean;
  readonly title: string;
  readonly summary: string;
  readonly annotations: readonly { readonly file: string; readonly line: number; readonly text: string }[];
};
