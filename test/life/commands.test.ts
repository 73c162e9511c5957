import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run as doctor } from "../../src/commands/doctor.ts";
import type { Io } from "../../src/commands/io.ts";
import { run as serve } from "../../src/commands/serve.ts";
import type { Env } from "../../src/settings.ts";
import { RECORDED } from "../demo/case.ts";
import { runGit } from "../forge/stand-in/git.ts";
import { type Forge, startForge } from "../forge/stand-in/server.ts";
import { type MetricsStandIn, startStandIn } from "../metrics/stand-in.ts";

const repository = { owner: "platform", name: "fleet" };
const POLL = { timeout: 60_000 };
const snapshot = join(RECORDED, "image-tag", "snapshot");
let folder: string;
let forge: Forge;
let metrics: MetricsStandIn;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oakum-commands-"));
  const rules = { main: [{ type: "pull_request" }] };
  const clone = join(folder, "clone");
  await runGit(["clone", "--quiet", "--branch", "main", join(RECORDED, "image-tag", "repo.bundle"), clone]);
  metrics = await startStandIn();
  forge = await startForge({ repositories: [{ ...repository, from: clone, rules }] });
});

afterAll(async () => {
  await forge.close();
  await metrics.close();
  await rm(folder, { recursive: true });
});

function envOf(change: Env = {}): Env {
  return {
    APP_ID: String(forge.app.id),
    PRIVATE_KEY: forge.app.privateKey,
    WEBHOOK_SECRET: forge.app.webhookSecret,
    GITHUB_API_URL: forge.apiUrl,
    OAKUM_SPACING: "off",
    OAKUM_CLUSTER: "larkspur-prod",
    OAKUM_REPOSITORIES: "platform/fleet=ssh://git@git.larkspur.test/platform/fleet",
    OAKUM_DATA: join(folder, "data"),
    LOG_LEVEL: "silent",
    PORT: "0",
    ...change,
  };
}

async function said(command: typeof doctor, args: readonly string[], env: Env, stopped = new AbortController()) {
  const out: string[] = [];
  const io: Io = {
    stdin: (async function* () {})(),
    stdout: (text) => void out.push(text),
    stderr: (text) => void out.push(text),
    env,
    cwd: folder,
    now: () => new Date(),
    stopped: stopped.signal,
  };
  return { code: command(args, io), text: () => out.join("") };
}

describe("oakum doctor", () => {
  test("says that all is well where it is", async () => {
    const { code, text } = await said(doctor, ["--snapshot", snapshot], envOf());
    expect(await code).toBe(0);
    expect(text()).toMatch(/^ok +git +git version/m);
    expect(text()).toMatch(/^ok +database +the embedded database/m);
    expect(text()).toMatch(/^ok +cluster +\d+ objects of \d+ kinds/m);
    expect(text()).toMatch(/^ok +github +platform\/fleet: the App may do what it needs/m);
    expect(text()).toMatch(/^ok +branch +platform\/fleet main: a rule asks for a pull request/m);
    expect(text()).not.toMatch(/^fail/m);
  });

  test("says what has to be mended, and how", async () => {
    const env = envOf({ OAKUM_REPOSITORIES: "platform/fleet platform/none" });
    const { code, text } = await said(doctor, ["--snapshot", join(folder, "nowhere")], env);
    expect(await code).toBe(1);
    expect(text()).toMatch(/^fail +cluster +Expected a snapshot folder/m);
    expect(text()).toMatch(/^warn +source +platform\/fleet: no GitRepository of the cluster follows it/m);
    expect(text()).toMatch(/^fail +github +platform\/none: .*not installed/m);
  });

  test("asks the metrics server, without which it can do", async () => {
    const env = envOf({ OAKUM_PROMETHEUS_URL: metrics.url, OAKUM_PROMETHEUS_TOKEN: "canary-9f31c2" });
    metrics.fail((response) => response.writeHead(401).end());
    const { code, text } = await said(doctor, ["--snapshot", snapshot], env);
    expect(await code).toBe(0);
    expect(text()).toMatch(/^warn +metrics +OAKUM_PROMETHEUS_URL: the metrics server answers 401/m);
    expect(text()).not.toContain("canary");
    metrics.fail();
  });

  test("tells every problem of the settings at once", async () => {
    const { code } = await said(doctor, [], { OAKUM_CLUSTER: "x" });
    await expect(code).rejects.toThrow(/APP_ID is not set.*OAKUM_REPOSITORIES is not set/s);
  });
});

describe("oakum serve", () => {
  test("in a dry run it says what it would open, writes nothing, and ends when asked", async () => {
    const stopped = new AbortController();
    const { code, text } = await said(serve, ["--dry-run", "--snapshot", snapshot], envOf(), stopped);
    await expect.poll(text, POLL).toContain("would open an issue in platform/fleet");
    stopped.abort();
    expect(await code).toBe(0);
    expect(forge.counts.writes).toBe(0);
  });

  test("asks the metrics server of containers in trouble", async () => {
    const stopped = new AbortController();
    const killed = join(RECORDED, "oom-limit", "snapshot");
    const env = envOf({ OAKUM_PROMETHEUS_URL: metrics.url, OAKUM_DATA: join(folder, "metrics") });
    const { code } = await said(serve, ["--dry-run", "--snapshot", killed], env, stopped);
    await expect.poll(() => metrics.asked.some(({ path }) => path.includes("memory_working_set")), POLL).toBe(true);
    stopped.abort();
    expect(await code).toBe(0);
  });

  test("refuses a private key that cannot be read", async () => {
    const env = envOf({ PRIVATE_KEY: "", PRIVATE_KEY_PATH: "none.pem" });
    const { code } = await said(serve, [], env);
    await expect(code).rejects.toThrow("PRIVATE_KEY_PATH is none.pem, which cannot be read: ENOENT.");
  });
});
