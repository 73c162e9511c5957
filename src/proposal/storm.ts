import { refText } from "../signal/object.ts";
import { NO_CHANGE, type ReportedIncident } from "./report.ts";
import type { Sighting } from "./sighting.ts";

const NAMED = 20;

/** Many roots that began to fail at once, told as one incident of the cluster itself. */
export function stormReport(cluster: string, sightings: readonly Sighting[]): ReportedIncident {
  const roots = sightings.map(({ reported }) => refText(reported.root));
  const more = roots.length > NAMED ? ` and ${roots.length - NAMED} more` : "";
  const because = `${roots.length} objects began to fail at once; look for what they have in common before mending any of them: ${roots.slice(0, NAMED).join(", ")}${more}.`;
  return {
    root: { apiVersion: "v1", kind: "Cluster", namespace: null, name: cluster },
    signals: [],
    cause: { rule: "storm", category: "unknown", sentence: `${roots.length} objects began to fail at once.` },
    hypotheses: [],
    confidence: 0.5,
    facts: [],
    ...NO_CHANGE,
    causedBy: "unknown",
    risk: "high",
    decision: "issue",
    because,
  };
}
