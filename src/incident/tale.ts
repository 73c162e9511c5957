import type { Incident, PullRef } from "./incident.ts";

/**
 * What issue and pull request have to tell of an incident now: a short text that changes when they must be written
 * again, or null where nothing new is to be told. Few states tell, because every write costs people a look.
 */
export function taleOf(incident: Incident): string | null {
  switch (incident.status) {
    case "proposed":
      // The pull request speaks of the issue, so the forge shows it there; only what says otherwise is written again.
      return incident.told === null ? null : proposedTale(incident.pull);
    case "handed-over":
      return handedOverTale(incident.because);
    case "persists":
      return incident.revert.is === "wanted" ? null : `persists: ${incident.revert.is}`;
    case "rejected":
    case "recovered":
      return incident.status;
    case "resolved-by-itself":
      return incident.issue === null ? null : incident.status;
    default:
      return null;
  }
}

/** The tale of an incident whose proposal waits for a person. */
export function proposedTale({ number }: PullRef): string {
  return `proposed: #${number}`;
}

/** The tale of an incident that is a person's work from now on. */
export function handedOverTale(because: string): string {
  return `handed-over: ${because}`;
}
