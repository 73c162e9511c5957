const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Where each guard of the lifecycle begins to hold; times in milliseconds. */
export type Limits = {
  /** How long a cause is looked for before a person is asked. */
  readonly patience: number;
  /** A root that came back this often within the window is flapping: its history goes to a person. */
  readonly flaps: number;
  readonly flappingWindow: number;
  /** A fix that was merged this recently is not asked for again. */
  readonly recurrenceWindow: number;
  /** Merged proposals that did not help before the chain counts as ineffective. */
  readonly vainProposals: number;
  readonly proposalsPerDay: number;
  /** Open proposals in one repository, counted on the forge. */
  readonly openProposals: number;
  /** More new roots than this at one look are told as one storm. */
  readonly stormRoots: number;
  /** How long the trouble must stay away before an incident counts as over. */
  readonly quietFor: number;
  /** How long Flux and the root may take after the merge, beside the intervals of the Flux objects on the way. */
  readonly recoveryWindow: number;
  /** How often the forge is asked for a proposal's fate when no webhook tells of it. */
  readonly fatePoll: number;
  readonly escalateAfter: number;
};

/** What holds where the settings say nothing else. */
export const LIMITS: Limits = {
  patience: 5 * MINUTE,
  flaps: 3,
  flappingWindow: DAY,
  recurrenceWindow: 7 * DAY,
  vainProposals: 2,
  proposalsPerDay: 3,
  openProposals: 10,
  stormRoots: 10,
  quietFor: 5 * MINUTE,
  // Flux retries a failed HelmRelease every interval (10m by default), so one full retry fits.
  recoveryWindow: 15 * MINUTE,
  fatePoll: 10 * MINUTE,
  escalateAfter: DAY,
};
