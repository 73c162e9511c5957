import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ListeningBot, listenForFleet } from "./listening.ts";
import { signatureOf } from "./stand-in/webhooks.ts";

const MEBIBYTE = 1024 * 1024;

describe("a webhook that is not GitHub's", () => {
  let oakum: ListeningBot;

  beforeEach(async () => {
    oakum = await listenForFleet();
  });
  afterEach(() => oakum.close());

  test.each([
    ["a wrong signature", "{}", { "x-hub-signature-256": `sha256=${"0".repeat(64)}` }, 400],
    ["Probot's well-known secret", "{}", { "x-hub-signature-256": signatureOf("{}", "development") }, 400],
    ["malformed JSON", "{", {}, 400],
    ["another content type", "{}", { "content-type": "text/plain" }, 415],
  ] as const)("%s", async (_, body, headers, status) => {
    expect((await oakum.post(body, headers)).status).toBe(status);
    expect(oakum.heard).toEqual([]);
  });

  test("no signature at all", async () => {
    const headers = { "content-type": "application/json", "x-github-event": "push", "x-github-delivery": "d1" };
    const answer = await fetch(`${oakum.origin}/api/github/webhooks`, { method: "POST", body: "{}", headers });
    expect(answer.status).toBe(400);
  });

  test("60 MB are refused before they are read", async () => {
    expect((await oakum.post("x".repeat(60 * MEBIBYTE))).status).toBe(413);
  });

  test("60 MB without a length are refused and not kept", async () => {
    const before = process.memoryUsage().rss;
    const part = Buffer.alloc(MEBIBYTE, "x");
    const body = ReadableStream.from(Array.from({ length: 60 }, () => part));
    const headers = {
      "content-type": "application/json",
      "x-hub-signature-256": "sha256=0",
      "x-github-event": "push",
    };
    const init = { method: "POST", body, headers: { ...headers, "x-github-delivery": "d1" }, duplex: "half" };
    const answer = await fetch(`${oakum.origin}/api/github/webhooks`, init as RequestInit);
    expect(answer.status).toBe(413);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * MEBIBYTE);
  });

  test("F22: is logged without what strangers wrote, and without tokens", async () => {
    await oakum.post(JSON.stringify({ text: "swordfish" }), {
      "x-hub-signature-256": "sha256=0",
      authorization: "bearer tuna",
    });
    oakum.fail(new Error("the database is away"));
    await oakum.post(
      JSON.stringify({ ref: "refs/heads/main", after: "salmon", repository: { full_name: "octo/fleet" } }),
    );
    expect(oakum.logged()).toContain("signature does not match");
    expect(oakum.logged()).toContain("the database is away");
    expect(oakum.logged()).not.toMatch(/swordfish|tuna|salmon/);
  });
});
