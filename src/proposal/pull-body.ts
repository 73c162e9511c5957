import type { TrackRecord } from "../diagnosis/confidence.ts";
import { pathText } from "../manifest/path.ts";
import { refText } from "../signal/object.ts";
import type { ReportedIncident } from "./report.ts";
import { block, code, plain, title, trimmed } from "./sanitise.ts";
import { causingCommit, changeTable, factLines, objectCode, policyTable, sureText } from "./words.ts";

/** What a pull request has to tell. */
export type PullStory = {
  readonly reported: ReportedIncident;
  readonly issue: { readonly number: number };
  /** How the merged proposals of the same rule and intent ended so far. */
  readonly record: TrackRecord;
};

/** The title of a pull request: the object, and what becomes of it. */
export function pullTitle({ root, changes, edits }: ReportedIncident): string {
  const [first, ...others] = changes;
  if (first === undefined) return title(`${refText(root)}: mend ${edits[0]?.file ?? "its manifests"}`);
  const field = pathText(first.path.slice(-1));
  const what = first.to === undefined ? `remove ${field}` : `set ${field} to ${valueText(first.to)}`;
  return title(`${refText(root)}: ${what}${others.length === 0 ? "" : ` and ${others.length} more`}`);
}

/** The message of the commit: what, why, and which incident it belongs to. */
export function commitMessage(reported: ReportedIncident, incident: string): string {
  const subject = pullTitle(reported);
  const short = subject.length <= 72 ? subject : `${subject.slice(0, 71)}…`;
  return `${short}\n\n${title(reported.because)}\n\nOakum-Incident: ${incident}\n`;
}

/** What people read in a pull request, without the lines that Oakum reads. */
export function pullMarkdown({ reported, issue, record }: PullStory): string {
  const { cause, because, patch } = reported;
  return trimmed(
    [
      `${objectCode(reported.root)}: ${plain(cause?.sentence ?? because)}`,
      `${plain(because)} Part of #${issue.number}.`,
      "### What changes",
      places(reported),
      block(patch ?? "", "diff"),
      ...(reported.changes.length > 0 ? [changeTable(reported.changes)] : []),
      "### Why",
      factLines(reported),
      causingCommit(reported),
      "### Proof",
      proofLines(reported),
      "### How sure",
      confidenceLines(reported, record),
      `### Policy: risk ${reported.risk}`,
      policyTable(reported),
      "### Your answer",
      answerLines(issue.number),
    ].join("\n\n"),
  );
}

function places({ edits }: ReportedIncident): string {
  return edits.map(({ file, line }) => `- ${code(`${file}:${line}`)}`).join("\n");
}

function proofLines({ proof }: ReportedIncident): string {
  const rendered = proof.rendered.map(({ kustomization, changed }) => {
    const fields = changed.map(({ object, path }) => `${objectCode(object)} ${code(pathText(path))}`);
    return `- In ${code(kustomization)} ${fields.length === 0 ? "nothing changes" : `only ${fields.join(", ")} changes`}.`;
  });
  const { silent, because } = proof.counterfactual;
  const asked =
    silent === "unknown"
      ? "Only running can tell"
      : silent
        ? "Asked again, the rule is silent"
        : "The rule still speaks";
  return [
    `- ${proof.proven ? "Proven by rendering" : "**Not proven by rendering**"}: ${plain(proof.because)}`,
    ...rendered,
    `- ${asked}: ${plain(because)}`,
  ].join("\n");
}

function confidenceLines(reported: ReportedIncident, { merged, helped }: TrackRecord): string {
  const record = merged === 0 ? "none merged so far" : `${helped} of ${merged} merged and recovered`;
  const others = reported.hypotheses
    .slice(1, 4)
    .map((other) => `- also thought of (${other.confidence.toFixed(2)}): ${plain(other.sentence)}`);
  const told = `Changes of this sort for this cause (${code(reported.intent?.kind ?? "none")}): ${record}.`;
  return [`${sureText(reported)} ${told}`, ...others].join("\n");
}

function answerLines(issue: number): string {
  return [
    `- **Yes**: merge. Flux applies it, Oakum watches, and says in #${issue} whether it helped.`,
    "- **No**: close this pull request. The same change is not asked for again; reopen it to change your mind.",
    "- **Otherwise**: push to this branch; Oakum keeps its hands off a branch that a person pushed to.",
    "- **Rollback**: revert the merge commit. If the change does not help, Oakum asks for that itself.",
  ].join("\n");
}

function valueText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
