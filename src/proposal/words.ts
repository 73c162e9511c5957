import type { Fact } from "../evidence/fact.ts";
import type { RecoveryLink } from "../incident/incident.ts";
import { pathText } from "../manifest/path.ts";
import type { FieldChange } from "../patch/patch.ts";
import { type Json, type ObjectRef, refText } from "../signal/object.ts";
import type { ReportedIncident } from "./report.ts";
import { cell, code, plain } from "./sanitise.ts";

const FACTS_SHOWN = 12;
const VALUE_SHOWN = 120;

/** An object's name as code. */
export function objectCode(ref: ObjectRef): string {
  return code(refText(ref));
}

/** A value as people read it in a table. */
function valueCode(value: Json | undefined): string {
  if (value === undefined) return "*not set*";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return code(text.length <= VALUE_SHOWN ? text : `${text.slice(0, VALUE_SHOWN)}…`);
}

/** The facts that the first hypothesis cites, as a list; all facts where it cites none. */
export function factLines(reported: ReportedIncident): string {
  const cites = new Set(reported.hypotheses[0]?.cites);
  const cited = reported.facts.filter(({ id }) => cites.has(id));
  const shown = cited.length > 0 ? cited : reported.facts;
  const lines = shown.slice(0, FACTS_SHOWN).map(factLine);
  if (shown.length > FACTS_SHOWN) lines.push(`- …and ${shown.length - FACTS_SHOWN} more facts in the audit`);
  return lines.join("\n");
}

function factLine({ verdict, text, source, at }: Fact): string {
  const when = at === null ? "" : `, ${at}`;
  return `- ${verdict === "FOUND" ? "" : `**${verdict}**: `}${plain(text)} (${code(source)}${when})`;
}

/** Every field that changes, as a table. */
export function changeTable(changes: readonly FieldChange[]): string {
  const rows = changes.map(({ object, path, from, to }) =>
    row([objectCode(object), code(pathText(path)), valueCode(from), valueCode(to)]),
  );
  return [row(["object", "field", "from", "to"]), row(["---", "---", "---", "---"]), ...rows].join("\n");
}

/** What each policy check found, as a table. */
export function policyTable({ policy }: ReportedIncident): string {
  const rows = policy.map(({ check, satisfied, sentence }) =>
    row([code(check), satisfied ? "yes" : "**no**", plain(sentence)]),
  );
  return [row(["check", "satisfied", "because"]), row(["---", "---", "---"]), ...rows].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(cell).join(" | ")} |`;
}

/** The commit that caused it, or why there is none to name; a whole sentence. */
export function causingCommit({ causedBy }: ReportedIncident): string {
  if (causedBy === "unknown") return "Which commit caused it could not be found out.";
  if (causedBy === null) return "No commit caused it.";
  const { commit, author, at, subject } = causedBy;
  return `Caused by ${commit} (${plain(subject)}; ${plain(author)}, ${at}).`;
}

/** How sure the first hypothesis is, and what would show that it is wrong. */
export function sureText({ confidence, hypotheses }: ReportedIncident): string {
  const sure = `${confidence.toFixed(2)} that the root and the cause are right.`;
  const [best] = hypotheses;
  return best === undefined ? sure : `${sure} It is wrong if ${plain(best.wrongIf)}.`;
}

/** The chain of recovery as a table: what was seen, and when. */
export function linkTable(links: readonly RecoveryLink[]): string {
  const rows = links.map(({ link, at, text }) => row([link, at.toISOString(), plain(text)]));
  return [row(["link", "time", "what was seen"]), row(["---", "---", "---"]), ...rows].join("\n");
}
