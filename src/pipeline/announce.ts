import type { LifeEvent } from "../incident/event.ts";
import type { Incident, IssueRef } from "../incident/incident.ts";
import { outcomeSentence } from "../incident/outcome.ts";
import { escalationComment, issueBody, issueTitle, outcomeComment, resolvedComment } from "../proposal/issue-body.ts";
import { OUR_LABEL } from "../proposal/marker.ts";
import { refText } from "../signal/object.ts";
import { reportOf } from "./documents.ts";
import { once } from "./once.ts";
import type { Outside } from "./outside.ts";

/** Opens the incident's issue, or takes up and reopens the one that is there. */
export async function announce(outside: Outside, incident: Incident): Promise<LifeEvent> {
  const issue = await once(outside, incident, "issue", () => findOrOpen(outside, incident));
  if (issue === undefined) throw new Error(`Incident ${incident.key} got no issue`);
  return { kind: "announced", at: outside.clock.now(), issue };
}

async function findOrOpen(outside: Outside, incident: Incident): Promise<IssueRef> {
  const { issues } = outside.forge;
  const { key, repository } = incident;
  const body = issueBody(incident, await reportOf(outside, incident));
  const found = await issues.find(repository, key);
  if (found === undefined)
    return issues.open(repository, { key, title: issueTitle(incident), body, labels: [OUR_LABEL] });
  const { isOpen: _isOpen, ...issue } = found;
  await issues.edit(issue, { body, isOpen: true });
  return issue;
}

/** Makes issue and pull request say where the incident stands; writing the same again changes nothing. */
export async function tell(outside: Outside, incident: Incident, told: string): Promise<LifeEvent> {
  const { issue, status } = incident;
  if (issue === null) throw new Error(`Incident ${incident.key} is ${status} and has no issue to tell of it`);
  const { issues } = outside.forge;
  if (status === "recovered" || status === "persists") {
    await issues.comment(incident.pull, "outcome", outcomeComment(incident));
  }
  if (status === "resolved-by-itself" && incident.pull !== null) {
    const comment = resolvedComment(incident);
    if (comment !== undefined) await issues.comment(incident.pull, "outcome", comment);
  }
  const isOpen = status !== "recovered" && status !== "resolved-by-itself";
  await issues.edit(issue, { body: issueBody(incident, await reportOf(outside, incident)), isOpen });
  const sentence = outcomeSentence(incident);
  if (sentence !== undefined) {
    const news = { incident: incident.key, root: refText(incident.root), status, sentence, link: issue.url };
    await outside.notifier?.tell(news);
  }
  return { kind: "told", at: outside.clock.now(), told };
}

/** Reminds people of an incident that waits for them. */
export async function escalate(outside: Outside, incident: Incident): Promise<LifeEvent> {
  if (incident.issue !== null)
    await outside.forge.issues.comment(incident.issue, "escalation", escalationComment(incident));
  return { kind: "escalated", at: outside.clock.now() };
}
