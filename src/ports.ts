import type { History } from "./evidence/commit.ts";
import type { MetricAnswer } from "./evidence/metrics/answer.ts";
import type { MetricQuestion } from "./evidence/metrics/question.ts";
import type { World } from "./evidence/world.ts";
import type { Incident, IssueRef, PullRef, RepositoryRef } from "./incident/incident.ts";
import type { ChartAnswer, ChartJob } from "./manifest/helm/chart-job.ts";
import type { FileTree } from "./manifest/tree.ts";
import type { CheckDraft, IssueDraft, ProposalDraft } from "./proposal/draft.ts";
import type { OpenResult, ProposalState } from "./proposal/standing.ts";
import type { Json } from "./signal/object.ts";
import type { Signal } from "./signal/signal.ts";

/** Reads the cluster, live or recorded; never writes to it. */
export type Cluster = {
  /** Everything a diagnosis needs. What could not be read is said in `unknown`, never left out silently. */
  readonly look: () => Promise<World>;
};

/** Answers questions about metrics; one that cannot be answered says why, and none keeps a look waiting for long. */
export type MetricsSource = {
  /** One answer a question, in their order. */
  readonly ask: (questions: readonly MetricQuestion[]) => Promise<readonly MetricAnswer[]>;
};

/** One revision of the GitOps repository: its files and what led to them. */
export type Checkout = { readonly revision: string | null; readonly tree: FileTree; readonly history: History };

/** Reads a GitOps repository. */
export type Repository = {
  /** The newest state of a branch. Throws an Error that says what was expected where the branch cannot be read. */
  readonly checkout: (branch: string) => Promise<Checkout>;
  /** Whether `revision` has `commit` among its ancestors, itself included. */
  readonly contains: (revision: string, commit: string) => Promise<boolean>;
};

/** Renders Helm charts, offline: what a chart needs is among its files, or it is refused. */
export type Charts = { readonly render: (job: ChartJob) => Promise<ChartAnswer> };

/** Issues on the forge; an issue is Oakum's own where marker and author both say so. */
export type Issues = {
  readonly find: (
    repository: RepositoryRef,
    key: string,
  ) => Promise<(IssueRef & { readonly isOpen: boolean }) | undefined>;
  readonly open: (repository: RepositoryRef, draft: IssueDraft) => Promise<IssueRef>;
  /** Writes only what differs from what stands there. */
  readonly edit: (
    issue: IssueRef,
    change: { readonly title?: string; readonly body?: string; readonly isOpen?: boolean },
  ) => Promise<void>;
  /** One comment a topic on an issue or pull request, found by marker and author, edited in place. */
  readonly comment: (thread: IssueRef | PullRef, topic: string, body: string) => Promise<void>;
};

/** Proposals on the forge. */
export type Proposals = {
  /**
   * Every proposal with this key, open or closed, newest first; by listing, never by searching. A list does not tell of
   * conflicts.
   */
  readonly find: (repository: RepositoryRef, key: string) => Promise<readonly ProposalState[]>;
  readonly read: (pull: PullRef) => Promise<ProposalState>;
  /** Opens it, or takes up what an interrupted attempt left: never a second one. */
  readonly open: (repository: RepositoryRef, draft: ProposalDraft) => Promise<OpenResult>;
  readonly check: (pull: PullRef, check: CheckDraft) => Promise<void>;
  /** Closes a proposal that is no longer needed; leaves one alone that a person pushed to. False where it was left. */
  readonly close: (pull: PullRef) => Promise<boolean>;
  /** How many of Oakum's proposals are open in this repository. */
  readonly countOpen: (repository: RepositoryRef) => Promise<number>;
};

/** Rights on the forge. */
export type Access = {
  /** Whether this person may push to the repository, and so may give Oakum commands there. */
  readonly mayWrite: (repository: RepositoryRef, login: string) => Promise<boolean>;
  /** What Oakum was granted there, and whether a rule of this branch asks for a pull request before a change. */
  readonly survey: (
    repository: RepositoryRef,
    branch: string,
  ) => Promise<{ readonly granted: Readonly<Record<string, string>>; readonly asksForPull: boolean }>;
  /** Where to clone it from, and a token that may only read it, good for an hour. */
  readonly clone: (repository: RepositoryRef) => Promise<{ readonly url: string; readonly token: string }>;
};

/** Something the forge told of, in our words; plain JSON, because it waits as a job. */
export type ForgeMessage = { readonly repository: RepositoryRef } & (
  | {
      readonly kind: "pull-closed";
      readonly number: number;
      readonly branch: string;
      readonly mergeCommit: string | null;
      readonly by: string;
    }
  | { readonly kind: "pull-reopened"; readonly number: number; readonly branch: string; readonly by: string }
  | {
      readonly kind: "pull-pushed";
      readonly number: number;
      readonly branch: string;
      readonly headCommit: string;
      readonly by: string;
    }
  | { readonly kind: "issue-closed" | "issue-reopened"; readonly number: number; readonly by: string }
  /** A comment that begins with `/oakum`: its first line, and who wrote it; whether they may is still to be asked. */
  | { readonly kind: "command"; readonly number: number; readonly by: string; readonly line: string }
  | { readonly kind: "check-requested"; readonly headCommit: string; readonly by: string }
  | { readonly kind: "pushed"; readonly branch: string; readonly commit: string }
  | { readonly kind: "installed" | "uninstalled" }
);

/** Takes in one delivery from the forge, quickly; the same delivery id again changes nothing. */
export type Receive = (deliveryId: string, messages: readonly ForgeMessage[]) => Promise<void>;

/**
 * A piece of work to be done at or after `notBefore`. A key waits once: asked for again, it waits for the earlier time
 * with the newer data. A key asked for while it is worked on is worked on once more afterwards, never beside.
 */
export type Job = { readonly key: string; readonly kind: string; readonly data: Json; readonly notBefore?: Date };

/** Something that happened to an incident; append-only. */
export type IncidentEvent = { readonly kind: string; readonly at: Date; readonly data: Json };

/** A step with an effect outside: `begun` now, `in-doubt` where an earlier run began and never settled, or `done` with its result. */
export type StepState =
  | { readonly is: "begun" }
  | { readonly is: "in-doubt" }
  | { readonly is: "done"; readonly result: Json };

/** What Oakum remembers. The world is the source of truth; this is the history. */
export type Ledger = {
  /** Remembers a delivery and queues its jobs in one transaction; false where its id is known already. */
  readonly receive: (deliveryId: string, jobs: readonly Job[], now: Date) => Promise<boolean>;
  readonly load: (key: string) => Promise<{ readonly incident: Incident; readonly version: number } | undefined>;
  /** Incidents whose status is one of these (all without), newest first. */
  readonly list: (statuses?: readonly Incident["status"][]) => Promise<readonly Incident[]>;
  /** Stores the incident as version + 1 (0: new) with its events and jobs in one transaction; false where another was faster. */
  readonly save: (
    incident: Incident,
    version: number,
    events: readonly IncidentEvent[],
    jobs: readonly Job[],
  ) => Promise<boolean>;
  readonly events: (key: string) => Promise<readonly IncidentEvent[]>;
};

/** Signals from outside by source and fingerprint; the newest word about each counts. */
export type Signals = {
  /** Remembers what was heard; hearing the same again changes nothing but its text and end. */
  readonly hear: (signals: readonly Signal[], now: Date) => Promise<void>;
  /** Every signal that still fires, or ended after `since`; oldest first. */
  readonly heard: (since: Date) => Promise<readonly Signal[]>;
};

/** Documents kept for good under the hash of what they say. */
export type Archive = {
  /** Keeps a document and answers its id, `sha256:…` of its canonical JSON. */
  readonly keep: (document: Json) => Promise<string>;
  readonly read: (id: string) => Promise<Json | undefined>;
};

/** Steps with effects, recorded before and settled after, so that a kill between the two is seen. */
export type Steps = {
  readonly begin: (incident: string, step: string, now: Date) => Promise<StepState>;
  readonly settle: (incident: string, step: string, result: Json, now: Date) => Promise<void>;
};

/** Hands out queued jobs, each to one worker; a job whose handler throws, or whose process dies, comes back later. */
export type Queue = {
  readonly add: (jobs: readonly Job[]) => Promise<void>;
  readonly work: (handle: (job: Job) => Promise<void>) => Promise<void>;
  /** Waits for handlers under way, then stops. */
  readonly stop: () => Promise<void>;
};

/** What was decided and on what, for good: entries form a keyed hash chain. */
export type Audit = {
  readonly record: (entry: {
    readonly incident: string;
    readonly kind: string;
    readonly at: Date;
    readonly data: Json;
  }) => Promise<string>;
  readonly read: (id: string) => Promise<AuditEntry | undefined>;
  /** Every entry of an incident (of all without), oldest first. */
  readonly list: (incident?: string) => Promise<readonly AuditEntry[]>;
  /** The first entry whose place in the chain is broken, or undefined where the chain is whole. */
  readonly firstBroken: () => Promise<AuditEntry | undefined>;
};

/** One entry of the audit chain. */
export type AuditEntry = {
  readonly id: string;
  readonly incident: string;
  readonly kind: string;
  readonly at: Date;
  readonly data: Json;
  readonly previous: string;
  readonly hash: string;
};

/** What people outside of the forge are told about an incident. */
export type News = {
  readonly incident: string;
  /** `Deployment/shop/cart`. */
  readonly root: string;
  readonly status: Incident["status"];
  readonly sentence: string;
  /** The incident's issue. */
  readonly link: string;
};

/** Tells people outside of the forge; may tell the same twice after a crash, and never holds an incident up. */
export type Notifier = { readonly tell: (news: News) => Promise<void> };

/** The only source of time. */
export type Clock = { readonly now: () => Date };

/** Structured logging: a static message and fields; never evidence text, never a secret. */
export type Log = {
  readonly info: (fields: Readonly<Record<string, unknown>>, message: string) => void;
  readonly warn: (fields: Readonly<Record<string, unknown>>, message: string) => void;
  readonly error: (fields: Readonly<Record<string, unknown>>, message: string) => void;
};
