import type { Incident, PullRef } from "../incident/incident.ts";
import type { ProposalDraft } from "../proposal/draft.ts";
import { editedFiles } from "../proposal/edited-files.ts";
import { renderBody } from "../proposal/facts.ts";
import { attemptKey } from "../proposal/key.ts";
import { OUR_LABEL } from "../proposal/marker.ts";
import { judgeOpening, type Opening } from "../proposal/opening.ts";
import { policyCheck } from "../proposal/policy-check.ts";
import { commitMessage, pullMarkdown, pullTitle } from "../proposal/pull-body.ts";
import { recordFor } from "../proposal/track-record.ts";
import { reportOf } from "./documents.ts";
import { advanceJob, LOOK } from "./jobs.ts";
import { once } from "./once.ts";
import type { Done, Outside } from "./outside.ts";

type Diagnosed = Extract<Incident, { status: "diagnosed" }>;
type Base = { readonly branch: string; readonly revision: string };

// A mirror that lags behind the forge needs a moment; a look at once would only see the same.
const LOOK_AGAIN_MS = 5_000;
const ATTEMPTS = 5;

/** Opens the pull request of a diagnosed incident, or says why it may not be opened, or not yet. */
export async function propose(outside: Outside, incident: Incident): Promise<Done> {
  const { finding, status } = incident;
  if (status !== "diagnosed" || finding.base === null || finding.proposalKey === null)
    throw new Error(`Incident ${incident.key} is ${status} and has nothing to propose`);
  const { key, opening } = await findOpening(outside, incident, finding.proposalKey);
  if (opening.is === "refused") return { kind: "handed-over", at: outside.clock.now(), because: opening.because };
  // What an interrupted attempt left open is taken up by opening it once more.
  if (opening.is === "open" && !(await hasRoom(outside, incident))) return waitForRoom(outside, incident);
  const draft = await draftOf(outside, incident, key, finding.base);
  if (draft === "stale") return lookAgain(outside);
  return openDraft(outside, incident, draft);
}

async function openDraft(outside: Outside, incident: Diagnosed, draft: ProposalDraft): Promise<Done> {
  let refusal: { readonly code: string; readonly because: string } | undefined;
  const pull = await once(outside, incident, `pull ${draft.key}`, async () => {
    const opened = await outside.forge.proposals.open(incident.repository, draft);
    if (!opened.ok) refusal = opened;
    return opened.ok ? opened.pull : undefined;
  });
  if (pull !== undefined) return proposed(outside, incident, draft.key, pull);
  if (refusal === undefined || refusal.code === "STALE") return lookAgain(outside);
  return { kind: "handed-over", at: outside.clock.now(), because: refusal.because };
}

async function proposed(outside: Outside, incident: Diagnosed, proposalKey: string, pull: PullRef): Promise<Done> {
  const check = policyCheck(await reportOf(outside, incident));
  await once(outside, incident, `check ${proposalKey}`, async () => {
    await outside.forge.proposals.check(pull, check);
    return true;
  });
  const at = outside.clock.now();
  return { kind: "proposed", at, pull, proposalKey, dueAt: new Date(at.getTime() + outside.limits.fatePoll) };
}

/** The key that the forge allows: the change's own, or its next attempt where it was merged long ago or taken back. */
async function findOpening(
  { forge, clock, limits }: Outside,
  { repository }: Incident,
  proposalKey: string,
): Promise<{ readonly key: string; readonly opening: Exclude<Opening, { is: "next-attempt" }> }> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const key = attemptKey(proposalKey, attempt);
    const opening = judgeOpening(await forge.proposals.find(repository, key), clock.now(), limits);
    if (opening.is !== "next-attempt") return { key, opening };
  }
  const because = `The same change was proposed ${ATTEMPTS} times already: a person should see why it does not last.`;
  return { key: proposalKey, opening: { is: "refused", because } };
}

async function draftOf(
  outside: Outside,
  incident: Diagnosed,
  key: string,
  base: Base,
): Promise<ProposalDraft | "stale"> {
  const checkout = await (await outside.openRepository(incident.repository)).checkout(base.branch);
  // The proof holds for the commit that was looked at, and for no other.
  if (checkout.revision !== base.revision) return "stale";
  const reported = await reportOf(outside, incident);
  const edited = editedFiles(checkout.tree, reported.edits);
  if (!edited.ok) throw new Error(`The report of ${incident.key} does not fit its own commit: ${edited.because}`);
  const record = recordFor(await outside.ledger.list(), reported);
  const facts = { key, incident: incident.key, report: incident.finding.report, reverts: null };
  return {
    key,
    baseBranch: base.branch,
    baseCommit: base.revision,
    message: commitMessage(reported, incident.key),
    files: edited.after,
    before: edited.before,
    title: pullTitle(reported),
    body: renderBody(facts, pullMarkdown({ reported, issue: incident.issue, record })),
    labels: [OUR_LABEL],
  };
}

/** Counted on the forge: this process may not know of all that is open. */
async function hasRoom({ forge, limits }: Outside, { repository }: Incident): Promise<boolean> {
  return (await forge.proposals.countOpen(repository)) < limits.openProposals;
}

async function waitForRoom(outside: Outside, { key }: Incident): Promise<"later"> {
  outside.log.warn(
    { incident: key, cap: outside.limits.openProposals },
    "as many proposals are open as may be: waiting",
  );
  await outside.queue.add([advanceJob(key, new Date(outside.clock.now().getTime() + outside.limits.fatePoll))]);
  return "later";
}

async function lookAgain({ queue, clock }: Outside): Promise<"later"> {
  await queue.add([{ ...LOOK, notBefore: new Date(clock.now().getTime() + LOOK_AGAIN_MS) }]);
  return "later";
}
