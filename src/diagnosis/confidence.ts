/** How often a rule was right and wrong before the case at hand is looked at: a Beta prior in counts. */
export type Prior = { readonly right: number; readonly wrong: number };

/** What moves a prior: facts that only this cause would leave behind, and facts that speak against it. */
export type Weighing = {
  readonly prior: Prior;
  /** One for each fact that other causes would not leave behind. */
  readonly supports?: number;
  /** One for each fact that this cause would not leave behind. */
  readonly contradicts?: number;
  /** Nothing but the order of events in time speaks for it. */
  readonly onlyTime?: boolean;
};

const MOST_WHEN_CONTRADICTED = 0.6;
const MOST_BY_TIME_ALONE = 0.5;
// All rules together are right this often. One alone has seen few cases, so what all have seen counts for it as well.
const RIGHT_OVERALL = 0.96;
const WEIGHT_OF_OVERALL = 0.4;

/** The probability that root and category are right. */
export function confidenceOf({ prior, supports = 0, contradicts = 0, onlyTime = false }: Weighing): number {
  // A distinguishing fact is worth as much as a handful of cases: it halves what is left of the doubt.
  const right = prior.right + supports * (prior.right + prior.wrong);
  const wrong = prior.wrong + contradicts * (prior.right + prior.wrong);
  const mean = right / (right + wrong);
  if (onlyTime) return rounded(Math.min(mean, MOST_BY_TIME_ALONE));
  if (contradicts > 0) return rounded(Math.min(mean, MOST_WHEN_CONTRADICTED));
  return rounded(mean + (RIGHT_OVERALL - mean) * WEIGHT_OF_OVERALL);
}

function rounded(share: number): number {
  return Math.round(share * 1000) / 1000;
}
