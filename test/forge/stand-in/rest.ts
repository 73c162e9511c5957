import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Json, JsonMap } from "../../../src/signal/object.ts";
import { answerFaults, type Operation, operationFor, requestFaults } from "./description.ts";
import type { Fault, Faults } from "./faults.ts";
import { appOperations } from "./operations/apps.ts";
import { checkOperations } from "./operations/checks.ts";
import { gitOperations } from "./operations/git.ts";
import { issueOperations } from "./operations/issues.ts";
import { pullOperations } from "./operations/pulls.ts";
import { repositoryOperations } from "./operations/repositories.ts";
import { mayCall } from "./permissions.ts";
import { type Answer, type Call, Refusal, type Repo, type RepoCall, type World } from "./state.ts";
import { type Caller, credentialsOf, type Tokens } from "./tokens.ts";
import type { Webhooks } from "./webhooks.ts";

/** How often the API was asked, and for what. */
export type Counts = {
  reads: number;
  writes: number;
  /** Reads that were answered with 304, which cost nothing. */
  notModified: number;
  readonly operations: Map<string, number>;
};

/** Everything the REST API is made of. */
export type Rest = {
  readonly world: World;
  readonly tokens: Tokens;
  readonly webhooks: Webhooks;
  readonly faults: Faults;
  readonly counts: Counts;
  /** What broke GitHub's description, in a request or in an answer of the stand-in. */
  readonly violations: string[];
};

/** What goes back over the wire; `reset` cuts the connection instead. */
export type Reply = {
  readonly status: number;
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly reset: boolean;
};

/** The operations on one repository, by GitHub's name for them. */
export const repoOperations: Readonly<Record<string, (call: RepoCall) => Answer | Promise<Answer>>> = {
  ...gitOperations,
  ...issueOperations,
  ...pullOperations,
  ...checkOperations,
  ...repositoryOperations,
};

const RATE_LIMIT = 5_000;

/** Answers REST requests, one after the other, as GitHub would. */
export function openRest(rest: Rest): (request: IncomingMessage, url: URL, body: string) => Promise<Reply> {
  const own = appOperations(rest.tokens, rest.webhooks);
  const operations: Readonly<Record<string, (call: Call) => Answer | Promise<Answer>>> = own;
  let queue: Promise<unknown> = Promise.resolve();

  async function perform(operation: Operation, call: Call, caller: Caller): Promise<Answer> {
    if (!mayCall(caller, operation.id, operation.method))
      throw new Refusal(403, "Resource not accessible by integration");
    const ofRepo = repoOperations[operation.id];
    if (ofRepo !== undefined) return ofRepo({ ...call, repo: repoOf(rest.world, call.params, caller) });
    const ofApp = operations[operation.id];
    if (ofApp === undefined) throw new Error(`The stand-in has no ${operation.id}`);
    return ofApp(call);
  }

  return async (request, url, text) => {
    const { world, violations } = rest;
    const method = request.method ?? "GET";
    const found = operationFor(method, url.pathname.slice("/api/v3".length));
    if (found === undefined) {
      violations.push(`${method} ${url.pathname}: no such operation`);
      return reply(rest, refused(new Refusal(404, "Not Found")));
    }
    const { operation, params } = found;
    const note = (faults: readonly string[]) => violations.push(...faults.map((fault) => `${operation.id}: ${fault}`));
    const faults = rest.faults.take(operation.id);
    count(rest.counts, operation);
    try {
      await goWrong(faults, "before");
      const body = parsed(text);
      note(requestFaults(operation, url.searchParams, body));
      const caller = rest.tokens.callerOf(credentialsOf(request.headers.authorization));
      const call = { world, params, query: url.searchParams, body: (body ?? {}) as JsonMap, actor: world.app.bot };
      const work = queue.then(() => perform(operation, call, caller));
      queue = work.catch(() => undefined);
      const answer = paged(await work, url);
      note(answerFaults(operation, answer.status, answer.body));
      await goWrong(faults, "after");
      return conditional(rest, reply(rest, answer), method, request.headers["if-none-match"]);
    } catch (error) {
      if (error instanceof Reset) return { status: 0, body: undefined, headers: {}, reset: true };
      if (!(error instanceof Refusal)) throw error;
      if (!(error instanceof Planned)) note(answerFaults(operation, error.status, error.body));
      return reply(rest, refused(error));
    }
  };
}

class Reset extends Error {}

class Planned extends Refusal {}

async function goWrong(faults: readonly Fault[], when: "before" | "after"): Promise<void> {
  for (const fault of faults) {
    if ("when" in fault) {
      if (fault.when !== when) continue;
      throw fault.kind === "reset" ? new Reset() : new Planned(fault.status, "Server Error");
    }
    if (when === "after") continue;
    if (fault.kind === "delay") await new Promise((resolve) => setTimeout(resolve, fault.ms));
    else throw refusalOf(fault);
  }
}

function refusalOf(fault: Exclude<Fault, { kind: "delay" | "error" | "reset" }>): Planned {
  if (fault.kind === "refusal") return new Planned(fault.status, fault.message);
  if (fault.kind === "secondary-limit") {
    const message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
    return new Planned(403, message, {}, { "retry-after": String(fault.retryAfter) });
  }
  const reset = Math.ceil(Date.now() / 1000) + fault.resetIn;
  const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(reset) };
  return new Planned(403, "API rate limit exceeded for installation.", {}, headers);
}

function repoOf(world: World, params: Readonly<Record<string, string>>, caller: Caller): Repo {
  const repo = world.repos.get(`${params["owner"]}/${params["repo"]}`.toLowerCase());
  const isHidden =
    caller.as === "installation" && caller.repos !== undefined && !caller.repos.includes(repo?.name ?? "");
  if (repo === undefined || isHidden) throw new Refusal(404, "Not Found");
  return repo;
}

function parsed(text: string): Json | undefined {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, "Problems parsing JSON");
  }
}

function count(counts: Counts, { id, method }: Operation): void {
  counts.operations.set(id, (counts.operations.get(id) ?? 0) + 1);
  if (method === "GET") counts.reads += 1;
  else if (!id.startsWith("apps/")) counts.writes += 1;
}

function refused(refusal: Refusal): Answer {
  return { status: refusal.status, body: refusal.body, headers: refusal.headers };
}

function paged(answer: Answer, url: URL): Answer {
  const { pages, ...rest } = answer;
  if (pages === undefined) return answer;
  const size = Math.min(Number(url.searchParams.get("per_page") ?? 30), 100);
  const page = Number(url.searchParams.get("page") ?? 1);
  const last = Math.max(Math.ceil(pages.length / size), 1);
  const link = (to: number, rel: string) => {
    const target = new URL(url);
    target.searchParams.set("page", String(to));
    return `<${target}>; rel="${rel}"`;
  };
  const links = page < last ? { link: `${link(page + 1, "next")}, ${link(last, "last")}` } : {};
  return { ...rest, headers: { ...rest.headers, ...links }, body: pages.slice((page - 1) * size, page * size) };
}

function reply({ counts }: Rest, { status, body, headers = {} }: Answer): Reply {
  const left = String(RATE_LIMIT - counts.reads - counts.writes + counts.notModified);
  const limits = { "x-ratelimit-limit": String(RATE_LIMIT), "x-ratelimit-remaining": left };
  const type: Record<string, string> = body === undefined ? {} : { "content-type": "application/json; charset=utf-8" };
  const text = body === undefined ? undefined : JSON.stringify(body);
  return { status, body: text, headers: { ...limits, ...type, ...headers }, reset: false };
}

/** A read whose answer the caller has already is answered with 304 and nothing else. */
function conditional({ counts }: Rest, whole: Reply, method: string, known: string | undefined): Reply {
  if (method !== "GET" || whole.status !== 200) return whole;
  const etag = `W/"${createHash("sha256")
    .update(whole.body ?? "")
    .digest("hex")}"`;
  const headers = { ...whole.headers, etag };
  if (known !== etag) return { ...whole, headers };
  counts.notModified += 1;
  return { ...whole, status: 304, body: undefined, headers };
}
