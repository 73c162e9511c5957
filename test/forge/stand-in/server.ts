import { generateKeyPairSync, randomBytes, randomInt } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RepositoryRef } from "../../../src/incident/incident.ts";
import type { JsonMap } from "../../../src/signal/object.ts";
import { type Faults, openFaults } from "./faults.ts";
import { openGit, runGit } from "./git.ts";
import { openHttp } from "./http.ts";
import { type Person, personOf } from "./person.ts";
import type { Counts } from "./rest.ts";
import { apiUrl } from "./shapes/addresses.ts";
import { userShape } from "./shapes/people.ts";
import { repositoryShape } from "./shapes/repository.ts";
import type { Actor, App, Repo, Role, World } from "./state.ts";
import { openTokens } from "./tokens.ts";
import { openWebhooks, type Webhooks } from "./webhooks.ts";

/** A repository to begin with: a copy of a real one, or these files as its first commit. */
type RepositoryStart = {
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
  /** The App is uninstalled and installed again, which makes it another installation. */
  readonly reinstall: () => void;
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
  const folder = start.folder ?? (await mkdtemp(join(tmpdir(), "oakum-forge-")));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { world, webhooks } = makeWorld(start, url);
  const { app, repos, now, nextId } = world;
  for (const one of start.repositories) {
    const repo = await makeRepo(folder, nextId(), one, now);
    repos.set(nameOf(one), repo);
  }
  const tokens = openTokens({ appId: app.id, privateKey: app.privateKey, now });
  const counts: Counts = { reads: 0, writes: 0, notModified: 0, operations: new Map() };
  const rest = { world, tokens, webhooks, faults: openFaults(), counts, violations: [] };
  server.on("request", openHttp(rest));
  const repo = (ref: RepositoryRef): Repo => {
    const found = repos.get(nameOf(ref));
    if (found === undefined) throw new Error(`The stand-in has no repository ${nameOf(ref)}`);
    return found;
  };
  return {
    url,
    apiUrl: apiUrl(world),
    app,
    faults: rest.faults,
    webhooks,
    counts,
    violations: rest.violations,
    repo,
    person: (login) => personOf(world, repo, login),
    revokeTokens: tokens.revokeAll,
    reinstall: () => {
      tokens.revokeAll();
      app.installation = newInstallation();
    },
    close: async () => {
      await webhooks.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      for (const { git } of repos.values()) await git.close();
      if (start.folder === undefined) await rm(folder, { recursive: true });
    },
  };
}

function makeWorld(start: ForgeStart, url: string): { readonly world: World; readonly webhooks: Webhooks } {
  const now = start.now ?? (() => new Date());
  let id = 1_000;
  const nextId = () => ++id;
  const app = makeApp(start);
  const webhooks = openWebhooks({ secret: app.webhookSecret, now, nextId });
  const world: World = {
    url,
    now,
    nextId,
    app,
    repos: new Map(),
    actor: makeActors(app),
    tell: (event, action, repo, sender, payload) => {
      if (!app.events.includes(event)) return;
      const { installation } = app;
      const common = {
        repository: repositoryShape(world, repo),
        installation: { id: installation },
        sender: userShape(world, sender),
      };
      const message = { event, action: action ?? null, repositoryId: repo.id, installationId: installation };
      webhooks.send(message, { ...(action === undefined ? {} : { action }), ...payload, ...common });
    },
  };
  return { world, webhooks };
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
    installation: newInstallation(),
    permissions: start.permissions ?? PERMISSIONS,
    events: start.events ?? EVENTS,
  };
}

/** Octokit shares tokens under way by this number, process-wide; two stand-ins must not meet there. */
function newInstallation(): number {
  return randomInt(1_000, 1_000_000_000);
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
  const { from, defaultBranch = from === undefined ? "main" : await headOf(from) } = start;
  await mkdir(path, { recursive: true });
  if (from === undefined) await runGit(["init", "--quiet", "--bare", `--initial-branch=${defaultBranch}`, path]);
  else await runGit(["clone", "--quiet", "--bare", from, path]);
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

/** The branch that is checked out there. */
async function headOf(folder: string): Promise<string> {
  return (await runGit(["-C", folder, "symbolic-ref", "--short", "HEAD"])).toString().trim();
}

function nameOf({ owner, name }: RepositoryRef): string {
  return `${owner}/${name}`.toLowerCase();
}
