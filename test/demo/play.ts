import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openCheckout } from "../../src/adapters/git.ts";
import type { Incident, PullRef } from "../../src/incident/incident.ts";
import { LIMITS } from "../../src/incident/limits.ts";
import type { ReportedIncident } from "../../src/proposal/report.ts";
import { runGit } from "../forge/stand-in/git.ts";
import type { Case } from "./case.ts";
import { liveIn } from "./clock.ts";
import { looked, postAlert, postFluxEvents, type Stage, setStage, until, waitFor } from "./stage.ts";
import { causeLines, changeLines, chapter, linkLines, proofLines } from "./tell.ts";

const MINUTE = 60_000;
// One whole interval of Flux on top of the window, and a little.
const TOO_LONG = LIMITS.recoveryWindow + 12 * MINUTE;

/** How a case is played. */
export type Play = {
  readonly folder: string;
  /** Nothing that is merged helps. */
  readonly fails: boolean;
  readonly say: (text: string) => void;
};

/** Plays one incident from alert to outcome; answers whether it ended as the case's truth expects. */
export async function play(played: Case, { folder, fails, say }: Play): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  const stage = await setStage(played, { folder, isBeyondRepair: fails, clock: liveIn(played.world.now) });
  try {
    say(opening(played, stage));
    for (const alert of played.alerts) await postAlert(stage, alert);
    const incident = await waitFor(stage, "proposed", "handed-over");
    const ended =
      incident === undefined ? quietEnding(say) : await follow(played, stage, incident, { folder, fails, say });
    await leave(stage, folder);
    say(
      chapter(
        "left behind",
        `${folder}/  story, issue, pull request, audit, and ${stage.repository.owner}/${stage.repository.name}.git`,
      ),
    );
    return ended === expectedEnding(played, fails);
  } finally {
    await stage.close();
  }
}

type Ending = "nothing" | "issue" | "recovered" | "persists";

function expectedEnding({ truth }: Case, fails: boolean): Ending {
  if (truth.expected !== "propose") return truth.expected === "issue" ? "issue" : "nothing";
  return fails ? "persists" : "recovered";
}

function opening({ name, alerts, world }: Case, { forge, bot }: Stage): string {
  return chapter(
    `case ${name}`,
    `recorded cluster: ${world.objects.length} objects, as of ${world.now.toISOString()}; this process lives in that hour`,
    `stand-in forge:   ${forge.url} (real git, GitHub's REST API, signed webhooks)`,
    `the bot:          ${bot.url} (Probot; Octokit's pause between writes is off towards this machine)`,
    alerts.length === 0
      ? "no alert fires: the bot's own look has to see it"
      : `Alertmanager posts ${alerts.length} webhook to /webhooks/alertmanager`,
  );
}

function quietEnding(say: Play["say"]): Ending {
  say(chapter("nothing is asked", "the bot looked, and no manifest change and no person is needed"));
  return "nothing";
}

async function follow(played: Case, stage: Stage, incident: Incident, { fails, say }: Play): Promise<Ending> {
  const reported = await reportOf(stage, incident);
  say(chapter("cause", ...causeLines(reported)));
  if (incident.status !== "proposed") {
    say(
      chapter(
        "handed over",
        `issue       ${incident.issue?.url}`,
        `because     ${incident.finding.because}`,
        "no pull request is opened",
      ),
    );
    return "issue";
  }
  say(chapter("change", ...changeLines(reported)));
  say(chapter("proof and policy", ...proofLines(reported)));
  say(chapter("proposed", `issue       ${incident.issue.url}`, `pull        ${incident.pull.url}`));
  await merge(played, stage, incident.pull, fails, say);
  return fails ? persist(stage, say) : recover(played, stage, say);
}

/** A person merges, and Flux brings what was merged to the cluster. */
async function merge(
  { clone }: Case,
  stage: Stage,
  { number }: PullRef,
  fails: boolean,
  say: Play["say"],
): Promise<void> {
  stage.clock.jump(4 * MINUTE);
  const you = stage.forge.person("you");
  const commit = await you.merge(stage.repository, number);
  if (fails) you.close(stage.repository, number - 1);
  say(
    chapter(
      "you merge",
      `commit      ${commit}`,
      ...(fails ? ["and, sure that this was it, you close the issue too"] : []),
    ),
  );
  await waitFor(stage, "merged");
  stage.clock.jump(MINUTE);
  await runGit(["-C", clone, "pull", "--quiet", join(stage.forge.repo(stage.repository).git.folder), "main"]);
  const { tree } = await openCheckout(clone);
  stage.cluster.reconcile(tree, commit);
  await postFluxEvents(stage);
  say(
    stage.cluster.isMended()
      ? "Flux applies what that renders; the fault is gone"
      : "Flux applies what that renders; the fault is still there",
  );
}

async function recover({ alerts }: Case, stage: Stage, say: Play["say"]): Promise<Ending> {
  if (!stage.cluster.isMended()) return persist(stage, say);
  await linked(stage, "healthy");
  stage.clock.jump(LIMITS.quietFor);
  for (const alert of alerts) await postAlert(stage, alert, stage.clock.now());
  const recovered = await waitFor(stage, "recovered", "closed");
  const outcome = await waitFor(stage, "closed");
  if (recovered === undefined || outcome?.status !== "closed") throw new Error("The incident is gone");
  const told = (await stage.state.ledger.events(recovered.key)).findLast(({ kind }) => kind === "linked")?.data as {
    links: { link: string; at: string; text: string }[];
  };
  say(
    chapter(
      "recovery",
      ...told.links.map(({ link, at, text }) => `  ${at.slice(11, 19)}  ${link.padEnd(8)} ${text}`),
      "",
      `${outcome.outcome.sentence} Issue and pull request say so; the issue is closed.`,
    ),
  );
  return "recovered";
}

async function persist(stage: Stage, say: Play["say"]): Promise<Ending> {
  await waitFor(stage, "applied", "merged");
  // What Flux did has to be seen before the jump, or it would count as done after it.
  await looked(stage);
  stage.clock.jump(TOO_LONG);
  await postFluxEvents(stage);
  const incident = await waitFor(stage, "persists");
  await settled(stage);
  if (incident?.status !== "persists") throw new Error("The incident is gone");
  const last = await stage.state.ledger.load(incident.key);
  const revert =
    last?.incident.status === "persists" && last.incident.revert.is === "asked"
      ? last.incident.revert.pull.url
      : "none";
  say(
    chapter(
      "it persists",
      ...linkLines(incident),
      "",
      incident.because,
      `issue       ${incident.issue.url} is open again`,
      `take back   ${revert}`,
    ),
  );
  return "persists";
}

/** Waits until the outcome is told and the revert is settled. */
function settled({ state }: Stage): Promise<true> {
  return until("the outcome to be told", async () => {
    const [incident] = await state.ledger.list(["persists"]);
    return incident?.told?.startsWith("persists") || undefined;
  });
}

function linked({ state }: Stage, wanted: string): Promise<true> {
  return until(`the link ${wanted}`, async () => {
    const [incident] = await state.ledger.list(["applied"]);
    return (incident?.status === "applied" && incident.links.some(({ link }) => link === wanted)) || undefined;
  });
}

async function reportOf(stage: Stage, incident: Incident): Promise<ReportedIncident> {
  return (await stage.state.archive.read(incident.finding.report)) as unknown as ReportedIncident;
}

/** Leaves what there is to look at: each issue and pull request as it reads now, and the audit. */
async function leave(stage: Stage, folder: string): Promise<void> {
  for (const thread of stage.forge.repo(stage.repository).threads.values()) {
    const kind = thread.pull === undefined ? "issue" : "pull-request";
    const comments = thread.comments.map(({ author, body }) => `\n---\n${author.login}:\n\n${body}\n`);
    const text = `# ${thread.title} (#${thread.number}, ${thread.pull?.merged ? "merged" : thread.state})\n\n${thread.body}\n${comments.join("")}`;
    await writeFile(join(folder, `${kind}-${thread.number}.md`), text);
  }
  await writeFile(join(folder, "audit.json"), `${JSON.stringify(await stage.state.audit.list(), null, 2)}\n`);
}
