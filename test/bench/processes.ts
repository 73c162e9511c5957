import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCluster } from "../adapters/postgres-cluster.ts";
import { RECORDED } from "../demo/case.ts";
import { runGit } from "../forge/stand-in/git.ts";
import { startForge } from "../forge/stand-in/server.ts";
import { type Bench, below, type Figure, megabytes, percentile, time } from "./figures.ts";

const ROOT = join(import.meta.dirname, "../..");
const MAIN = join(ROOT, "src/main.ts");

/** How long a process takes to do nothing. */
export const start: Bench = {
  name: "start",
  run: async () => {
    const starts: number[] = [];
    for (let count = 0; count < 5; count += 1) starts.push(await timed([MAIN, "help"]));
    return [{ what: "process start (oakum help), p50 of 5", value: time(percentile(starts, 0.5)) }];
  },
};

/** The whole demo, as a newcomer runs it. */
export const demo: Bench = {
  name: "demo",
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), "oakum-bench-demo-"));
    try {
      const taken = await timed([join(ROOT, "test/demo/demo.ts"), "--out", join(folder, "demo")]);
      return [below("npm run demo", taken, 15_000, time)];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

/** What the bot costs as it is run: `oakum serve` on Postgres, until it has looked, proposed and come to rest. */
export const serving: Bench = { name: "serve", run: serveFigures };

/** How long a process takes from start to end. */
async function timed(args: readonly string[]): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  const code = await new Promise((done) => child.on("exit", done));
  if (code !== 0) throw new Error(`node ${args.join(" ")} ended with ${code}`);
  return performance.now() - begun;
}

async function serveFigures(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "oakum-bench-"));
  const postgres = await startCluster();
  const clone = join(folder, "clone");
  await runGit(["clone", "--quiet", "--branch", "main", join(RECORDED, "image-tag/repo.bundle"), clone]);
  const forge = await startForge({ repositories: [{ owner: "platform", name: "fleet", from: clone }] });
  const env = {
    ...process.env,
    APP_ID: String(forge.app.id),
    PRIVATE_KEY: forge.app.privateKey,
    WEBHOOK_SECRET: forge.app.webhookSecret,
    GITHUB_API_URL: forge.apiUrl,
    DATABASE_URL: await postgres.create("serve"),
    OAKUM_SPACING: "off",
    OAKUM_CLUSTER: "bench",
    OAKUM_REPOSITORIES: "platform/fleet=ssh://git@git.larkspur.test/platform/fleet",
    OAKUM_DATA: join(folder, "data"),
    OAKUM_POLL_SECONDS: "1",
    PORT: "0",
  };
  const begun = performance.now();
  const child = spawn(process.execPath, [MAIN, "serve", "--snapshot", join(RECORDED, "image-tag/snapshot")], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  try {
    await new Promise<void>((done, fail) => {
      child.stderr.on("data", (chunk: Buffer) => chunk.toString().includes('"msg":"serving"') && done());
      child.on("exit", (code) => fail(new Error(`oakum serve ended with ${code}`)));
    });
    const started = performance.now() - begun;
    // Ten seconds of looking, once a second.
    await new Promise((done) => setTimeout(done, 10_000));
    const status = await readFile(`/proc/${child.pid}/status`, "utf8");
    const rss = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
    return [
      { what: "oakum serve until it listens, Postgres", value: time(started) },
      below("RSS of oakum serve on Postgres", rss, 250, megabytes),
    ];
  } finally {
    child.removeAllListeners("exit");
    child.kill("SIGTERM");
    await new Promise((done) => child.once("exit", done));
    await forge.close();
    await postgres.stop();
    await rm(folder, { recursive: true });
  }
}
