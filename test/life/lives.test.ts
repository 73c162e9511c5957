import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Incident } from "../../src/incident/incident.ts";
import { LIMITS } from "../../src/incident/limits.ts";
import type { Serving } from "../../src/serving.ts";
import type { Settings } from "../../src/settings.ts";
import { type Forge, startForge } from "../forge/stand-in/server.ts";
import type { Thread } from "../forge/stand-in/state.ts";
import { repository, signal } from "../incident/incidents.ts";
import { files } from "../proposal/reported.ts";
import type { Held } from "../recovery/worlds.ts";
import { emptyStore, memoryState, type Store } from "../twins/state.ts";
import { heldFile, startLife, TOKEN } from "./bot.ts";

let folder: string;
let forge: Forge;
let store: Store;
let bot: Serving;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "oakum-life-"));
  forge = await startForge({ repositories: [{ ...repository, files, collaborators: { kim: "write", rex: "read" } }] });
  store = emptyStore();
  await hold({});
});

afterEach(async () => {
  // What the bot still writes while it stops tells nobody any more.
  forge.webhooks.hold();
  await forge.webhooks.settled();
  await bot.stop();
  // Nothing is left over: no request that GitHub would refuse, no delivery that failed, no job under way.
  expect(forge.violations).toEqual([]);
  expect(forge.webhooks.log.map(({ statusCode }) => statusCode).filter((status) => status !== 200)).toEqual([]);
  expect(store.active.size).toBe(0);
  await forge.close();
  await rm(folder, { recursive: true });
});

const hold = (held: Held): Promise<void> => writeFile(heldFile(folder), JSON.stringify(held));

async function start(change: Partial<Settings> = {}): Promise<void> {
  const { id, privateKey, webhookSecret } = forge.app;
  const address = { apiUrl: forge.apiUrl, appId: String(id), privateKey, webhookSecret };
  bot = await startLife(
    { forge: address, folder },
    memoryState(store, "a key for tests", () => new Date()),
    change,
  );
  forge.webhooks.deliverTo(`${bot.url}/api/github/webhooks`);
}

function alert(token = TOKEN): Promise<Response> {
  const headers = { authorization: `Bearer ${token}` };
  return fetch(`${bot.url}/webhooks/alertmanager`, { method: "POST", headers, body: JSON.stringify([signal]) });
}

async function reaches(status: Incident["status"]): Promise<Incident> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const incident = [...store.incidents.values()][0]?.incident;
    if (incident?.status === status) return incident;
    if (Date.now() > deadline) throw new Error(`The incident is ${incident?.status}, not ${status}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

// A machine under load takes its time.
const soon = <T>(ask: () => T, interval = 50) => expect.poll(ask, { timeout: 60_000, interval });

const thread = (number: number): Thread | undefined => forge.repo(repository).threads.get(number);

describe("whole lives over HTTP", () => {
  test("alert, proposal, merge by a person, recovery: nine writes in all", async () => {
    await start();
    expect((await alert()).status).toBe(202);
    await reaches("proposed");
    const commit = await forge.person("kim").merge(repository, 2);
    await reaches("merged");
    await hold({ artifact: commit, applied: commit, available: 2 });
    await reaches("closed");
    expect(thread(1)).toMatchObject({ state: "closed", body: expect.stringContaining("**Status:** Recovered") });
    expect(thread(2)?.comments[0]?.body).toMatch(/Recovered.*merged.*fetched.*applied.*healthy.*quiet/s);
    expect(forge.counts.writes).toBe(9);
  });

  test("a merge that does not help: the closed issue is opened again, and taking back is proposed", async () => {
    await start({ limits: { ...LIMITS, quietFor: 300, fatePoll: 300, recoveryWindow: 0 } });
    await reaches("proposed");
    const commit = await forge.person("kim").merge(repository, 2);
    forge.person("kim").close(repository, 1);
    await hold({ artifact: commit, applied: commit, interval: "0s" });
    await reaches("persists");
    await soon(() => thread(1)?.state).toBe("open");
    expect(thread(3)?.title).toMatch(/^Take back #2/);
  });

  test("a proposal that a person closes is not opened again", async () => {
    await start();
    await reaches("proposed");
    forge.person("kim").close(repository, 2);
    await reaches("rejected");
    await soon(() => thread(1)?.body).toContain("was closed by a person");
    expect(forge.repo(repository).threads.size).toBe(2);
  });

  test("a comment is a command where its author may push", async () => {
    await start();
    await reaches("proposed");
    forge.person("rex").comment(repository, 1, "/oakum ack");
    await soon(() => thread(1)?.comments.at(-1)?.body).toContain("Only people who may push");
    forge.person("kim").comment(repository, 1, "/oakum ack\nthanks");
    await soon(() => [...store.incidents.values()][0]?.incident.acknowledgedAt).toBeInstanceOf(Date);
  });

  test("the forge fails before and after its work: still one of each", async () => {
    for (const operation of ["issues/create", "git/create-tree", "git/create-ref", "pulls/create", "checks/create"]) {
      forge.faults.plan(operation, { kind: "error", status: 502, when: "after" });
      forge.faults.plan(operation, { kind: "error", status: 500, when: "before" });
    }
    await start();
    await reaches("proposed");
    expect(forge.repo(repository).threads.size).toBe(2);
    expect(forge.repo(repository).checkRuns).toHaveLength(1);
  });

  test("a secondary rate limit is waited out, not fought", async () => {
    forge.faults.plan("pulls/create", { kind: "secondary-limit", retryAfter: 1 });
    await start();
    await reaches("proposed");
    expect(forge.counts.operations.get("pulls/create")).toBe(2);
  });

  test("in a dry run nothing is written", async () => {
    await start({ dryRun: true });
    await reaches("proposed");
    expect(forge.counts.writes).toBe(0);
    expect([...store.incidents.values()][0]?.incident.cluster).toBe("prod (dry run)");
  });
});

describe("bad input", () => {
  test("a wrong token or signature is refused, and nothing follows", async () => {
    await hold({ available: 2 });
    await start();
    expect((await alert("wrong")).status).toBe(401);
    const flux = await fetch(`${bot.url}/webhooks/flux`, {
      method: "POST",
      body: "{}",
      headers: { "x-signature": "sha256=00" },
    });
    expect(flux.status).toBe(401);
    const headers = {
      "content-type": "application/json",
      "x-github-event": "push",
      "x-github-delivery": "1",
      "x-hub-signature-256": "sha256=00",
    };
    expect((await fetch(`${bot.url}/api/github/webhooks`, { method: "POST", headers, body: "{}" })).status).toBe(400);
    expect(store.signals.size).toBe(0);
    expect(forge.counts.writes).toBe(0);
  });
});

describe("stopping", () => {
  test("what is under way is done before the bot ends", async () => {
    forge.faults.plan("pulls/create", { kind: "delay", ms: 300 });
    await start();
    forge.webhooks.hold();
    await soon(() => forge.repo(repository).threads.size, 5).toBeGreaterThan(0);
    await bot.stop();
    expect((await reaches("proposed")).status).toBe("proposed");
  });
});
