import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BadInput } from "../../src/signal/bad-input.ts";
import type { Signal } from "../../src/signal/signal.ts";
import { healthRoute } from "../../src/web/health.ts";
import { webhookRoute } from "../../src/web/webhook.ts";
import { signal } from "../incident/incidents.ts";

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const heard: Signal[] = [];
let server: Server;
let url: string;
let isBroken = false;

beforeEach(async () => {
  heard.length = 0;
  isBroken = false;
  const routes = [
    healthRoute(async () => {
      if (isBroken) throw new Error("down");
    }),
    webhookRoute({
      path: "/webhooks/alertmanager",
      proofs: [
        { by: "bearer", token: "s3cret" },
        { by: "basic", user: "am", password: "pässword" },
        { by: "hmac", secret: "shared" },
      ],
      parse: (body) => {
        if (body === null) throw new BadInput("Expected an Alertmanager body, found null.");
        return [signal];
      },
      hear: async (signals) => {
        if (isBroken) throw new Error("down");
        heard.push(...signals);
      },
      log: silent,
    }),
  ];
  server = createServer(async (request, response) => {
    for (const route of routes) if (await route(request, response)) return;
    response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

async function post(
  body: string,
  headers: Record<string, string> = { authorization: "Bearer s3cret" },
): Promise<string> {
  const answer = await fetch(`${url}/webhooks/alertmanager?x=1`, { method: "POST", body, headers });
  return `${answer.status} ${(await answer.text()).trim()}`;
}

describe("a webhook for signals", () => {
  const basic = Buffer.from("am:pässword").toString("base64");
  const sign = (body: string): string => `sha256=${createHmac("sha256", "shared").update(body).digest("hex")}`;

  test.each([
    ["a bearer token", { authorization: "Bearer s3cret" }],
    ["a user and password", { authorization: `Basic ${basic}` }],
    ["a signature", { "x-signature": sign("{}") }],
  ])("hears what comes with %s", async (_, headers) => {
    expect(await post("{}", headers as Record<string, string>)).toBe("202 heard");
    expect(heard).toHaveLength(1);
  });

  test.each([
    ["nothing", {}],
    ["an empty token", { authorization: "Bearer " }],
    ["another token", { authorization: "Bearer s3cre" }],
    ["another password", { authorization: `Basic ${Buffer.from("am:x").toString("base64")}` }],
    ["a signature of another body", { "x-signature": sign("{ }") }],
    ["a signature without its method", { "x-signature": sign("{}").slice(7) }],
  ])("refuses %s", async (_, headers) => {
    expect(await post("{}", headers as Record<string, string>)).toMatch(/^401 /);
    expect(heard).toEqual([]);
  });

  test("says what is wrong with a body, and writes nothing", async () => {
    expect(await post("{")).toBe("400 The body is not JSON.");
    expect(await post("null")).toBe("400 Expected an Alertmanager body, found null.");
    expect(await post("x".repeat(11 * 1024 * 1024))).toMatch(/^413 /);
    expect((await fetch(`${url}/webhooks/alertmanager`)).status).toBe(405);
    expect((await fetch(`${url}/webhooks/other`)).status).toBe(404);
    expect(heard).toEqual([]);
  });

  test("asks for the signals again where they could not be kept", async () => {
    isBroken = true;
    expect(await post("{}")).toMatch(/^503 .*send them again/);
  });

  test("tells whether it is up and whether it is ready", async () => {
    const statuses = async () => [(await fetch(`${url}/healthz`)).status, (await fetch(`${url}/readyz`)).status];
    expect(await statuses()).toEqual([200, 200]);
    isBroken = true;
    expect(await statuses()).toEqual([200, 503]);
  });
});
