import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Forge, startForge } from "../forge/stand-in/server.ts";
import { repository } from "../incident/incidents.ts";
import { files } from "../proposal/reported.ts";
import type { Held } from "../recovery/worlds.ts";
import { heldFile } from "./bot.ts";

let folder: string;
let forge: Forge;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oakum-life-"));
  forge = await startForge({ repositories: [{ ...repository, files, collaborators: { kim: "write" } }] });
  const { id, privateKey, webhookSecret } = forge.app;
  const address = { apiUrl: forge.apiUrl, appId: String(id), privateKey, webhookSecret };
  await writeFile(join(folder, "life.json"), JSON.stringify({ forge: address, folder, state: join(folder, "state") }));
});

afterAll(async () => {
  await forge.close();
  await rm(folder, { recursive: true });
});

const hold = (held: Held): Promise<void> => writeFile(heldFile(folder), JSON.stringify(held));

/** One run of the bot: "killed", or "rest" where it came to rest without writing. */
async function run(when: string, rest: string): Promise<"killed" | "rest"> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("./child.ts", import.meta.url)), join(folder, "life.json"), when, rest],
    {
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  const [code, signal] = await new Promise<[number | null, string | null]>((done) => {
    child.on("exit", (...end) => done(end));
  });
  if (signal === "SIGKILL") return "killed";
  if (code === 0) return "rest";
  throw new Error(`The bot ended with ${code ?? signal}`);
}

/** Kills the bot once at every write until it is at rest: the write is done, and its answer is lost. */
async function killUntil(rest: string): Promise<number> {
  expect(await run("before", rest)).toBe("killed");
  for (let kills = 0; kills < 20; kills += 1) if ((await run("after", rest)) === "rest") return kills;
  throw new Error(`The bot never came to rest in ${rest}`);
}

test("killed at every step of one incident: one issue, one pull request, one outcome", async () => {
  await hold({});
  const kills = await killUntil("proposed");
  const repo = forge.repo(repository);
  expect([...repo.threads.values()].map(({ pull }) => pull !== undefined)).toEqual([false, true]);
  // Issue, tree, commit, branch, pull request, label and check: what was left behind was taken up.
  expect(kills).toBe(7);

  const commit = await forge.person("kim").merge(repository, 2);
  await hold({ artifact: commit, applied: commit, available: 2 });
  await killUntil("closed");
  const threads = [...repo.threads.values()];
  expect(threads.map(({ state }) => state)).toEqual(["closed", "closed"]);
  expect(threads.map(({ comments }) => comments.length)).toEqual([0, 1]);
  expect(repo.checkRuns).toHaveLength(1);
  expect(forge.violations).toEqual([]);
}, 900_000);
