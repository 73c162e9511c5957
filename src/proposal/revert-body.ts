import type { Incident } from "../incident/incident.ts";
import { pullTitle } from "./pull-body.ts";
import type { ReportedIncident } from "./report.ts";
import { plain, trimmed } from "./sanitise.ts";
import { linkTable } from "./words.ts";

// GitHub refuses titles past 256 characters.
const TITLE_ROOM = 220;

type Persisting = Extract<Incident, { status: "persists" }>;

/** The title of the pull request that takes a change back. */
export function revertTitle(incident: Persisting, reported: ReportedIncident): string {
  return `Take back #${incident.pull.number}: ${pullTitle(reported).slice(0, TITLE_ROOM)}`;
}

/** The message of the commit that takes a change back. */
export function revertMessage(incident: Persisting, reported: ReportedIncident): string {
  return `Take back #${incident.pull.number}\n\n${pullTitle(reported)}\nwas merged as ${incident.mergeCommit} and did not help.\n\nOakum-Incident: ${incident.key}\n`;
}

/** What people read there: exactly what is undone, and what was seen instead of recovery. */
export function revertMarkdown(incident: Persisting): string {
  return trimmed(
    [
      `#${incident.pull.number} was merged as ${incident.mergeCommit} and did not help. This takes back that change and nothing else.`,
      plain(incident.because),
      linkTable(incident.links),
      `Part of #${incident.issue.number}. Close this pull request to keep the change.`,
    ].join("\n\n"),
  );
}
