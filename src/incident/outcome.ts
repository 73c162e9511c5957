import type { Incident, PullRef } from "./incident.ts";

/** How an incident that is over ended, in one sentence. */
export function recoverySentence(incident: Extract<Incident, { status: "recovered" }>): string {
  const took = durationText(incident.recoveredAt.getTime() - incident.mergedAt.getTime());
  return `Recovered ${took} after #${incident.pull.number} was merged.`;
}

/** How an incident ended, or why it waits for a person; undefined while Oakum itself is at it. */
export function outcomeSentence(incident: Incident): string | undefined {
  switch (incident.status) {
    case "recovered":
      return recoverySentence(incident);
    case "resolved-by-itself":
      return resolvedSentence(incident);
    case "persists":
    case "handed-over":
      return incident.because;
    case "rejected":
      return `#${incident.pull.number} was closed without a merge; the same change is not proposed again, unless it is reopened.`;
    default:
      return undefined;
  }
}

/** How an incident ended that nothing of ours ended. */
export function resolvedSentence(incident: { readonly pull: PullRef | null }): string {
  return incident.pull === null
    ? "The trouble went away without a change of ours."
    : `The trouble went away; #${incident.pull.number} did not end it.`;
}

/** A duration as people say it: `41 s`, `12 min`, `3 h 20 min`. */
function durationText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
