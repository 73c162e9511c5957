import type { Json, JsonMap } from "../../../src/signal/object.ts";
import type { Git } from "./git.ts";

/** Somebody who acts on the forge: a person, or an app's bot. */
export type Actor = { readonly login: string; readonly id: number; readonly type: "User" | "Bot" };

/** What a person may do in a repository. */
export type Role = "admin" | "maintain" | "write" | "triage" | "read";

/** A comment on an issue or pull request. */
export type Comment = {
  readonly id: number;
  readonly author: Actor;
  readonly createdAt: string;
  updatedAt: string;
  body: string;
  readonly reactions: { readonly content: string; readonly by: string }[];
};

/** The part of a pull request that an issue has not. */
type Pull = {
  readonly head: { readonly ref: string; sha: string };
  readonly base: { ref: string; sha: string };
  readonly draft: boolean;
  /** GitHub works out whether it can be merged only once it is asked, and says null meanwhile. */
  mergeAsked: boolean;
  merged: { readonly commit: string; readonly at: string; readonly by: Actor } | undefined;
};

/** An issue, or a pull request, which is an issue too. */
export type Thread = {
  readonly id: number;
  readonly number: number;
  readonly author: Actor;
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  state: "open" | "closed";
  stateReason: "completed" | "reopened" | "not_planned" | null;
  title: string;
  body: string | null;
  labels: string[];
  readonly comments: Comment[];
  readonly pull: Pull | undefined;
};

/** An issue that is a pull request. */
export type PullThread = Thread & { readonly pull: Pull };

/** A check run, as its writer sent it. */
export type CheckRun = {
  readonly id: number;
  readonly headSha: string;
  name: string;
  externalId: string;
  status: string;
  conclusion: string | null;
  startedAt: string;
  completedAt: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
  readonly annotations: JsonMap[];
};

/** One repository of the stand-in. */
export type Repo = {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch: string;
  readonly git: Git;
  readonly hasIssues: boolean;
  readonly collaborators: Map<string, Role>;
  readonly labels: Map<string, { readonly id: number; readonly color: string; readonly description: string }>;
  readonly threads: Map<number, Thread>;
  readonly checkRuns: CheckRun[];
  /** Commits that GitHub signed for the app, because it named no author of its own. */
  readonly verified: Set<string>;
  /** The rules of a branch, as `GET rules/branches` answers them. */
  readonly rules: Map<string, JsonMap[]>;
};

/** The app that the bot is, as registered with the stand-in. */
export type App = {
  readonly id: number;
  readonly slug: string;
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly bot: Actor;
  installation: number;
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
};

/** What every part of the stand-in shares. */
export type World = {
  /** Where it is reached: `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly now: () => Date;
  readonly nextId: () => number;
  readonly app: App;
  /** By `owner/name` in lower case. */
  readonly repos: Map<string, Repo>;
  readonly actor: (login: string) => Actor;
  /** Tells the app of something that happened. */
  readonly tell: (event: string, action: string | undefined, repo: Repo, sender: Actor, payload: JsonMap) => void;
};

/** An answer other than success; it becomes the HTTP answer as it is. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: JsonMap;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, more: JsonMap = {}, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.body = { message, documentation_url: "https://docs.github.com/rest", status: String(status), ...more };
    this.headers = headers;
  }
}

/** The 422 that GitHub gives for what it does not take. */
export function unprocessable(error: {
  readonly resource: string;
  readonly code: string;
  readonly field?: string;
  readonly message?: string;
}): Refusal {
  return new Refusal(422, "Validation Failed", { errors: [error] });
}

/** GitHub's word for a moment. */
export function stamp(world: World): string {
  return `${world.now().toISOString().slice(0, 19)}Z`;
}

/** The open or closed thread with this number, or GitHub's 404. */
export function threadOf(repo: Repo, number: number): Thread {
  const thread = repo.threads.get(number);
  if (thread === undefined) throw new Refusal(404, "Not Found");
  return thread;
}

/** The pull request with this number, or GitHub's 404. */
export function pullOf(repo: Repo, number: number): PullThread {
  const thread = threadOf(repo, number);
  if (!isPull(thread)) throw new Refusal(404, "Not Found");
  return thread;
}

/** Whether an issue is a pull request. */
export function isPull(thread: Thread): thread is PullThread {
  return thread.pull !== undefined;
}

/** What a person or the app asks for over HTTP. */
export type Call = {
  readonly world: World;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: JsonMap;
  readonly actor: Actor;
};

/** The same about one repository. */
export type RepoCall = Call & { readonly repo: Repo };

/** What is answered; a list is cut into pages on its way out. */
export type Answer = {
  readonly status: number;
  readonly body?: Json;
  readonly pages?: readonly Json[];
  readonly headers?: Readonly<Record<string, string>>;
};
