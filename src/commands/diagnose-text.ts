import { pathText } from "../manifest/path.ts";
import type { Report, ReportedIncident } from "../proposal/report.ts";
import { block, code, plain, terse } from "../proposal/sanitise.ts";
import { refText } from "../signal/object.ts";

const DECISIONS = { propose: "a pull request", issue: "an issue for a person", none: "nothing" } as const;

/** A report for a terminal. */
export function reportText(report: Report): string {
  const incidents = report.incidents.map((incident) => incidentText(incident).join("\n"));
  const healthy = report.healthy ? ["Nothing is wrong."] : [];
  const unknown = report.unknown.map((sentence) => `UNKNOWN  ${terse(sentence)}`);
  return `${[...healthy, ...incidents, ...unknown].join("\n\n")}\n`;
}

function incidentText(incident: ReportedIncident): string[] {
  const { cause, confidence, because, decision, facts, changes, patch, proof, causedBy } = incident;
  return [
    refText(incident.root),
    `  cause     ${cause === null ? "not known" : `${terse(cause.sentence)} (${cause.category}, ${Math.round(confidence * 100)} %)`}`,
    ...(causedBy !== null && causedBy !== "unknown"
      ? [
          `  commit    ${causedBy.commit.slice(0, 12)} ${terse(`${causedBy.subject} (${causedBy.author}, ${causedBy.at})`)}`,
        ]
      : []),
    ...facts.map(({ id, verdict, text }) => `  ${id.padEnd(4)} ${verdict.padEnd(8)} ${terse(text)}`),
    `  asks for  ${DECISIONS[decision]}: ${terse(because)}`,
    ...changes.map(
      ({ object, path, from, to }) =>
        `  change    ${terse(`${refText(object)} ${pathText(path)}: ${shown(from)} -> ${shown(to)}`)}`,
    ),
    ...(patch === null
      ? []
      : [
          `  proof     ${terse(proof.because)}`,
          `  after it  ${terse(proof.counterfactual.because)}`,
          "",
          ...patch
            .trimEnd()
            .split("\n")
            .map((line) => `    ${withoutEscapes(line)}`),
        ]),
  ];
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

// What a file holds must not steer the terminal that shows it; the exact bytes are in `--output patch`.
function withoutEscapes(line: string): string {
  return line.replace(/[^\P{Cc}\t]/gu, "\ufffd");
}

/** A report as Markdown. */
export function reportMarkdown(report: Report): string {
  if (report.healthy) return "Nothing is wrong.\n";
  const incidents = report.incidents.map((incident) => {
    const { root, cause, confidence, facts, patch, because } = incident;
    const cited = facts.map(({ verdict, text, source }) => `- **${verdict}** ${plain(text)} (${code(source)})`);
    const diff = patch === null ? [] : ["", block(patch, "diff")];
    const sure = `${cause?.category ?? "unknown"}, ${Math.round(confidence * 100)} %`;
    return [
      `## ${plain(refText(root))}`,
      "",
      `${plain(cause?.sentence ?? "The cause is not known.")} (${sure})`,
      "",
      ...cited,
      "",
      plain(because),
      ...diff,
    ].join("\n");
  });
  return `${incidents.join("\n\n")}\n`;
}

/** The patches of everything that is proposed, for `git apply`. */
export function reportPatch(report: Report): string {
  return report.incidents
    .flatMap(({ decision, patch }) => (decision === "propose" && patch !== null ? [patch] : []))
    .join("");
}
