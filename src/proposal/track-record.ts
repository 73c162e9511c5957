import type { TrackRecord } from "../diagnosis/confidence.ts";
import type { TrackRecords } from "../diagnosis/diagnose.ts";
import type { Incident, PastProposal } from "../incident/incident.ts";
import type { ReportedIncident } from "./report.ts";

/** How merged proposals ended over all incidents, by the rule that named the cause. */
export function recordsByRule(incidents: readonly Incident[]): TrackRecords {
  const byRule = Map.groupBy(
    incidents.flatMap(({ past }) => past),
    ({ rule }) => rule,
  );
  return new Map([...byRule].map(([rule, past]) => [rule, recordOf(past)]));
}

/** How merged proposals of the same rule and the same sort of change ended. */
export function recordFor(incidents: readonly Incident[], { cause, intent }: ReportedIncident): TrackRecord {
  const past = incidents.flatMap((incident) => incident.past);
  return recordOf(past.filter((each) => each.rule === cause?.rule && each.intent === intent?.kind));
}

// What nobody merged tells nothing of the cause.
function recordOf(past: readonly PastProposal[]): TrackRecord {
  const helped = past.filter(({ fate }) => fate === "helped").length;
  return { helped, merged: helped + past.filter(({ fate }) => fate === "did-not-help").length };
}
