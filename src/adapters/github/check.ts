import { createHash } from "node:crypto";
import type { ProbotOctokit } from "probot";
import type { PullRef } from "../../incident/incident.ts";
import type { CheckDraft } from "../../proposal/draft.ts";
import { trimmed } from "../../proposal/sanitise.ts";
import { named } from "./issues.ts";

/** GitHub takes that many annotations with one request. */
const AT_ONCE = 50;

/** Puts a finished check run on a proposal's commit; one that says the same already is left as it is. */
export async function putCheck(octokit: ProbotOctokit, pull: PullRef, check: CheckDraft): Promise<void> {
  const at = named(pull.repository);
  const external_id = contentHash(check);
  const { data } = await octokit.rest.checks.listForRef({ ...at, ref: pull.headCommit, check_name: check.name });
  if (data.check_runs.some((run) => run.external_id === external_id && run.status === "completed")) return;
  const done = { status: "completed", conclusion: check.passed ? "success" : "failure" } as const;
  const [first, ...rest] = outputsOf(check);
  const { data: run } = await octokit.rest.checks.create({
    ...at,
    name: check.name,
    head_sha: pull.headCommit,
    external_id,
    output: first,
    // Only the last batch finishes it: one that was interrupted is not taken for whole.
    ...(rest.length === 0 ? done : { status: "in_progress" }),
  });
  for (const [index, output] of rest.entries()) {
    const isLast = index === rest.length - 1;
    await octokit.rest.checks.update({ ...at, check_run_id: run.id, output, ...(isLast ? done : {}) });
  }
}

type Output = {
  title: string;
  summary: string;
  annotations: { path: string; start_line: number; end_line: number; annotation_level: "notice"; message: string }[];
};

/** What is said, once for every fifty annotations; GitHub adds those to the ones before. */
function outputsOf({ title, summary, annotations }: CheckDraft): [Output, ...Output[]] {
  const said = { title, summary: trimmed(summary) };
  const marks = annotations.map(({ file, line, text }) => ({
    path: file,
    start_line: line,
    end_line: line,
    annotation_level: "notice" as const,
    message: text,
  }));
  const first = { ...said, annotations: marks.slice(0, AT_ONCE) };
  const rest: Output[] = [];
  for (let from = AT_ONCE; from < marks.length; from += AT_ONCE)
    rest.push({ ...said, annotations: marks.slice(from, from + AT_ONCE) });
  return [first, ...rest];
}

function contentHash(check: CheckDraft): string {
  return createHash("sha256").update(JSON.stringify(check)).digest("hex").slice(0, 20);
}
