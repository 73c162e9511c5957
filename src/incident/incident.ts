import type { ObjectRef } from "../signal/object.ts";
import type { Signal } from "../signal/signal.ts";

/** One repository on the forge. */
export type RepositoryRef = { readonly owner: string; readonly name: string };

/** Whether both name the same repository; a forge does not tell upper from lower case. */
export function isSameRepository(a: RepositoryRef, b: RepositoryRef): boolean {
  return a.owner.toLowerCase() === b.owner.toLowerCase() && a.name.toLowerCase() === b.name.toLowerCase();
}

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

/** What the newest look found at a root, and what may be asked for. */
export type Finding = {
  /** The stored report of this incident, `sha256:…`. */
  readonly report: string;
  readonly decision: "propose" | "issue";
  /** Null where no cause was found: the look was inconclusive. */
  readonly cause: { readonly rule: string; readonly category: string } | null;
  /** What sort of change is asked for, by its name in the catalogue; null where none is. */
  readonly intent: string | null;
  /** One sentence a person can act on. */
  readonly because: string;
  /** Object, file set and intent of the change, hashed; null where none is asked for. */
  readonly proposalKey: string | null;
  /** The branch and commit that were looked at; null where no configured repository sets this root. */
  readonly base: { readonly branch: string; readonly revision: string } | null;
};

/** A proposal of this root that has ended. */
export type PastProposal = {
  readonly key: string;
  /** The rule that named the cause. */
  readonly rule: string;
  /** What sort of change it was. */
  readonly intent: string | null;
  readonly number: number;
  readonly fate: "helped" | "did-not-help" | "rejected" | "withdrawn";
  readonly at: Date;
};

/** One link of the chain from merge to recovery, with the time it was seen. */
export type RecoveryLink = {
  readonly link: "merged" | "fetched" | "applied" | "healthy" | "quiet";
  readonly at: Date;
  readonly text: string;
};

/** How an incident ended, in words a person can use. */
type Outcome = {
  readonly kind: "recovered" | "resolved-by-itself";
  readonly sentence: string;
};

/** What is known of every incident. Each key that is `at` or ends in `At` holds a time. */
export type Known = {
  /** A hash of cluster, kind, namespace and name of the root; never of an alert's name or a text. */
  readonly key: string;
  readonly cluster: string;
  readonly root: ObjectRef;
  /** Where it is told, and where its proposals go. */
  readonly repository: RepositoryRef;
  readonly signals: readonly Signal[];
  readonly openedAt: Date;
  readonly finding: Finding;
  /** The first of the looks in a row that found no cause; null while there is one. */
  readonly puzzledAt: Date | null;
  /** The first complete look since the trouble was last seen that did not see it; null while it is seen. */
  readonly goneAt: Date | null;
  /** When the same root came back after it was closed. */
  readonly reopened: readonly { readonly at: Date }[];
  readonly past: readonly PastProposal[];
  /** A person said that they look after it: nothing is escalated. */
  readonly acknowledgedAt: Date | null;
  /** Nothing is proposed or escalated before this time. */
  readonly wakesAt: Date | null;
  readonly escalatedAt: Date | null;
  /** The state that its issue and pull request tell of; null before the issue. */
  readonly told: string | null;
};

type Announced = Known & { readonly issue: IssueRef };

type Proposed = Announced & { readonly pull: PullRef; readonly proposalKey: string };

type Merged = Proposed & {
  readonly mergeCommit: string;
  readonly mergedAt: Date;
  readonly links: readonly RecoveryLink[];
};

/** A proposal that waits for a person. */
type Open = Proposed & {
  readonly status: "proposed";
  /** When to ask for its fate. */
  readonly dueAt: Date;
  /** What the newest look would ask for, where that is something else or on another base. */
  readonly latest: Finding;
  /** Since when looks ask for that. */
  readonly latestAt: Date;
  /** It cannot be merged into its base any more. */
  readonly conflicts: boolean;
  /** A person pushed to it: it is theirs. */
  readonly isTheirs: boolean;
};

/**
 * One trouble of one root object, from first signal to outcome. Each state carries exactly the facts that exist then
 * (DESIGN, "Incidents").
 */
export type Incident =
  | (Known & { readonly status: "open"; readonly issue: IssueRef | null })
  | (Announced & { readonly status: "diagnosed" })
  | Open
  | (Merged & { readonly status: "merged" })
  | (Merged & { readonly status: "applied"; readonly appliedAt: Date })
  | (Merged & { readonly status: "recovered"; readonly recoveredAt: Date })
  | (Merged & {
      readonly status: "persists";
      readonly judgedAt: Date;
      readonly because: string;
      readonly revert: Revert;
    })
  | (Announced & { readonly status: "handed-over"; readonly at: Date; readonly because: string })
  | (Known & {
      readonly status: "resolved-by-itself";
      readonly at: Date;
      readonly issue: IssueRef | null;
      readonly pull: PullRef | null;
    })
  | (Proposed & { readonly status: "rejected"; readonly at: Date })
  | (Known & {
      readonly status: "closed";
      readonly at: Date;
      readonly outcome: Outcome;
      readonly issue: IssueRef | null;
    });

/** Whether a change that did not help is asked to be taken back: to be asked, asked with this pull request, or not, and why. */
export type Revert =
  | { readonly is: "wanted" }
  | { readonly is: "asked"; readonly pull: PullRef }
  | { readonly is: "not-asked"; readonly because: string };
