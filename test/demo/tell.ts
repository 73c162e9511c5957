import type { Incident } from "../../src/incident/incident.ts";
import { pathText } from "../../src/manifest/path.ts";
import type { ReportedIncident } from "../../src/proposal/report.ts";
import { refText } from "../../src/signal/object.ts";

/** A chapter of the story with its lines. */
export function chapter(title: string, ...lines: readonly string[]): string {
  return [`\n── ${title} ${"─".repeat(Math.max(3, 76 - title.length))}`, ...lines].join("\n");
}

/** What the bot found: root, cause, and the facts it cites. */
export function causeLines({
  root,
  cause,
  confidence,
  hypotheses,
  facts,
  causedBy,
}: ReportedIncident): readonly string[] {
  const cites = new Set(hypotheses[0]?.cites);
  const cited = facts.filter(({ id }) => cites.has(id)).slice(0, 8);
  return [
    `root        ${refText(root)}`,
    `cause       ${cause === null ? "none found" : `${cause.sentence} [${cause.category}]`}`,
    `confidence  ${confidence.toFixed(2)}`,
    ...cited.map(
      ({ verdict, text, source, at }) =>
        `  · ${verdict === "FOUND" ? "" : `${verdict} `}${oneLine(text)}\n      ${source}${at === null ? "" : `, ${at}`}`,
    ),
    ...(causedBy !== null && causedBy !== "unknown"
      ? [`commit      ${causedBy.commit.slice(0, 12)} ${causedBy.subject} (${causedBy.author}, ${causedBy.at})`]
      : []),
  ];
}

/** Where the bytes stand, and what becomes of them. */
export function changeLines({ edits, changes, patch }: ReportedIncident): readonly string[] {
  return [
    ...edits.map(({ file, line, column }) => `at          ${file}:${line}:${column}`),
    ...changes.map(
      ({ object, path, from, to }) => `field       ${refText(object)} ${pathText(path)}: ${shown(from)} → ${shown(to)}`,
    ),
    "",
    ...(patch ?? "")
      .trimEnd()
      .split("\n")
      .map((line) => `  ${line}`),
  ];
}

/** Why the change may be asked for. */
export function proofLines({ proof, policy, risk }: ReportedIncident): readonly string[] {
  const { silent, because } = proof.counterfactual;
  return [
    `rendered    ${proof.proven ? "proven" : "not proven"}: ${proof.because}`,
    ...proof.rendered.map(
      ({ kustomization, changed }) =>
        `  · ${kustomization}: ${changed.length === 0 ? "nothing changes" : changed.map(({ object, path }) => `${refText(object)} ${pathText(path)}`).join(", ")}`,
    ),
    `asked again ${silent === "unknown" ? "undecided" : silent ? "the rule is silent" : "the rule still speaks"}: ${because}`,
    `risk        ${risk}`,
    ...policy.map(({ check, satisfied, sentence }) => `  ${satisfied ? "✓" : "✗"} ${check.padEnd(18)} ${sentence}`),
  ];
}

/** Each link of recovery with its time. */
export function linkLines(incident: Incident): readonly string[] {
  if (!("links" in incident)) return [];
  return incident.links.map(({ link, at, text }) => `  ${at.toISOString().slice(11, 19)}  ${link.padEnd(8)} ${text}`);
}

function shown(value: unknown): string {
  return value === undefined ? "not set" : oneLine(typeof value === "string" ? value : JSON.stringify(value));
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= 160 ? line : `${line.slice(0, 159)}…`;
}
