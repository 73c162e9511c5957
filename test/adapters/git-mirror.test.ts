import { spawn } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mirror } from "../../src/adapters/git-mirror.ts";
import { repositories } from "./repositories.ts";

const { home, run, make, commit, remove } = repositories("mirror");
afterAll(remove);

const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);
const nobody = async () => undefined;

const origin = make("origin");
symlinkSync("../base", join(origin, "prod"));
mkdirSync(join(origin, "clusters"));
symlinkSync("../base", join(origin, "clusters/prod"));
const first = commit(origin, "Add the shop", {
  "base/shop.yaml": "image: shop:1\n",
  "base/crds.yaml": "x".repeat(2 << 20),
});

describe("a mirror", () => {
  const open = (name: string, url = `file://${origin}`) => mirror({ url, folder: join(home, name), token: nobody });

  test("reads files, links and large files from git's objects, without a work tree", async () => {
    const { tree, revision, history } = await open("reads").checkout("main");
    expect(revision).toBe(first);
    expect(history).toMatchObject({ known: true, head: first, truncated: false });
    expect(tree.list("")).toEqual([
      { name: "base", type: "folder" },
      { name: "clusters", type: "folder" },
      { name: "prod", type: "link-outside" },
    ]);
    expect(text(tree.read("clusters/prod/shop.yaml"))).toBe("image: shop:1\n");
    expect(tree.read("base/crds.yaml")?.length).toBe(2 << 20);
    expect(tree.list("clusters/prod")).toHaveLength(2);
  });

  test("follows its branch, rewritten or not, and answers the same checkout while nothing changes", async () => {
    const follower = open("follows");
    run(origin, "switch", "-q", "-c", "side");
    const before = await follower.checkout("side");
    expect(await follower.checkout("side")).toBe(before);
    const next = commit(origin, "Raise the image", { "base/shop.yaml": "image: shop:2\n" });
    expect(await follower.contains(next, first)).toBe(true);
    const after = await follower.checkout("side");
    expect(after.revision).toBe(next);
    expect(text(after.tree.read("base/shop.yaml"))).toBe("image: shop:2\n");
    run(origin, "commit", "-q", "--amend", "-m", "Raise it otherwise");
    expect((await follower.checkout("side")).revision).toBe(run(origin, "rev-parse", "side"));
    expect(await follower.contains(first, next)).toBe(false);
    run(origin, "switch", "-q", "main");
  });

  test("asks one after the other, and begins anew where it was killed", async () => {
    const folder = join(home, "killed");
    await mirror({ url: `file://${origin}`, folder, token: nobody }).checkout("main");
    writeFileSync(join(folder, "shallow.lock"), "");
    const reborn = mirror({ url: `file://${origin}`, folder, token: nobody });
    const answers = await Promise.all([
      reborn.checkout("main"),
      reborn.checkout("main"),
      reborn.contains(first, first),
    ]);
    expect(answers[2]).toBe(true);
    expect(answers[1]).toBe(answers[0]);
  });

  test("says which branch of which repository it expected", async () => {
    await expect(open("none").checkout("nowhere")).rejects.toThrow(/Expected branch nowhere at file:.*couldn't find/);
    await expect(open("gone", `file://${home}/gone.git`).checkout("main")).rejects.toThrow(/Expected branch main at/);
  });
});

describe("a mirror of a private repository", () => {
  let server: Server;
  let url: string;
  const asked: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.headers.authorization ?? "nobody");
      if (request.headers.authorization === `Basic ${btoa("x-access-token:right")}`) serveGit(request, response);
      else response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/origin`;
  });
  afterAll(() => server.close());

  test("shows its token to the server that asks, and to nobody else", async () => {
    const { revision } = await mirror({ url, folder: join(home, "private"), token: async () => "right" }).checkout(
      "main",
    );
    expect(revision).toBe(first);
    expect(asked[0]).toBe("nobody");
    expect(run(join(home, "private"), "config", "--list")).not.toContain("right");
  });

  test("says plainly that it was not let in, without the token", async () => {
    const wrong = mirror({ url, folder: join(home, "wrong"), token: async () => "w-r-o-n-g" });
    await expect(wrong.checkout("main")).rejects.toThrow(/cannot be read: .*Authentication failed/);
    await expect(wrong.checkout("main")).rejects.not.toThrow(/w-r-o-n-g/);
    const none = mirror({ url, folder: join(home, "without"), token: nobody });
    await expect(none.checkout("main")).rejects.toThrow(/cannot be read: /);
  });
});

function serveGit(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
  const child = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env["PATH"] ?? "",
      GIT_PROJECT_ROOT: home,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: pathname,
      QUERY_STRING: searchParams.toString(),
      REQUEST_METHOD: request.method ?? "",
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
    },
  });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.on("close", () => {
    const answer = Buffer.concat(chunks);
    const end = answer.indexOf("\r\n\r\n");
    for (const line of answer.toString("latin1", 0, end).split("\r\n")) {
      const [name = "", value = ""] = line.split(": ");
      if (name === "Status") response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.end(answer.subarray(end + 4));
  });
}
