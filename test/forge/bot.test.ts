import { connect as dial } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import bot from "../../src/bot.ts";
import { branchOf } from "../../src/proposal/marker.ts";
import { FLEET, issueDraft, proposalDraft } from "../contracts/forge.ts";
import { type ListeningBot, listenForFleet } from "./listening.ts";
import type { Forge } from "./stand-in/server.ts";
import { connect, manifest } from "./world.ts";

describe("the bot", () => {
  let oakum: ListeningBot;
  let forge: Forge;

  beforeEach(async () => {
    oakum = await listenForFleet();
    ({ forge } = oakum);
  });
  afterEach(() => oakum.close());

  const messages = async () => {
    await forge.webhooks.settled();
    return oakum.heard.map(({ message }) => message);
  };
  const statuses = () => forge.webhooks.log.map(({ statusCode }) => statusCode);
  const proposed = async () => {
    const base = await forge.repo(FLEET).git.resolve("refs/heads/production");
    const opened = await oakum.github.proposals.open(FLEET, proposalDraft(base ?? ""));
    if (!opened.ok) throw new Error(opened.because);
    return opened.pull;
  };

  describe("hears what becomes of a proposal", () => {
    test("merged, closed, opened again, pushed to", async () => {
      const { number, branch } = await proposed();
      const ada = forge.person("ada");
      const about = { repository: FLEET, number, branch, by: "ada" };
      ada.close(FLEET, number);
      ada.reopen(FLEET, number);
      const headCommit = await ada.push(FLEET, branch, { "apps/checkout.yaml": "image: shop/checkout:1.5.2\n" });
      const mergeCommit = await ada.merge(FLEET, number);
      expect(await messages()).toEqual([
        { kind: "pull-closed", ...about, mergeCommit: null },
        { kind: "pull-reopened", ...about },
        { kind: "pull-pushed", ...about, headCommit },
        { kind: "pushed", repository: FLEET, branch: "production", commit: mergeCommit },
        { kind: "pull-closed", ...about, mergeCommit },
      ]);
      expect(new Set(statuses())).toEqual(new Set([200]));
    });

    test("nothing of other people's pull requests, whatever their branch is called", async () => {
      const ada = forge.person("ada");
      await ada.push(FLEET, branchOf("beef"), { "README.md": "# Mine\n" });
      const number = await ada.openPull(FLEET, { title: "Mine", body: "", head: branchOf("beef"), base: "main" });
      ada.close(FLEET, number);
      expect(await messages()).toEqual([]);
    });
  });

  test("hears of issues, pushes and checks that are asked for again", async () => {
    const { github } = oakum;
    const pull = await proposed();
    const { number } = await github.issues.open(FLEET, issueDraft());
    const check = { name: "oakum/policy", passed: true, title: "t", summary: "s", annotations: [] };
    await github.proposals.check(pull, check);
    const ada = forge.person("ada");
    ada.close(FLEET, number);
    ada.reopen(FLEET, number);
    const commit = await ada.push(FLEET, "production", { "README.md": "# Changed\n" });
    ada.rerunCheck(FLEET, pull.headCommit);
    expect(await messages()).toEqual([
      { kind: "issue-closed", repository: FLEET, number, by: "ada" },
      { kind: "issue-reopened", repository: FLEET, number, by: "ada" },
      { kind: "pushed", repository: FLEET, branch: "production", commit },
      { kind: "check-requested", repository: FLEET, by: "ada", headCommit: pull.headCommit },
    ]);
  });

  test("hears a command in the first line, from people only, and who gave it (F24)", async () => {
    const { github } = oakum;
    const issue = await github.issues.open(FLEET, issueDraft());
    forge.person("mallory").comment(FLEET, issue.number, "/oakum retry\r\n@team now!");
    forge.person("ada").comment(FLEET, issue.number, "try /oakum retry");
    forge.person("ada").comment(FLEET, issue.number, "/oakumish");
    forge.person("renovate[bot]").comment(FLEET, issue.number, "/oakum retry");
    await github.issues.comment(issue, "commands", "/oakum retry");
    expect(await messages()).toEqual([
      { kind: "command", repository: FLEET, number: issue.number, by: "mallory", line: "/oakum retry" },
    ]);
  });

  test("hears where the App is installed and where no longer", async () => {
    const repositories = [{ full_name: "octo/fleet" }, { full_name: "octo/other" }];
    const tell = (event: string, payload: object) => oakum.post(JSON.stringify(payload), { "x-github-event": event });
    await tell("installation", { action: "created", installation: { id: 1 }, repositories });
    await tell("installation_repositories", { action: "removed", repositories_removed: repositories.slice(1) });
    expect(oakum.heard.map(({ message: { kind, repository } }) => `${kind} ${repository.name}`)).toEqual([
      "installed fleet",
      "installed other",
      "uninstalled other",
    ]);
  });

  describe("deliveries", () => {
    test("that come twice or out of order keep their id, for the ledger to know them by", async () => {
      const { number } = await proposed();
      await forge.webhooks.settled();
      forge.webhooks.hold();
      forge.person("ada").close(FLEET, number);
      forge.person("ada").reopen(FLEET, number);
      forge.webhooks.release((held) => [...held, ...held].reverse());
      await forge.webhooks.settled();
      const [second, first] = oakum.heard.map(({ id }) => id);
      expect(oakum.heard.map(({ id, message }) => [id, message.kind])).toEqual([
        [second, "pull-reopened"],
        [first, "pull-closed"],
        [second, "pull-reopened"],
        [first, "pull-closed"],
      ]);
    });

    test("that could not be stored are failed, and can be had again", async () => {
      const { number } = await proposed();
      await forge.webhooks.settled();
      oakum.fail(new Error("the database is away"));
      forge.person("ada").close(FLEET, number);
      await forge.webhooks.settled();
      expect(statuses().at(-1)).toBe(500);
      oakum.fail();
      forge.webhooks.redeliver(forge.webhooks.log.at(-1)?.id ?? 0);
      expect((await messages()).map(({ kind }) => kind)).toEqual(["pull-closed"]);
      expect(oakum.heard[0]?.id).toBe(forge.webhooks.log.at(-1)?.guid);
    });
  });

  test("answers /ping and our routes, and nothing of Probot's setup", async () => {
    const answer = async (path: string, method = "GET") => (await fetch(`${oakum.origin}${path}`, { method })).status;
    expect(await answer("/ping")).toBe(200);
    expect(await answer("/health")).toBe(200);
    for (const path of ["/", "/probot", "/probot/setup", "/probot/static/primer.css"])
      expect(await answer(path)).toBe(404);
    expect(await answer("/probot/import", "POST")).toBe(404);
  });

  test("listens on any free port, beside another one", async () => {
    const other = await oakum.github.listen(
      bot(async () => undefined),
      {
        host: "127.0.0.1",
        port: 0,
        routes: [],
      },
    );
    expect(other.port).not.toBe(oakum.port);
    await other.stop();
  });

  test("stops listening when it is stopped", async () => {
    await oakum.stop();
    const refused = await new Promise((resolve) => dial(oakum.port, "127.0.0.1").once("error", resolve));
    expect(String(refused)).toContain("ECONNREFUSED");
  });

  test.each(["", "development"])("does not start with %j as its secret", async (webhookSecret) => {
    await expect(connect(forge, { webhookSecret })).rejects.toThrow("WEBHOOK_SECRET");
  });
});

test("the App asks for no more rights than it needs", () => {
  const { metadata, contents, pull_requests, issues, checks, ...more } = manifest.default_permissions;
  expect([metadata, contents, pull_requests, issues, checks]).toEqual(["read", "write", "write", "write", "write"]);
  expect(more).toEqual({});
  expect(manifest).toMatchObject({
    public: false,
    hook_attributes: { url: expect.stringContaining("/api/github/webhooks") },
  });
});
