import type { JsonMap } from "../../../../src/signal/object.ts";
import { checkRunShape } from "../shapes/commits.ts";
import { type Answer, type CheckRun, Refusal, type RepoCall, stamp } from "../state.ts";

/** Check runs (https://docs.github.com/rest/checks). */
export const checkOperations = {
  "checks/create": async ({ world, repo, body, actor }: RepoCall): Promise<Answer> => {
    const headSha = String(body["head_sha"]);
    if ((await repo.git.typeOf(headSha)) !== "commit") throw new Refusal(422, `No commit found for SHA: ${headSha}`);
    const run: CheckRun = {
      id: world.nextId(),
      headSha,
      name: "",
      externalId: "",
      status: "queued",
      conclusion: null,
      startedAt: stamp(world),
      completedAt: null,
      output: { title: null, summary: null, text: null },
      annotations: [],
    };
    write(run, body, stamp(world));
    repo.checkRuns.push(run);
    world.tell("check_run", "created", repo, actor, { check_run: checkRunShape(world, repo, run) });
    return { status: 201, body: checkRunShape(world, repo, run) };
  },

  "checks/update": ({ world, repo, params, body }: RepoCall): Answer => {
    const run = repo.checkRuns.find(({ id }) => id === Number(params["check_run_id"]));
    if (run === undefined) throw new Refusal(404, "Not Found");
    write(run, body, stamp(world));
    return { status: 200, body: checkRunShape(world, repo, run) };
  },

  "checks/list-for-ref": async ({ world, repo, params, query }: RepoCall): Promise<Answer> => {
    const sha = await repo.git.resolve(params["ref"] ?? "");
    const name = query.get("check_name");
    const found = repo.checkRuns.filter((run) => run.headSha === sha && (name === null || run.name === name));
    const isOutdone = (run: CheckRun) => found.some((other) => other.name === run.name && other.id > run.id);
    const shown = query.get("filter") === "all" ? found : found.filter((run) => !isOutdone(run));
    const check_runs = shown.reverse().map((run) => checkRunShape(world, repo, run));
    return { status: 200, body: { total_count: shown.length, check_runs } };
  },
};

/** Annotations are added to those that are there; everything else replaces what was. */
function write(run: CheckRun, body: JsonMap, now: string): void {
  const {
    name = run.name,
    external_id = run.externalId,
    status,
    conclusion,
    output,
  } = body as {
    name?: string;
    external_id?: string;
    status?: string;
    conclusion?: string;
    output?: { title?: string; summary: string; text?: string; annotations?: JsonMap[] };
  };
  run.name = name;
  run.externalId = external_id;
  run.status = conclusion === undefined ? (status ?? run.status) : "completed";
  run.conclusion = conclusion ?? run.conclusion;
  if (run.status === "completed") run.completedAt = now;
  if (output === undefined) return;
  run.output = { title: output.title ?? null, summary: output.summary, text: output.text ?? null };
  run.annotations.push(...(output.annotations ?? []));
}
