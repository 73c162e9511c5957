import { pino } from "pino";
import { expect } from "vitest";
import type { Route } from "../../src/adapters/github/app.ts";
import type { GitHub } from "../../src/adapters/github.ts";
import bot from "../../src/bot.ts";
import type { ForgeMessage } from "../../src/ports.ts";
import type { Forge } from "./stand-in/server.ts";
import { signatureOf } from "./stand-in/webhooks.ts";
import { connect, openFleet } from "./world.ts";

/** The bot on a port of its own, the stand-in's webhooks going there. */
export type ListeningBot = {
  readonly forge: Forge;
  readonly github: GitHub;
  readonly origin: string;
  readonly port: number;
  readonly heard: readonly { readonly id: string; readonly message: ForgeMessage }[];
  /** Everything that was logged, at the most talkative level. */
  readonly logged: () => string;
  /** From now on nothing can be stored, or (without a reason) it can again. */
  readonly fail: (reason?: Error) => void;
  /** Posts to the webhook path, as GitHub would unless these headers say otherwise. */
  readonly post: (body: string, headers?: Readonly<Record<string, string>>) => Promise<Response>;
  readonly stop: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Starts a bot that listens, and keeps what it hears. */
export async function listenForFleet(): Promise<ListeningBot> {
  const forge = await openFleet();
  const heard: { readonly id: string; readonly message: ForgeMessage }[] = [];
  const logged: string[] = [];
  let reason: Error | undefined;
  const github = await connect(forge, {
    log: pino({ level: "trace" }, { write: (line: string) => void logged.push(line) }),
  });
  const receive = async (id: string, messages: readonly ForgeMessage[]) => {
    if (reason !== undefined) throw reason;
    heard.push(...messages.map((message) => ({ id, message })));
  };
  const listening = await github.listen(bot(receive), { host: "127.0.0.1", port: 0, routes: [health] });
  const origin = `http://127.0.0.1:${listening.port}`;
  forge.webhooks.deliverTo(`${origin}/api/github/webhooks`);
  return {
    forge,
    github,
    origin,
    port: listening.port,
    heard,
    logged: () => logged.join("\n"),
    fail: (why) => {
      reason = why;
    },
    post: (body, headers = {}) => post(origin, body, { ...signed(body, forge.app.webhookSecret), ...headers }),
    stop: listening.stop,
    close: async () => {
      await listening.stop();
      await forge.close();
      expect(forge.violations).toEqual([]);
    },
  };
}

const health: Route = (request, response) => {
  if (request.url !== "/health") return false;
  response.writeHead(200).end("well");
  return true;
};

function signed(body: string, secret: string): Readonly<Record<string, string>> {
  return { "x-hub-signature-256": signatureOf(body, secret), "x-github-event": "push", "x-github-delivery": "d1" };
}

function post(origin: string, body: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  const whole = { "content-type": "application/json", ...headers };
  return fetch(`${origin}/api/github/webhooks`, { method: "POST", body, headers: whole });
}
