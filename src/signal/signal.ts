import type { ObjectRef } from "./object.ts";

/** Where a signal was heard. */
type SignalSource = "alertmanager" | "flux" | "kubernetes" | "scan" | "github";

/** Something heard about the cluster; several signals about one root are one incident. */
export type Signal = {
  readonly source: SignalSource;
  /** The same trouble told twice has the same fingerprint (Alertmanager's own where it gives one). */
  readonly fingerprint: string;
  /** The object that the signal names, which is often not the one at fault; null where it names none. */
  readonly object: ObjectRef | null;
  /** An alert's name, or the reason of a condition or event. */
  readonly reason: string;
  readonly severity: "critical" | "warning" | "info";
  /** Redacted, for people; never read for meaning. */
  readonly text: string;
  readonly startsAt: Date;
  /** Set once the trouble is said to be over. */
  readonly endsAt?: Date;
  readonly labels: Readonly<Record<string, string>>;
};
