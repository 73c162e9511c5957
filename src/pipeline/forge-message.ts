import { type Command, parseCommand } from "../incident/command.ts";
import type { LifeEvent } from "../incident/event.ts";
import { type Incident, isSameRepository, type RepositoryRef } from "../incident/incident.ts";
import type { ForgeMessage } from "../ports.ts";
import { LOOK } from "./jobs.ts";
import { note } from "./note.ts";
import type { Outside } from "./outside.ts";

/** Does what a message of the forge asks for. */
export async function hearForge(outside: Outside, message: ForgeMessage): Promise<void> {
  switch (message.kind) {
    case "pull-reopened":
      await reconsider(outside, message.repository, message.number);
      return stir(outside, message.repository, message.number);
    case "pull-closed":
    case "pull-pushed":
      return stir(outside, message.repository, message.number);
    case "pushed":
      await stirOn(outside, message.repository, message.branch);
      return outside.queue.add([LOOK]);
    case "command":
      return obey(outside, message);
    default:
      return undefined;
  }
}

async function stir(outside: Outside, repository: RepositoryRef, number: number): Promise<void> {
  const at = outside.clock.now();
  for (const incident of await incidentsOf(outside, repository, ["proposed"])) {
    if (incident.status === "proposed" && incident.pull.number === number)
      await note(outside, { kind: "stirred", at }, incident);
  }
}

/** Opening it again takes the no back. */
async function reconsider(outside: Outside, repository: RepositoryRef, number: number): Promise<void> {
  const at = outside.clock.now();
  for (const incident of await incidentsOf(outside, repository, ["rejected"])) {
    if (incident.status === "rejected" && incident.pull.number === number)
      await note(outside, { kind: "reconsidered", at }, incident);
  }
}

/** What is pushed may make open proposals unmergeable. */
async function stirOn(outside: Outside, repository: RepositoryRef, branch: string): Promise<void> {
  const at = outside.clock.now();
  for (const incident of await incidentsOf(outside, repository, ["proposed"])) {
    if (incident.finding.base?.branch === branch) await note(outside, { kind: "stirred", at }, incident);
  }
}

async function obey(outside: Outside, message: Extract<ForgeMessage, { kind: "command" }>): Promise<void> {
  const { repository, number, by, line } = message;
  const incident = (await incidentsOf(outside, repository)).find((one) => isToldIn(one, number));
  if (incident === undefined) return;
  const thread = incident.issue?.number === number || !("pull" in incident) ? incident.issue : incident.pull;
  if (thread === null) return;
  const answer = async (text: string): Promise<void> => outside.forge.issues.comment(thread, "commands", text);
  if (!(await outside.forge.access.mayWrite(repository, by)))
    return answer("Only people who may push to this repository can give commands here.");
  const command = parseCommand(line);
  if (!command.ok) return answer(command.because);
  await note(outside, eventOf(command.command, outside.clock.now()), incident);
  await answer(command.answer);
}

function eventOf(command: Command, at: Date): LifeEvent {
  return command.is === "ack"
    ? { kind: "acknowledged", at }
    : { kind: "snoozed", at, wakesAt: new Date(at.getTime() + command.milliseconds) };
}

function isToldIn(incident: Incident, number: number): boolean {
  return incident.issue?.number === number || ("pull" in incident && incident.pull?.number === number);
}

async function incidentsOf(
  { ledger, clusterName }: Outside,
  told: RepositoryRef,
  statuses?: readonly Incident["status"][],
): Promise<readonly Incident[]> {
  const incidents = await ledger.list(statuses);
  return incidents.filter(({ cluster, repository }) => cluster === clusterName && isSameRepository(repository, told));
}
