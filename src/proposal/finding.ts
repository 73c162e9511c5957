import type { Finding } from "../incident/incident.ts";
import { proposalKey } from "./key.ts";
import type { ReportedIncident } from "./report.ts";

/** The branch that a report was made from, or why the root's source may not be proposed to. */
export type Ground =
  | { readonly usable: true; readonly branch: string; readonly revision: string }
  | { readonly usable: false; readonly because: string };

/** What a look's report of one root means for its incident; what may not be proposed becomes an issue. */
export function findingOf(reported: ReportedIncident, report: string, ground: Ground): Finding {
  const { cause, because, decision } = reported;
  const objection = decision === "propose" && !ground.usable ? ground.because : undefined;
  const isProposed = decision === "propose" && objection === undefined;
  return {
    report,
    decision: isProposed ? "propose" : "issue",
    cause: cause === null ? null : { rule: cause.rule, category: cause.category },
    intent: reported.intent?.kind ?? null,
    because: objection === undefined ? because : `${because} ${objection}`,
    proposalKey: isProposed ? proposalKey(reported) : null,
    base: ground.usable ? { branch: ground.branch, revision: ground.revision } : null,
  };
}
