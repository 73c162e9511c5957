import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JsonMap } from "../../src/signal/object.ts";
import { FLEET, START } from "../contracts/forge.ts";
import { jwtFor, tokenFor } from "./credentials.ts";
import { operations } from "./stand-in/description.ts";
import { appOperations } from "./stand-in/operations/apps.ts";
import { repoOperations } from "./stand-in/rest.ts";
import { type Forge, startForge } from "./stand-in/server.ts";
import { openTokens } from "./stand-in/tokens.ts";
import { openWebhooks, signatureOf } from "./stand-in/webhooks.ts";
import { openFleet } from "./world.ts";

const run = promisify(execFile);

describe("the stand-in", () => {
  let forge: Forge;
  let token: string;

  beforeEach(async () => {
    forge = await openFleet();
    token = await tokenFor(forge);
  });
  afterEach(() => forge.close());

  const ask = async (method: string, path: string, body?: unknown, credentials = token) => {
    const headers = { authorization: `token ${credentials}` };
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const answer = await fetch(`${forge.apiUrl}${path}`, { ...init, redirect: "manual" });
    const text = await answer.text();
    const json = text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : undefined;
    return { status: answer.status, headers: answer.headers, body: json };
  };
  const inFleet = (method: string, path: string, body?: unknown) => ask(method, `/repos/octo/fleet${path}`, body);
  const tip = (branch: string) => forge.repo(FLEET).git.resolve(`refs/heads/${branch}`);

  describe("is honest about GitHub's description", () => {
    test("it knows every operation that is described, and no other", () => {
      const tokens = openTokens({ appId: 1, privateKey: forge.app.privateKey, now: () => new Date() });
      const webhooks = openWebhooks({ secret: "s", now: () => new Date(), nextId: () => 1 });
      const known = [...Object.keys(repoOperations), ...Object.keys(appOperations(tokens, webhooks))];
      expect(known.sort()).toEqual(operations.map(({ id }) => id).sort());
    });

    test("what it answers fits, operation by operation", async () => {
      const ada = forge.person("ada");
      const head = await ada.push(FLEET, "topic", { "README.md": "# Ours\n", "new.txt": "new" });
      const issue = ada.openIssue(FLEET, "Help", "please");
      const pull = await ada.openPull(FLEET, { title: "Ours", body: "", head: "topic", base: "main" });
      ada.comment(FLEET, issue, "Anybody?");
      const [comment] = forge.repo(FLEET).threads.get(issue)?.comments ?? [];
      const entry = { path: "a.txt", mode: "100644", type: "blob", content: "a" };
      const tree = (await inFleet("POST", "/git/trees", { base_tree: head, tree: [entry] })).body.sha;
      const commit = { message: "A", tree, parents: [head] };
      const check = { name: "c", head_sha: head, status: "completed", conclusion: "success" };
      const made = (await inFleet("POST", "/git/commits", commit)).body.sha;
      const run = (await inFleet("POST", "/check-runs", check)).body.id;

      const asked: readonly (readonly [number, string, string, unknown?])[] = [
        [200, "GET", ""],
        [200, "GET", "/codeowners/errors"],
        [200, "GET", "/collaborators/ada/permission"],
        [200, "GET", `/commits/${head}/check-runs?check_name=c`],
        [200, "GET", "/compare/main...topic"],
        [404, "GET", "/compare/main...nowhere"],
        [200, "GET", `/git/commits/${made}`],
        [200, "GET", "/git/ref/heads%2Ftopic"],
        [404, "GET", "/git/ref/heads%2Fnowhere"],
        [200, "GET", `/git/trees/${head}?recursive=1`],
        [201, "POST", "/git/refs", { ref: "refs/heads/one", sha: made }],
        [422, "POST", "/git/refs", { ref: "refs/heads/one", sha: made }],
        [422, "POST", "/git/refs", { ref: "refs/heads/two", sha: tree }],
        [422, "PATCH", "/git/refs/heads%2Fone", { sha: await tip("main") }],
        [200, "PATCH", "/git/refs/heads%2Fone", { sha: await tip("main"), force: true }],
        [204, "DELETE", "/git/refs/heads%2Fone"],
        [422, "DELETE", "/git/refs/heads%2Fone"],
        [422, "POST", "/git/trees", { tree: [{ ...entry, path: "../a.txt" }] }],
        [
          422,
          "POST",
          "/git/trees",
          { base_tree: head, tree: [{ path: "no.txt", mode: "100644", type: "blob", sha: null }] },
        ],
        [200, "PATCH", `/check-runs/${run}`, { output: { title: "t", summary: "s" } }],
        [200, "GET", "/issues?state=all"],
        [200, "GET", `/issues/${issue}`],
        [200, "PATCH", `/issues/${issue}`, { state: "closed", state_reason: "completed" }],
        [422, "POST", "/issues", { title: "x".repeat(300) }],
        [422, "POST", `/issues/${issue}/comments`, { body: "x".repeat(65_537) }],
        [200, "GET", `/issues/${issue}/comments`],
        [200, "PATCH", `/issues/comments/${comment?.id}`, { body: "Nobody?" }],
        [201, "POST", `/issues/comments/${comment?.id}/reactions`, { content: "eyes" }],
        [200, "POST", `/issues/comments/${comment?.id}/reactions`, { content: "eyes" }],
        [200, "POST", `/issues/${issue}/labels`, { labels: ["a"] }],
        [200, "DELETE", `/issues/${issue}/labels/a`],
        [404, "DELETE", `/issues/${issue}/labels/a`],
        [201, "POST", "/labels", { name: "b" }],
        [422, "POST", "/labels", { name: "b" }],
        [200, "GET", "/labels"],
        [200, "GET", "/pulls?head=octo:topic&state=all"],
        [422, "POST", "/pulls", { title: "Again", head: "topic", base: "main" }],
        [422, "POST", "/pulls", { title: "Nothing", head: "main", base: "production" }],
        [200, "GET", `/pulls/${pull}/files`],
        [200, "GET", `/pulls/${pull}/reviews`],
        [200, "PATCH", `/pulls/${pull}`, { state: "closed" }],
        [200, "GET", "/rules/branches/main"],
        [302, "GET", "/tarball/main"],
      ];
      for (const [status, method, path, body] of asked)
        expect([method, path, (await inFleet(method, path, body)).status]).toEqual([method, path, status]);
      const blob = (await inFleet("GET", `/git/trees/${head}`)).body.tree.at(-1).sha;
      expect((await inFleet("GET", `/git/blobs/${blob}`)).body.content).toBe("bmV3");

      const jwt = jwtFor(forge);
      expect((await ask("GET", "/installation/repositories")).status).toBe(200);
      for (const path of ["/app", "/app/installations", "/app/hook/deliveries", "/repos/octo/fleet/installation"])
        expect((await ask("GET", path, undefined, jwt)).status).toBe(200);
      expect(forge.violations).toEqual([]);
    });

    test.each([
      ["an unknown route", "PUT", "/pulls/1/merge", {}, "no such operation"],
      ["an unknown field", "POST", "/issues", { title: "a", text: "b" }, "body.text is unknown"],
      ["a missing field", "POST", "/git/refs", { ref: "refs/heads/x" }, "required property 'sha'"],
      ["an unknown parameter", "GET", "/issues?page_size=5", undefined, "query page_size is not described"],
      ["too many annotations", "POST", "/check-runs", checkWith(51), "must NOT have more than 50 items"],
    ])("%s is a violation", async (_, method, path, body, violation) => {
      await inFleet(method, path, body);
      expect(forge.violations.join("\n")).toContain(violation);
    });
  });

  describe("keeps the door", () => {
    test("without credentials, with a wrong key, or with a token of yesterday", async () => {
      const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
        type: "pkcs1",
        format: "pem",
      });
      expect((await ask("GET", "/app", undefined, "")).status).toBe(401);
      expect(
        (await ask("GET", "/app", undefined, jwtFor({ app: { ...forge.app, privateKey: String(other) } }))).status,
      ).toBe(401);
      expect((await inFleet("GET", "")).status).toBe(200);
      forge.revokeTokens();
      expect((await inFleet("GET", "")).status).toBe(401);
    });

    test("with a right that was not granted", async () => {
      const narrow = await tokenFor(forge, { permissions: { contents: "read" } });
      const answer = await ask("POST", "/repos/octo/fleet/issues", { title: "a" }, narrow);
      expect(answer).toMatchObject({ status: 403, body: { message: "Resource not accessible by integration" } });
      expect((await ask("GET", "/app")).status).toBe(403);
    });

    test("with a token for another repository", async () => {
      const elsewhere = await tokenFor(forge, { repositories: ["other"] });
      expect((await ask("GET", "/repos/octo/fleet", undefined, elsewhere)).status).toBe(404);
    });
  });

  test("a pull request can be merged once GitHub has thought about it", async () => {
    const ada = forge.person("ada");
    await ada.push(FLEET, "topic", { "README.md": "# Ours\n" });
    const pull = await ada.openPull(FLEET, { title: "Ours", body: "", head: "topic", base: "main" });
    const mergeable = async () => (await inFleet("GET", `/pulls/${pull}`)).body.mergeable;
    expect([await mergeable(), await mergeable()]).toEqual([null, true]);
    await ada.push(FLEET, "main", { "README.md": "# Theirs\n" });
    expect([await mergeable(), await mergeable()]).toEqual([null, false]);
    await expect(ada.merge(FLEET, pull)).rejects.toThrow("conflicts");
  });

  test("long lists come in pages, and what is known already costs nothing", async () => {
    for (let at = 1; at <= 5; at += 1) forge.person("ada").openIssue(FLEET, `Issue ${at}`, "");
    const first = await inFleet("GET", "/issues?per_page=2");
    expect(first.body.map(({ number }: { number: number }) => number)).toEqual([5, 4]);
    expect(first.headers.get("link")).toContain('page=2>; rel="next"');
    const headers = { authorization: `token ${token}`, "if-none-match": first.headers.get("etag") ?? "" };
    const again = await fetch(`${forge.apiUrl}/repos/octo/fleet/issues?per_page=2`, { headers });
    expect(again.status).toBe(304);
    expect(forge.counts).toMatchObject({ reads: 2, notModified: 1 });
  });

  describe("is a git server", () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "oakum-clone-"));
    });
    afterEach(() => rm(folder, { recursive: true }));

    const urlWith = (credentials: string) =>
      `${forge.url.replace("://", `://x-access-token:${credentials}@`)}/octo/fleet.git`;
    const git = (...args: string[]) =>
      run("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], {
        cwd: folder,
        env: { ...process.env, GIT_TERMINAL_PROMPT: "0" },
      });

    test("clone and push, by who may", async () => {
      await git("clone", "--quiet", urlWith(token), ".");
      expect(await readFile(join(folder, "README.md"), "utf8")).toBe(START["README.md"]);
      await writeFile(join(folder, "README.md"), "# Changed\n");
      await git("commit", "--quiet", "--all", "--message=Change");
      await git("push", "--quiet", "origin", "HEAD:refs/heads/changed");
      expect((await forge.repo(FLEET).git.blob("refs/heads/changed:README.md"))?.toString()).toBe("# Changed\n");
    });

    test("no clone without a token, no push with one that may only read", async () => {
      await expect(git("clone", "--quiet", `${forge.url}/octo/fleet.git`, ".")).rejects.toThrow();
      await git("clone", "--quiet", urlWith(await tokenFor(forge, { permissions: { contents: "read" } })), ".");
      await expect(git("push", "--quiet", "origin", "HEAD:refs/heads/changed")).rejects.toThrow("403");
    });

    test("a tarball of a commit", async () => {
      const { headers } = await inFleet("GET", "/tarball/main");
      const archive = await fetch(headers.get("location") ?? "");
      await writeFile(join(folder, "fleet.tar.gz"), Buffer.from(await archive.arrayBuffer()));
      const { stdout } = await run("tar", ["-tzf", "fleet.tar.gz"], { cwd: folder });
      expect(stdout).toContain("apps/checkout.yaml");
    });
  });
});

test("a copy of a real repository begins where that one is, and is kept where it is asked to be", async () => {
  const folder = await mkdtemp(join(tmpdir(), "oakum-kept-"));
  const first = await startForge({ folder, repositories: [{ ...FLEET, defaultBranch: "trunk", files: START }] });
  await first.close();
  const from = join(folder, "octo/fleet.git");
  const second = await startForge({ repositories: [{ owner: "octo", name: "copy", from }] });
  const { defaultBranch, git } = second.repo({ owner: "octo", name: "copy" });
  expect(defaultBranch).toBe("trunk");
  expect((await git.blob("refs/heads/trunk:README.md"))?.toString()).toBe(START["README.md"]);
  await second.close();
  await rm(folder, { recursive: true });
});

test("a signature is GitHub's own", () => {
  // https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
  expect(signatureOf("Hello, World!", "It's a Secret to Everybody")).toBe(
    "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
  );
});

function checkWith(count: number): JsonMap {
  const mark = { path: "a", start_line: 1, end_line: 1, annotation_level: "notice", message: "m" };
  const output = { title: "t", summary: "s", annotations: Array.from({ length: count }, () => mark) };
  return { name: "c", head_sha: "0".repeat(40), output };
}
