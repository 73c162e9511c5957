import type { Signal } from "../signal/signal.ts";
import type { Finding, IssueRef, PullRef, RecoveryLink, Revert } from "./incident.ts";

/** What can happen to an incident. The ledger keeps each one; `evolve` says what it makes of the incident. */
export type LifeEvent = { readonly at: Date } & (
  | { readonly kind: "found"; readonly finding: Finding; readonly signals: readonly Signal[] }
  /** A complete look did not see the trouble. */
  | { readonly kind: "missed" }
  | { readonly kind: "announced"; readonly issue: IssueRef }
  | { readonly kind: "proposed"; readonly pull: PullRef; readonly proposalKey: string; readonly dueAt: Date }
  | { readonly kind: "handed-over"; readonly because: string }
  /** Something was heard of the pull request; its fate is to be asked for. */
  | { readonly kind: "stirred" }
  | { readonly kind: "still-open"; readonly dueAt: Date; readonly conflicts: boolean }
  | { readonly kind: "merged"; readonly commit: string; readonly mergedAt: Date }
  | { readonly kind: "declined" }
  /** A person opened a proposal again that they had closed. */
  | { readonly kind: "reconsidered" }
  | { readonly kind: "withdrawn" }
  /** Taken back, because what the newest look asks for is to take its place. */
  | { readonly kind: "superseded" }
  /** A person pushed to the proposal: from now on it is theirs. */
  | { readonly kind: "left-alone" }
  | { readonly kind: "linked"; readonly links: readonly RecoveryLink[] }
  | { readonly kind: "recovered" }
  | { readonly kind: "persisted"; readonly because: string; readonly revert: Revert }
  | { readonly kind: "revert-settled"; readonly revert: Revert }
  | { readonly kind: "resolved" }
  | { readonly kind: "told"; readonly told: string }
  | { readonly kind: "closed"; readonly sentence: string }
  | { readonly kind: "acknowledged" }
  | { readonly kind: "snoozed"; readonly wakesAt: Date }
  | { readonly kind: "escalated" }
);
