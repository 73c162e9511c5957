import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { apiUrlFrom, cloneUrl } from "../../src/adapters/github/address.ts";
import type { GitHub } from "../../src/adapters/github.ts";
import { branchOf, markerLine } from "../../src/proposal/marker.ts";
import { RateLimited } from "../../src/proposal/rate-limited.ts";
import { FLEET, issueDraft, proposalDraft, START, texts } from "../contracts/forge.ts";
import type { Fault } from "./stand-in/faults.ts";
import type { Forge } from "./stand-in/server.ts";
import { connect, openFleet } from "./world.ts";

describe("GitHub", () => {
  let forge: Forge;
  let github: GitHub;
  let base: string;

  beforeEach(async () => {
    forge = await openFleet();
    github = await connect(forge);
    base = (await forge.repo(FLEET).git.resolve("refs/heads/production")) ?? "";
  });
  afterEach(async () => {
    vi.useRealTimers();
    await forge.close();
    expect(forge.violations).toEqual([]);
  });

  const propose = (change = {}) => github.proposals.open(FLEET, proposalDraft(base, change));
  const sent = (operation: string) => forge.counts.operations.get(operation) ?? 0;
  const fileOn = async (branch: string, path: string) =>
    (await forge.repo(FLEET).git.blob(`refs/heads/${branch}:${path}`))?.toString();

  describe("a write is sent once, whatever comes back", () => {
    const faults: readonly Fault[] = [
      { kind: "error", status: 502, when: "after" },
      { kind: "error", status: 503, when: "before" },
      { kind: "reset", when: "after" },
    ];

    test.each(faults)("with Octokit's own spacing and retries: %j", async (fault) => {
      github = await connect(forge, { spacing: true });
      forge.faults.plan("issues/create", fault);
      await expect(github.issues.open(FLEET, issueDraft())).rejects.toThrow();
      expect(sent("issues/create")).toBe(1);
    });

    test("a read is asked again", async () => {
      forge.faults.plan("issues/list-for-repo", { kind: "error", status: 502, when: "before" });
      expect(await github.issues.find(FLEET, "3f2a")).toBeUndefined();
      expect(sent("issues/list-for-repo")).toBe(2);
    });
  });

  describe("a limit is told, not slept through", () => {
    test.each([
      ["a secondary limit", { kind: "secondary-limit", retryAfter: 90 }, 90],
      ["an empty quota", { kind: "primary-limit", resetIn: 1_200 }, 1_200],
    ] as const)("%s", async (_, fault, seconds) => {
      github = await connect(forge, { spacing: true });
      forge.faults.plan("issues/create", fault);
      const limit = await github.issues.open(FLEET, issueDraft()).catch((error: unknown) => error);
      expect(limit).toBeInstanceOf(RateLimited);
      expect(Math.abs((limit as RateLimited).retryAfterSeconds - seconds)).toBeLessThan(5);
      expect(sent("issues/create")).toBe(1);
    });

    test("a plain 403 is no limit", async () => {
      forge.faults.plan("issues/create", { kind: "refusal", status: 403, message: "Resource not accessible" });
      await expect(github.issues.open(FLEET, issueDraft())).rejects.toThrow("Resource not accessible");
    });
  });

  describe("a proposal's commit", () => {
    test("is signed for the App, because it names no author", async () => {
      await propose();
      const head = await forge.repo(FLEET).git.resolve(`refs/heads/${branchOf("3f2a")}`);
      expect(forge.repo(FLEET).verified).toContain(head);
      expect((await forge.repo(FLEET).git.commit(head ?? ""))?.parents).toEqual([base]);
    });

    test("costs five writes, labels and all", async () => {
      await propose();
      expect(forge.counts).toMatchObject({ writes: 5 });
      expect(forge.counts.reads).toBeLessThanOrEqual(6);
    });

    test("keeps a file executable", async () => {
      const { git } = forge.repo(FLEET);
      const put = { content: "#!/bin/sh\n" };
      const tree = await git.writeTree(base, [{ path: "run.sh", mode: "100755", put }]);
      const by = { name: "ada", email: "ada@example.com", date: new Date().toISOString() };
      base = await git.writeCommit({ tree, parents: [base], message: "Run", author: by, committer: by });
      await git.setRef("refs/heads/production", base);
      const before = texts({ "run.sh": "#!/bin/sh\n" });
      expect(await propose({ files: texts({ "run.sh": "#!/bin/sh\nset -e\n" }), before })).toMatchObject({ ok: true });
      const entries = await git.entries(`refs/heads/${branchOf("3f2a")}`, true);
      expect(entries.find(({ path }) => path === "run.sh")?.mode).toBe("100755");
    });

    test("is made where the tree is too large for one answer", async () => {
      const many = Array.from({ length: 2_100 }, (_, at) => [`apps/many/${at}.yaml`, `at: ${at}\n`]);
      base = await forge.person("ada").push(FLEET, "production", Object.fromEntries(many));
      const before = texts({ "apps/many/7.yaml": "at: 7\n", "new/one.yaml": null });
      const files = texts({ "apps/many/7.yaml": "at: 8\n", "new/one.yaml": "a: 1\n" });
      expect(await propose({ files, before })).toMatchObject({ ok: true });
      expect(await fileOn(branchOf("3f2a"), "apps/many/7.yaml")).toBe("at: 8\n");
      expect(await fileOn(branchOf("3f2a"), "apps/many/8.yaml")).toBe("at: 8\n");
    });

    test("does not write through a symlink", async () => {
      const { git } = forge.repo(FLEET);
      const tree = await git.writeTree(base, [{ path: "link", mode: "120000", put: { content: "apps" } }]);
      const by = { name: "ada", email: "ada@example.com", date: new Date().toISOString() };
      base = await git.writeCommit({ tree, parents: [base], message: "Link", author: by, committer: by });
      await git.setRef("refs/heads/production", base);
      const below = { files: texts({ "link/new.yaml": "a: 1\n" }), before: texts({ "link/new.yaml": null }) };
      expect(await propose(below)).toMatchObject({ ok: false, code: "STALE" });
      const itself = { files: texts({ link: "a: 1\n" }), before: texts({ link: "apps" }) };
      expect(await propose(itself)).toMatchObject({ ok: false, code: "STALE" });
    });

    test.each([
      "../outside.yaml",
      "/etc/passwd",
      "apps/../../x",
      ".git/config",
      "apps//x",
      "a\\b",
      "apps/.GIT/x",
      "x\ny",
      "",
    ])("F7: goes no further with %j as a path", async (path) => {
      await expect(propose({ files: texts({ [path]: "x" }) })).rejects.toThrow("not a path within the repository");
      expect(forge.counts.writes).toBe(0);
    });

    test("refuses bytes that are not UTF-8", async () => {
      const files = new Map([["apps/checkout.yaml", Uint8Array.of(0xff, 0xfe)]]);
      await expect(propose({ files })).rejects.toThrow("not UTF-8");
      expect(forge.counts.writes).toBe(0);
    });

    test("F17: goes to the branch that Flux follows, never to the default branch by guess", async () => {
      await propose();
      expect([...forge.repo(FLEET).threads.values()].map(({ pull }) => pull?.base.ref)).toEqual(["production"]);
    });
  });

  test("a stranger's pull request from a branch with our name is not ours", async () => {
    const ada = forge.person("ada");
    await ada.push(FLEET, branchOf("3f2a"), { "apps/checkout.yaml": "theirs\n" });
    const draft = { title: "Mine", body: `${markerLine("3f2a")}\nmine`, head: branchOf("3f2a"), base: "production" };
    await ada.openPull(FLEET, draft);
    expect(await github.proposals.find(FLEET, "3f2a")).toEqual([]);
    expect(await github.proposals.countOpen(FLEET)).toBe(0);
    expect(await propose()).toMatchObject({ ok: false, code: "BRANCH_TAKEN" });
  });

  test("what was read before and has not changed is free", async () => {
    const opened = await propose();
    if (!opened.ok) throw new Error(opened.because);
    await github.proposals.read(opened.pull);
    await github.proposals.read(opened.pull);
    const before = forge.counts.notModified;
    const state = await github.proposals.read(opened.pull);
    expect(state.fate).toEqual({ is: "open", conflicts: false });
    expect(forge.counts.notModified).toBe(before + 1);
  });

  test.each(["revokeTokens", "reinstall"] as const)("a token that became worthless is replaced: %s", async (how) => {
    await github.issues.open(FLEET, issueDraft());
    forge[how]();
    // Octokit takes a token of the last seconds for one that GitHub has not heard of yet, and waits.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10_000 });
    await expect(github.issues.find(FLEET, "3f2a")).rejects.toThrow("Bad credentials");
    expect(await github.issues.find(FLEET, "3f2a")).toMatchObject({ number: 1 });
  });

  test("an installation that is gone is looked up again", async () => {
    await github.issues.find(FLEET, "3f2a");
    forge.reinstall();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61 * 60_000 });
    await expect(github.issues.find(FLEET, "3f2a")).rejects.toThrow("Not Found");
    expect(await github.issues.find(FLEET, "3f2a")).toBeUndefined();
  });

  test("a repository without the App is said by name", async () => {
    await expect(github.issues.find({ owner: "octo", name: "secret" }, "3f2a")).rejects.toThrow("octo/secret");
  });

  test("issues that are switched off are said", async () => {
    await forge.close();
    forge = await openFleet({ repositories: [{ ...FLEET, files: START, hasIssues: false }] });
    github = await connect(forge);
    await expect(github.issues.open(FLEET, issueDraft())).rejects.toThrow("Issues are disabled");
  });

  test("F24: only who may push may command", async () => {
    const may = (login: string) => github.access.mayWrite(FLEET, login);
    expect([await may("ada"), await may("rex"), await may("mallory")]).toEqual([true, false, false]);
  });

  test("what was granted, and whether the branch asks for a pull request", async () => {
    const { rules } = forge.repo(FLEET);
    rules.set("production", [{ type: "deletion" }, { type: "pull_request" }]);
    const { granted, asksForPull } = await github.access.survey(FLEET, "production");
    expect([granted["contents"], granted["workflows"], asksForPull]).toEqual(["write", undefined, true]);
    expect((await github.access.survey(FLEET, "main")).asksForPull).toBe(false);
  });

  test("an answer that does not come is not waited for", async () => {
    github = await connect(forge, { patienceSeconds: 0.3 });
    forge.faults.plan("issues/create", { kind: "delay", ms: 1_000 });
    await expect(github.issues.open(FLEET, issueDraft())).rejects.toThrow();
    expect(sent("issues/create")).toBe(1);
  });

  test("a clone needs the token that belongs to its URL", async () => {
    const folder = await mkdtemp(join(tmpdir(), "oakum-clone-"));
    const { url, token } = await github.access.clone(FLEET);
    const header = `http.extraHeader=Authorization: Basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;
    await promisify(execFile)("git", ["-c", header, "clone", "--quiet", "--branch=production", url, folder]);
    expect(await readFile(join(folder, "README.md"), "utf8")).toBe(START["README.md"]);
    await rm(folder, { recursive: true });
  });
});

describe("where GitHub is", () => {
  test.each([
    [{}, "https://api.github.com"],
    [{ GHE_HOST: "github.shop.example" }, "https://github.shop.example/api/v3"],
    [{ GHE_HOST: "127.0.0.1:3000", GHE_PROTOCOL: "http" }, "http://127.0.0.1:3000/api/v3"],
    [{ GITHUB_API_URL: "https://api.shop.ghe.com/" }, "https://api.shop.ghe.com"],
  ])("%j", (env, expected) => expect(apiUrlFrom(env)).toBe(expected));

  test.each([
    ["https://api.github.com", "https://github.com/octo/fleet.git"],
    ["https://github.shop.example/api/v3", "https://github.shop.example/octo/fleet.git"],
    ["https://api.shop.ghe.com", "https://shop.ghe.com/octo/fleet.git"],
  ])("a clone by %s", (apiUrl, expected) => expect(cloneUrl(apiUrl, FLEET)).toBe(expected));
});
