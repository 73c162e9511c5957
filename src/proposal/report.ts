import type { Category } from "../diagnosis/category.ts";
import type { Fact } from "../evidence/fact.ts";
import type { DocumentOperations, Edit, FieldChange, Proof } from "../patch/patch.ts";
import type { PolicyFinding } from "../policy/finding.ts";
import type { ObjectRef } from "../signal/object.ts";

/** What is asked of people: a pull request, an issue, or nothing. */
export type Decision = "propose" | "issue" | "none";

/** What `oakum diagnose --output json` prints (CONTRACT.md). Plain JSON: it is stored, replayed and compared as it is. */
export type Report = {
  readonly version: 1;
  readonly incidents: readonly ReportedIncident[];
  readonly healthy: boolean;
  readonly unknown: readonly string[];
};

/** What a report says of a change: all of it, or nothing where none is asked for. */
export type ReportedChange = Pick<
  ReportedIncident,
  "intent" | "changes" | "edits" | "operations" | "patch" | "proof" | "policy" | "risk"
>;

/** That no change is asked for. */
export const NO_CHANGE: ReportedChange = {
  intent: null,
  changes: [],
  edits: [],
  operations: [],
  patch: null,
  proof: {
    proven: false,
    because: "no change is asked for",
    rendered: [],
    counterfactual: { silent: "unknown", because: "no change is asked for" },
  },
  policy: [],
  risk: "low",
};

/** One incident of a report: its root, cause, change, proof, and what to do. */
export type ReportedIncident = {
  readonly root: ObjectRef;
  readonly signals: readonly {
    readonly source: string;
    readonly object: ObjectRef | null;
    readonly reason: string;
    readonly text: string;
  }[];
  readonly cause: { readonly rule: string; readonly category: Category; readonly sentence: string } | null;
  readonly hypotheses: readonly {
    readonly category: Category;
    readonly sentence: string;
    readonly confidence: number;
    readonly cites: readonly string[];
    /** What one would have to see for this to be wrong. */
    readonly wrongIf: string;
  }[];
  /** The probability that root and category are right. */
  readonly confidence: number;
  readonly facts: readonly Fact[];
  readonly intent: ({ readonly kind: string } & Readonly<Record<string, unknown>>) | null;
  readonly changes: readonly FieldChange[];
  readonly edits: readonly Edit[];
  readonly operations: readonly DocumentOperations[];
  readonly patch: string | null;
  readonly proof: Proof;
  readonly causedBy:
    | { readonly commit: string; readonly author: string; readonly at: string; readonly subject: string }
    | null
    | "unknown";
  readonly policy: readonly PolicyFinding[];
  readonly risk: "low" | "medium" | "high";
  readonly decision: Decision;
  /** One sentence a person can act on. */
  readonly because: string;
};
