import type { LifeEvent } from "../incident/event.ts";
import type { Incident, Revert } from "../incident/incident.ts";
import type { ProposalDraft } from "../proposal/draft.ts";
import { editedFiles } from "../proposal/edited-files.ts";
import { renderBody } from "../proposal/facts.ts";
import { inverseEdits } from "../proposal/inverse.ts";
import { revertKey } from "../proposal/key.ts";
import { OUR_LABEL } from "../proposal/marker.ts";
import { revertMarkdown, revertMessage, revertTitle } from "../proposal/revert-body.ts";
import { reportOf } from "./documents.ts";
import { once } from "./once.ts";
import type { Outside } from "./outside.ts";

type Persisting = Extract<Incident, { status: "persists" }>;

/** Asks to take back exactly the change that did not help, or says why that cannot be asked. */
export async function revert(outside: Outside, incident: Incident): Promise<LifeEvent> {
  if (incident.status !== "persists") throw new Error(`Incident ${incident.key} is ${incident.status}, not persisting`);
  const asked = await once<Revert>(outside, incident, `revert ${incident.proposalKey}`, () => ask(outside, incident));
  if (asked === undefined) throw new Error("The branch moved while the revert was made; it is made again");
  return { kind: "revert-settled", at: outside.clock.now(), revert: asked };
}

async function ask(outside: Outside, incident: Persisting): Promise<Revert | undefined> {
  const draft = await draftOf(outside, incident);
  if ("because" in draft) return { is: "not-asked", because: draft.because };
  const opened = await outside.forge.proposals.open(incident.repository, draft);
  if (opened.ok) return { is: "asked", pull: opened.pull };
  return opened.code === "STALE" ? undefined : { is: "not-asked", because: opened.because };
}

async function draftOf(outside: Outside, incident: Persisting): Promise<ProposalDraft | { readonly because: string }> {
  const { key: incidentKey, finding, repository, proposalKey, pull } = incident;
  const reported = await reportOf(outside, incident);
  const baseBranch = finding.base?.branch ?? "";
  const { revision, tree } = await (await outside.openRepository(repository)).checkout(baseBranch);
  const edited = editedFiles(tree, inverseEdits(reported.edits));
  if (!edited.ok) return { because: `It is not taken back: ${edited.because}.` };
  const facts = { key: revertKey(proposalKey), incident: incidentKey, report: finding.report, reverts: pull.number };
  return {
    key: facts.key,
    baseBranch,
    baseCommit: revision ?? "",
    message: revertMessage(incident, reported),
    files: edited.after,
    before: edited.before,
    title: revertTitle(incident, reported),
    body: renderBody(facts, revertMarkdown(incident)),
    labels: [OUR_LABEL],
  };
}
