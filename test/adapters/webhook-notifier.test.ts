import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { webhookNotifier } from "../../src/adapters/webhook-notifier.ts";
import { notifierContract } from "../contracts/notifier.ts";

type Hook = { readonly url: string; readonly received: unknown[]; readonly close: () => Promise<void> };

const open: Hook[] = [];
const warnings: unknown[] = [];
const log = { info: () => {}, error: () => {}, warn: (fields: unknown) => void warnings.push(fields) };

async function startHook(status = 200): Promise<Hook> {
  const received: unknown[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += String(part);
    received.push(JSON.parse(body));
    response.writeHead(status).end();
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=canary-9f31`;
  const close = (): Promise<void> =>
    new Promise((closed) => {
      server.closeAllConnections();
      server.close(() => closed());
    });
  const hook = { url, received, close };
  open.push(hook);
  return hook;
}

afterEach(async () => {
  warnings.length = 0;
  await Promise.all(open.splice(0).map((hook) => hook.close()));
});

describe("news by webhook", () => {
  notifierContract(async () => {
    const hook = await startHook();
    return { notifier: webhookNotifier(hook.url, log), received: () => hook.received, breakDown: hook.close };
  });

  test("a refusal and a failure are logged without the address, which may carry a secret", async () => {
    const hook = await startHook(500);
    const notifier = webhookNotifier(hook.url, log);
    const news = { incident: "a1b2", root: "Node/n1", status: "handed-over", sentence: "Look.", link: "x" } as const;
    await notifier.tell(news);
    await hook.close();
    await notifier.tell(news);
    expect(warnings).toEqual([
      { incident: "a1b2", status: 500 },
      { incident: "a1b2", failure: "TypeError" },
    ]);
    expect(JSON.stringify(warnings)).not.toContain("canary");
  });
});
