import type { IncomingMessage, ServerResponse } from "node:http";
import type { Log } from "../ports.ts";
import { BadInput } from "../signal/bad-input.ts";
import type { Signal } from "../signal/signal.ts";
import { isProven, type Proof } from "./authentication.ts";

/** A route: true where it answered. */
export type Route = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** A place where signals come in. */
export type Webhook = {
  readonly path: string;
  /** Any one of them is enough; none at all opens the place to nobody. */
  readonly proofs: readonly Proof[];
  /** Throws a BadInput that says what was expected. */
  readonly parse: (body: unknown) => readonly Signal[];
  readonly hear: (signals: readonly Signal[]) => Promise<void>;
  readonly log: Log;
};

type Answer = { readonly status: number; readonly said: string };

// Alertmanager groups of thousands of alerts stay well below; what is longer is refused before it is read.
const BODY_LIMIT = 10 * 1024 * 1024;

/** Takes in signals by HTTP: proven, whole and well-formed, or answered with what is wrong and nothing written. */
export function webhookRoute(webhook: Webhook): Route {
  return async (request, response) => {
    if (pathOf(request) !== webhook.path) return false;
    const { status, said } = await answerTo(request, webhook);
    if (status >= 400) webhook.log.warn({ path: webhook.path, status }, "webhook refused");
    response.writeHead(status, {
      "content-type": "text/plain; charset=utf-8",
      ...(status === 413 && { connection: "close" }),
    });
    response.end(`${said}\n`);
    return true;
  };
}

/** The path of a request, without its query. */
export function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? "";
}

async function answerTo(request: IncomingMessage, { proofs, parse, hear, log }: Webhook): Promise<Answer> {
  if (request.method !== "POST") return { status: 405, said: "Signals are sent by POST." };
  const body = await readBody(request);
  if (body === undefined) return { status: 413, said: `The body is longer than ${BODY_LIMIT} bytes.` };
  if (!proofs.some((proof) => isProven(proof, request.headers, body)))
    return { status: 401, said: "The token, password or signature is missing or wrong." };
  try {
    await hear(parse(parseJson(body)));
    return { status: 202, said: "heard" };
  } catch (error) {
    if (error instanceof BadInput) return { status: 400, said: error.message };
    log.error({ error: String(error) }, "signals could not be kept");
    return { status: 503, said: "The signals could not be kept: send them again." };
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new BadInput("The body is not JSON.");
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > BODY_LIMIT) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > BODY_LIMIT) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
