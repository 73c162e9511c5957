import type { ReportedIncident } from "./report.ts";
import { plain, quiet } from "./sanitise.ts";
import { policyTable } from "./words.ts";

/** The check run on a proposal's commit: what each policy check found, with a word at each changed line. */
export function policyCheck(reported: ReportedIncident) {
  const { policy, proof, risk, edits } = reported;
  const failed = policy.filter(({ satisfied }) => !satisfied);
  const passed = policy.length > 0 && failed.length === 0;
  return {
    name: "oakum/policy",
    passed,
    title: passed
      ? `${policy.length} checks satisfied, risk ${risk}`
      : `${failed.length} of ${policy.length} checks not satisfied`,
    summary: [plain(proof.because), policyTable(reported)].join("\n\n"),
    annotations: edits.map(({ file, line }) => ({ file, line, text: quiet(reported.because) })),
  };
}
