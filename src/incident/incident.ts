import type { ObjectRef } from "../signal/object.ts";
import type { Signal } from "../signal/signal.ts";

/** A pull request that Oakum opened. */
export type PullRef = {
  readonly repository: RepositoryRef;
  readonly number: number;
  readonly url: string;
  readonly branch: string;
  /** The commit that Oakum wrote; another head means that a person pushed. */
  readonly headCommit: string;
};

/** The issue that tells of an incident. */
export type IssueRef = { readonly repository: RepositoryRef; readonly number: number; readonly url: string };

/** One repository on the forge. */
export type RepositoryRef = { readonly owner: string; readonly name: string };

/** One link of the chain from merge to recovery, with the time it was seen. */
export type RecoveryLink = {
  readonly link: "merged" | "fetched" | "applied" | "healthy" | "quiet";
  readonly at: Date;
  readonly text: string;
};

type Known = {
  /** A hash of cluster, kind, namespace and name of the root; never of an alert's name or a text. */
  readonly key: string;
  readonly cluster: string;
  readonly root: ObjectRef;
  readonly signals: readonly Signal[];
  readonly openedAt: Date;
  /** How often the same root came back within the flapping window, with when. */
  readonly reopened: readonly Date[];
};

type Diagnosed = Known & {
  readonly issue: IssueRef;
  /** The stored report (`sha256:…` of its canonical JSON) that the decision rests on. */
  readonly report: string;
  readonly because: string;
};

type Proposed = Diagnosed & { readonly pull: PullRef; readonly proposalKey: string };

type Merged = Proposed & {
  readonly mergeCommit: string;
  readonly mergedAt: Date;
  readonly links: readonly RecoveryLink[];
};

/**
 * One trouble of one root object, from first signal to outcome. Each state carries exactly the facts that exist then
 * (DESIGN, "Incidents").
 */
export type Incident =
  | (Known & { readonly status: "open" })
  | (Diagnosed & { readonly status: "diagnosed" })
  | (Proposed & { readonly status: "proposed" })
  | (Merged & { readonly status: "merged" })
  | (Merged & { readonly status: "applied"; readonly appliedAt: Date })
  | (Merged & { readonly status: "recovered"; readonly recoveredAt: Date })
  | (Merged & {
      readonly status: "persists";
      readonly judgedAt: Date;
      readonly because: string;
      readonly revert: PullRef | null;
    })
  | (Diagnosed & { readonly status: "handed-over"; readonly at: Date })
  | (Diagnosed & { readonly status: "resolved-by-itself"; readonly at: Date })
  | (Proposed & { readonly status: "rejected"; readonly at: Date })
  | (Known & { readonly status: "closed"; readonly at: Date; readonly outcome: Outcome });

/** How an incident ended, in words a person can use. */
export type Outcome = {
  readonly kind: "recovered" | "persists" | "handed-over" | "resolved-by-itself" | "rejected";
  readonly sentence: string;
};
