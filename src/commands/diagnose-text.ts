import { pathText } from "../manifest/path.ts";
import type { Report, ReportedIncident } from "../proposal/report.ts";
import { refText } from "../signal/object.ts";

const DECISIONS = { propose: "a pull request", issue: "an issue for a person", none: "nothing" } as const;

/** A report for a terminal. */
export function reportText(report: Report): string {
  const incidents = report.incidents.map((incident) => incidentText(incident).join("\n"));
  const healthy = report.healthy ? ["Nothing is wrong."] : [];
  const unknown = report.unknown.map((sentence) => `UNKNOWN  ${sentence}`);
  return `${[...healthy, ...incidents, ...unknown].join("\n\n")}\n`;
}

function incidentText(incident: ReportedIncident): string[] {
  const { cause, confidence, because, decision, facts, changes, patch, proof, causedBy } = incident;
  return [
    refText(incident.root),
    `  cause     ${cause === null ? "not known" : `${cause.sentence} (${cause.category}, ${Math.round(confidence * 100)} %)`}`,
    ...(causedBy !== null && causedBy !== "unknown"
      ? [`  commit    ${causedBy.commit.slice(0, 12)} ${causedBy.subject} (${causedBy.author}, ${causedBy.at})`]
      : []),
    ...facts.map(({ id, verdict, text }) => `  ${id.padEnd(4)} ${verdict.padEnd(8)} ${text}`),
    `  asks for  ${DECISIONS[decision]}: ${because}`,
    ...changes.map(
      ({ object, path, from, to }) =>
        `  change    ${refText(object)} ${pathText(path)}: ${shown(from)} -> ${shown(to)}`,
    ),
    ...(patch === null
      ? []
      : [
          `  proof     ${proof.because}`,
          `            ${proof.counterfactual.because}`,
          "",
          ...patch
            .trimEnd()
            .split("\n")
            .map((line) => `    ${line}`),
        ]),
  ];
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

/** A report as Markdown. */
export function reportMarkdown(report: Report): string {
  if (report.healthy) return "Nothing is wrong.\n";
  const incidents = report.incidents.map((incident) => {
    const { root, cause, confidence, facts, patch, because } = incident;
    const cited = facts.map(({ verdict, text, source }) => `- **${verdict}** ${text} (\`${source}\`)`);
    const diff = patch === null ? [] : ["", "```diff", patch.trimEnd(), "```"];
    const sure = `${cause?.category ?? "unknown"}, ${Math.round(confidence * 100)} %`;
    return [
      `## ${refText(root)}`,
      "",
      `${cause?.sentence ?? "The cause is not known."} (${sure})`,
      "",
      ...cited,
      "",
      because,
      ...diff,
    ].join("\n");
  });
  return `${incidents.join("\n\n")}\n`;
}

/** The patches of everything that is proposed, for \`git apply\`. */
export function reportPatch(report: Report): string {
  return report.incidents
    .flatMap(({ decision, patch }) => (decision === "propose" && patch !== null ? [patch] : []))
    .join("");
}
