import { createHmac, randomUUID } from "node:crypto";
import type { JsonMap } from "../../../src/signal/object.ts";
import { Refusal } from "./state.ts";

/** One delivery as the app's settings page lists it. */
export type Delivery = {
  readonly id: number;
  /** The `X-GitHub-Delivery` that a redelivery has again. */
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly repositoryId: number | null;
  readonly installationId: number | null;
  readonly redelivery: boolean;
  readonly deliveredAt: string;
  readonly statusCode: number;
  /** The body as it was signed and sent. */
  readonly body: string;
};

/** A delivery that has not been sent yet. */
export type Message = Pick<Delivery, "guid" | "event" | "action" | "repositoryId" | "installationId" | "body">;

/** The webhooks of one app. */
export type Webhooks = ReturnType<typeof openWebhooks>;

/** GitHub gives up on an answer after ten seconds. */
const PATIENCE_MS = 10_000;

/** Signs and delivers what happens, one after the other, and keeps a log of it. */
export function openWebhooks({
  secret,
  now,
  nextId,
}: {
  readonly secret: string;
  readonly now: () => Date;
  readonly nextId: () => number;
}) {
  const log: Delivery[] = [];
  const closed = new AbortController();
  let receiver: string | undefined;
  let held: Message[] | undefined;
  let queue: Promise<void> = Promise.resolve();

  async function deliver(message: Message, url: string, redelivery: boolean): Promise<void> {
    const statusCode = await post(url, message, secret, closed.signal);
    const deliveredAt = now().toISOString();
    if (!closed.signal.aborted) log.push({ ...message, id: nextId(), redelivery, deliveredAt, statusCode });
  }

  function enqueue(message: Message, redelivery = false): void {
    const url = receiver;
    if (url !== undefined) queue = queue.then(() => deliver(message, url, redelivery));
  }

  return {
    log,
    /** Where deliveries go; before this is said, nothing is sent. */
    deliverTo: (url: string): void => {
      receiver = url;
    },
    send: (message: Omit<Message, "guid" | "body">, payload: JsonMap): void => {
      const whole = { ...message, guid: randomUUID(), body: JSON.stringify(payload) };
      if (held === undefined) enqueue(whole);
      else held.push(whole);
    },
    /** Keeps deliveries back until they are released. */
    hold: (): void => {
      held ??= [];
    },
    /** Sends what was held, in the order and number that `arrange` makes of it. */
    release: (arrange: (messages: readonly Message[]) => readonly Message[] = (messages) => messages): void => {
      const messages = held ?? [];
      held = undefined;
      for (const message of arrange(messages)) enqueue(message);
    },
    redeliver: (id: number): void => {
      const delivery = log.find((one) => one.id === id);
      if (delivery === undefined) throw new Refusal(404, "Not Found");
      enqueue(delivery, true);
    },
    /** Once everything that was sent has been answered, with what that led to. */
    settled: async (): Promise<void> => {
      let seen: Promise<void> | undefined;
      while (seen !== queue) {
        seen = queue;
        await seen;
      }
    },
    close: async (): Promise<void> => {
      closed.abort();
      await queue;
    },
  };
}

/** The signature that GitHub sends along: `sha256=` and the body's HMAC. */
export function signatureOf(body: string, secret: string): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

async function post(url: string, message: Message, secret: string, closed: AbortSignal): Promise<number> {
  const headers = {
    "content-type": "application/json",
    "user-agent": "GitHub-Hookshot/stand-in",
    "x-github-event": message.event,
    "x-github-delivery": message.guid,
    "x-hub-signature-256": signatureOf(message.body, secret),
  };
  const signal = AbortSignal.any([closed, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    const answer = await fetch(url, { method: "POST", headers, body: message.body, signal });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    // GitHub's log shows 502 where nobody answered.
    return 502;
  }
}
