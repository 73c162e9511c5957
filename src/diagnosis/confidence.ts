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

/** How merged proposals ended: a Beta prior is moved by them. */
export type TrackRecord = { readonly merged: number; readonly helped: number };

const MOST_WHEN_CONTRADICTED = 0.6;
const MOST_BY_TIME_ALONE = 0.5;
// All rules together are right this often. One alone has seen few cases, so what all have seen counts for it as well.
const RIGHT_OVERALL = 0.97;
const WEIGHT_OF_OVERALL = 0.5;

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

// What a rule says of one case is worth as much as this many proposals that people merged.
const CASES_SAID = 20;

/** A confidence in the light of how proposals for the same cause ended. */
export function movedBy(confidence: number, { merged, helped }: TrackRecord): number {
  const moved = rounded((confidence * CASES_SAID + helped) / (CASES_SAID + merged));
  // That other cases went well takes back nothing of what speaks against this one.
  return confidence <= MOST_WHEN_CONTRADICTED ? Math.min(confidence, moved) : moved;
}

function rounded(share: number): number {
  return Math.round(share * 1000) / 1000;
}
