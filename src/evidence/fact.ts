/** FOUND: seen. ABSENT: looked for in a complete list, and not there. UNKNOWN: could not be read, so nothing follows from it. */
type Verdict = "FOUND" | "ABSENT" | "UNKNOWN";

/** One thing known, known to be absent, or not known, about an incident; redacted. */
export type Fact = {
  /** Stable within one piece of evidence, so that a diagnosis can cite it: `f1`, `f2`, … */
  readonly id: string;
  readonly verdict: Verdict;
  /** What sort of fact: `container-status`, `event`, `condition`, `log`, `commit`, `reference`, … */
  readonly kind: string;
  /** One sentence for a person. */
  readonly text: string;
  /** Where it was read: `Pod/shop/checkout-1 status.containerStatuses[app]`, `git apps/checkout.yaml:12`. */
  readonly source: string;
  /** When it was so, in ISO 8601, where the source says it. */
  readonly at: string | null;
};
