import type { Incident, Revert } from "../incident/incident.ts";
import { recoverySentence, resolvedSentence } from "../incident/outcome.ts";
import { refText } from "../signal/object.ts";
import { markerLine } from "./marker.ts";
import type { ReportedIncident } from "./report.ts";
import { code, plain, title, trimmed } from "./sanitise.ts";
import { causingCommit, changeTable, factLines, linkTable, objectCode, sureText } from "./words.ts";

/** The title of an incident's issue; it never changes, so that people recognise it. */
export function issueTitle({ root, cluster }: Incident): string {
  return title(`${refText(root)} in ${cluster} is in trouble`);
}

/** The issue of an incident as it is to read now; edited in place through the incident's life. */
export function issueBody(incident: Incident, reported: ReportedIncident): string {
  const { cause, because } = reported;
  return trimmed(
    [
      `${markerLine(incident.key)}\n**Status:** ${statusText(incident)}`,
      `${objectCode(incident.root)} in cluster ${code(incident.cluster)}, seen since ${incident.openedAt.toISOString()}.`,
      "### Cause",
      cause === null ? `No cause was found. ${plain(because)}` : `${plain(cause.sentence)} (${code(cause.category)})`,
      causingCommit(reported),
      ...(cause === null ? [] : [sureText(reported)]),
      "### Facts",
      factLines(reported),
      ...signalLines(incident),
      ...changeLines(reported),
      ...historyLines(incident),
    ].join("\n\n"),
  );
}

/** What the comment on issue and pull request says once it is known how a merged proposal ended. */
export function outcomeComment(incident: Extract<Incident, { status: "recovered" | "persists" }>): string {
  const head =
    incident.status === "recovered"
      ? `**${recoverySentence(incident)}**`
      : `**It persists.** ${persistsText(incident.because, incident.revert)}`;
  return [head, linkTable(incident.links)].join("\n\n");
}

/** What a pull request is told when the trouble went away by itself; undefined where a person closed it before. */
export function resolvedComment({
  pull,
  past,
  issue,
}: Extract<Incident, { status: "resolved-by-itself" }>): string | undefined {
  const why = `The trouble went away without this change${issue === null ? "" : ` (#${issue.number})`}`;
  switch (past.find(({ number }) => number === pull?.number)?.fate) {
    case "withdrawn":
      return `**Withdrawn.** ${why}.`;
    case "did-not-help":
      return "**Resolved.** The trouble went away later, after this change was judged not to help.";
    case undefined:
      return `**No longer needed.** ${why}; it is left open because a person pushed to it.`;
    default:
      return undefined;
  }
}

/** Why an open proposal makes room for the next one, on that proposal. */
export function supersededComment({ conflicts, issue }: Extract<Incident, { status: "proposed" }>): string {
  const why = conflicts
    ? "The branch has changed in the same place, so that this can no longer be merged."
    : "A newer look at the cluster and the branch asks for another change.";
  return `${why} It is taken back and proposed anew; #${issue.number} tells how it goes on. Should somebody have pushed here meanwhile, it is left as it is.`;
}

/** What reminds people of an incident that waits for them. */
export function escalationComment(incident: Incident): string {
  return `**Still waiting for a person.** ${statusText(incident)} Comment \`/oakum ack\` to say that you look after it, or \`/oakum snooze 7d\`.`;
}

/** Where an incident stands, in one sentence of Markdown. */
function statusText(incident: Incident): string {
  switch (incident.status) {
    case "open":
    case "diagnosed":
      return incident.finding.decision === "issue"
        ? `Handed over to a person. ${plain(incident.finding.because)}`
        : "Diagnosed. The pull request that mends it speaks of this issue; merging it is the approval.";
    case "proposed":
      return `Proposed in #${incident.pull.number}. Merging is the approval.`;
    case "merged":
      return `#${incident.pull.number} is merged; waiting for Flux to apply it.`;
    case "applied":
      return `#${incident.pull.number} is applied; waiting for recovery.`;
    case "recovered":
      return recoverySentence(incident);
    case "persists":
      return `It persists. ${persistsText(incident.because, incident.revert)}`;
    case "handed-over":
      return `Handed over to a person. ${plain(incident.because)}`;
    case "resolved-by-itself":
      return `Resolved by itself. ${resolvedSentence(incident)}`;
    case "rejected":
      return `Rejected: #${incident.pull.number} was closed by a person. The same change is not asked for again, unless it is reopened.`;
    case "closed":
      return incident.outcome.sentence;
  }
}

function persistsText(because: string, revert: Revert): string {
  const text = plain(because);
  if (revert.is === "asked") return `${text} Taking the change back is proposed in #${revert.pull.number}.`;
  return revert.is === "not-asked" ? `${text} ${plain(revert.because)}` : text;
}

function signalLines({ signals }: Incident): string[] {
  if (signals.length === 0) return [];
  const lines = signals.map(
    ({ source, reason, text, startsAt }) =>
      `- ${source} ${code(reason)} since ${startsAt.toISOString()}: ${plain(text)}`,
  );
  return ["### Signals", lines.join("\n")];
}

function changeLines({ decision, changes }: ReportedIncident): string[] {
  return decision === "propose" && changes.length > 0 ? ["### The change", changeTable(changes)] : [];
}

function historyLines({ reopened, past }: Incident): string[] {
  const lines = [
    ...past.map(({ number, fate, at }) => `- ${at.toISOString()}: #${number} ${fate.replaceAll("-", " ")}`),
    ...reopened.map(({ at }) => `- ${at.toISOString()}: came back`),
  ];
  return lines.length === 0 ? [] : ["### History", lines.sort().join("\n")];
}
