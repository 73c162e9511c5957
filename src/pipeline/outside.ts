import type { LifeEvent } from "../incident/event.ts";
import type { RepositoryRef } from "../incident/incident.ts";
import type { Limits } from "../incident/limits.ts";
import type {
  Access,
  Archive,
  Audit,
  Clock,
  Cluster,
  Issues,
  Ledger,
  Log,
  Notifier,
  Proposals,
  Queue,
  Repository,
  Signals,
  Steps,
} from "../ports.ts";
import type { Material } from "../proposal/consider.ts";
import type { Report } from "../proposal/report.ts";
import type { Configured } from "../proposal/sources.ts";

/** The forge, as far as the pipeline needs it. */
export type Forge = {
  readonly issues: Issues;
  readonly proposals: Proposals;
  readonly access: Pick<Access, "mayWrite">;
};

/** Everything outside that the pipeline reads and acts through, and the rules it was given. */
export type Outside = {
  readonly cluster: Cluster;
  readonly openRepository: (repository: RepositoryRef) => Promise<Repository>;
  readonly forge: Forge;
  readonly ledger: Ledger;
  readonly steps: Steps;
  readonly queue: Pick<Queue, "add">;
  readonly audit: Audit;
  readonly archive: Archive;
  readonly signals: Signals;
  /** Told of every incident that waits for people or is over; nobody is, where none is set. */
  readonly notifier?: Notifier;
  readonly clock: Clock;
  readonly log: Log;
  readonly consider: (material: Material) => Report | Promise<Report>;
  /** What the cluster is called; part of every incident's key. */
  readonly clusterName: string;
  /** The first one is told of what belongs to no configured repository. */
  readonly configured: readonly [Configured, ...Configured[]];
  readonly limits: Limits;
};

/** What a step did: an event, or "later" where it asked for what has to come before it. */
export type Done = LifeEvent | "later";
