import { generateKeyPairSync, randomBytes, randomInt } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RepositoryRef } from "../../../src/incident/incident.ts";
import type { JsonMap } from "../../../src/signal/object.ts";
import { type Faults, openFaults } from "./faults.ts";
import { openGit, runGit } from "./git.ts";
import { serveGit } from "./git-http.ts";
import { type Person, personOf } from "./person.ts";
import { type Counts, openRest } from "./rest.ts";
import { userShape } from "./shapes/people.ts";
import { repositoryShape } from "./shapes/repository.ts";
import { type Actor, type App, Refusal, type Repo, type Role, type World } from "./state.ts";
import { credentialsOf, openTokens } from "./tokens.ts";
import { openWebhooks, type Webhooks } from "./webhooks.ts";

/** A repository to begin with: a copy of a real one, or these files as its first commit. */
export type RepositoryStart = {
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch?: string;
  /** A folder that git can clone, every branch of it. */
  readonly from?: string;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly hasIssues?: boolean;
  readonly collaborators?: Readonly<Record<string, Role>>;
  /** Rules by branch, as `GET rules/branches` answers them. */
  readonly rules?: Readonly<Record<string, readonly JsonMap[]>>;
};

/** How a stand-in is to be. */
export type ForgeStart = {
  readonly repositories: readonly RepositoryStart[];
  /** Where the repositories are kept, for good; without it in a folder that `close` removes. */
  readonly folder?: string;
  readonly now?: () => Date;
  readonly permissions?: Readonly<Record<string, string>>;
  /** The events that the app hears of. */
  readonly events?: readonly string[];
};

/** A GitHub for one app, on this machine: real git, GitHub's REST API, signed webhooks. */
export type Forge = {
  readonly url: string;
  /** The base address for Octokit. */
  readonly apiUrl: string;
  readonly app: App;
  readonly faults: Faults;
  readonly webhooks: Webhooks;
  readonly counts: Counts;
  readonly violations: readonly string[];
  readonly repo: (ref: RepositoryRef) => Repo;
  readonly person: (login: string) => Person;
  /** Every token so far is worthless from now on. */
  readonly revokeTokens: () => void;
  /** Ends what is under way and closes the door. */
  readonly close: () => Promise<void>;
};

const PERMISSIONS = {
  metadata: "read",
  contents: "write",
  pull_requests: "write",
  issues: "write",
  checks: "write",
};

const EVENTS = ["pull_request", "issues", "issue_comment", "check_run", "push"];

/** Starts a stand-in on a free port of this machine. */
export async function startForge(start: ForgeStart): Promise<Forge> {
  const now = start.now ?? (() => new Date());
  const folder = start.folder ?? (await mkdtemp(join(tmpdir(), "oakum-forge-")));
  let id = 1_000;
  const nextId = () => ++id;
  const app = makeApp(start);
  const actor = makeActors(app);
  const webhooks = openWebhooks({ secret: app.webhookSecret, now, nextId });
  const tokens = openTokens({ appId: app.id, privateKey: app.privateKey, now });
  const repos = new Map<string, Repo>();
  const server = createServer();
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const world: World = { url, now, nextId, app, repos, actor, tell };

  function tell(event: string, action: string | undefined, repo: Repo, sender: Actor, payload: JsonMap): void {
    if (!app.events.includes(event)) return;
    const common = {
      repository: repositoryShape(world, repo),
      installation: { id: app.installation },
      sender: userShape(world, sender),
    };
    const message = { event, action: action ?? null, repositoryId: repo.id, installationId: app.installation };
    webhooks.send(message, { ...(action === undefined ? {} : { action }), ...payload, ...common });
  }

  for (const one of start.repositories)
    repos.set(`${one.owner}/${one.name}`.toLowerCase(), await makeRepo(folder, nextId(), one, now));
  const repo = ({ owner, name }: RepositoryRef): Repo => {
    const found = repos.get(`${owner}/${name}`.toLowerCase());
    if (found === undefined) throw new Error(`The stand-in has no repository ${owner}/${name}`);
    return found;
  };

  const counts: Counts = { reads: 0, writes: 0, notModified: 0, operations: new Map() };
  const violations: string[] = [];
  const faults = openFaults();
  const rest = openRest({ world, tokens, webhooks, faults, counts, violations });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = new URL(request.url ?? "/", url());
    const [, owner = "", name = "", last = ""] = target.pathname.split("/");
    if (target.pathname.startsWith("/api/v3/")) return answerRest(request, response, target);
    if (owner === "codeload") return sendArchive(repo({ owner: name, name: last }), target, response);
    if (!name.endsWith(".git")) throw new Refusal(404, "Not Found");
    const credentials = credentialsOf(request.headers.authorization);
    if (credentials === undefined) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="GitHub"' }).end();
      return;
    }
    const of = {
      world,
      repo: repo({ owner, name: name.slice(0, -".git".length) }),
      caller: tokens.callerOf(credentials),
    };
    await serveGit(of, target, request, response);
  }

  async function answerRest(request: IncomingMessage, response: ServerResponse, target: URL): Promise<void> {
    const { status, headers, body, reset } = await rest(request, target, await textOf(request));
    if (reset) response.destroy();
    else response.writeHead(status, headers).end(body);
  }

  server.on("request", (request, response) => {
    answer(request, response).catch((error: unknown) => {
      const refusal = error instanceof Refusal ? error : undefined;
      if (refusal === undefined) violations.push(`${request.method} ${request.url}: ${String(error)}`);
      if (!response.headersSent) response.writeHead(refusal?.status ?? 500);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    url: url(),
    apiUrl: `${url()}/api/v3`,
    app,
    faults,
    webhooks,
    counts,
    violations,
    repo,
    person: (login) => personOf(world, repo, login),
    revokeTokens: tokens.revokeAll,
    close: async () => {
      await webhooks.close();
      for (const { git } of repos.values()) await git.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (start.folder === undefined) await rm(folder, { recursive: true });
    },
  };
}

// Made once a process, since making one takes longer than all else here.
let privateKey: string | undefined;

function makeApp(start: ForgeStart): App {
  privateKey ??= generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  }).privateKey;
  return {
    id: 4711,
    slug: "oakum",
    privateKey,
    webhookSecret: randomBytes(20).toString("hex"),
    bot: { login: "oakum[bot]", id: 41, type: "Bot" },
    // Octokit shares tokens under way by this number, process-wide; two stand-ins must not meet there.
    installation: randomInt(1_000, 1_000_000_000),
    permissions: start.permissions ?? PERMISSIONS,
    events: start.events ?? EVENTS,
  };
}

function makeActors(app: App): (login: string) => Actor {
  const actors = new Map([[app.bot.login, app.bot]]);
  return (login) => {
    const actor = actors.get(login) ?? { login, id: 100 + actors.size, type: login.endsWith("[bot]") ? "Bot" : "User" };
    actors.set(login, actor);
    return actor;
  };
}

async function makeRepo(folder: string, id: number, start: RepositoryStart, now: () => Date): Promise<Repo> {
  const path = join(folder, start.owner, `${start.name}.git`);
  const defaultBranch = start.defaultBranch ?? "main";
  await mkdir(path, { recursive: true });
  if (start.from === undefined) await runGit(["init", "--quiet", "--bare", `--initial-branch=${defaultBranch}`, path]);
  else await runGit(["clone", "--quiet", "--bare", start.from, path]);
  const repo: Repo = {
    id,
    owner: start.owner,
    name: start.name,
    defaultBranch,
    git: openGit(path),
    hasIssues: start.hasIssues ?? true,
    collaborators: new Map(Object.entries(start.collaborators ?? {})),
    labels: new Map(),
    threads: new Map(),
    checkRuns: [],
    verified: new Set(),
    rules: new Map(Object.entries(start.rules ?? {}).map(([branch, rules]) => [branch, [...rules]])),
  };
  if (start.files !== undefined) {
    const parent = await repo.git.resolve(`refs/heads/${defaultBranch}`);
    const by = { name: start.owner, email: `${start.owner}@example.com`, date: now().toISOString() };
    const commit = await repo.git.commitFiles(parent, start.files, { message: "Begin", by });
    await repo.git.setRef(`refs/heads/${defaultBranch}`, commit);
  }
  return repo;
}

async function sendArchive(repo: Repo, target: URL, response: ServerResponse): Promise<void> {
  const sha = target.pathname.split("/").at(-1) ?? "";
  const archive = await repo.git.archive(sha, `${repo.owner}-${repo.name}-${sha.slice(0, 7)}`);
  response.writeHead(200, { "content-type": "application/x-gzip" }).end(archive);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
