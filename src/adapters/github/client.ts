import type { ProbotOctokit } from "probot";
import type { RepositoryRef } from "../../incident/incident.ts";
import { RateLimited } from "../../proposal/rate-limited.ts";
import type { App } from "./app.ts";

/** GitHub as Oakum's App may use it: one Octokit for each repository, and the App's own login. */
export type Client = {
  readonly of: (repository: RepositoryRef) => Promise<ProbotOctokit>;
  /** The installation that a repository belongs to, and what it was granted. */
  readonly installation: (repository: RepositoryRef) => Promise<Installation>;
  /** As the App itself, for its own affairs. */
  readonly asApp: () => Promise<ProbotOctokit>;
  /** `oakum[bot]`: the author of everything that is ours. */
  readonly login: () => Promise<string>;
};

type Installation = { readonly id: number; readonly permissions: object };

type RequestOptions = Required<Parameters<ProbotOctokit["request"]["endpoint"]["parse"]>[0]>;

type Answer = Awaited<ReturnType<ProbotOctokit["request"]>>;

const WAIT_SECONDS = 60;
const REMEMBERED_ANSWERS = 20;

/** Octokits that send a write once, read conditionally, and say `RateLimited` where GitHub wants to be left alone. */
export function openClient(app: App): Client {
  const installations = new Map<string, Promise<Installation>>();
  const octokits = new Map<number, Promise<ProbotOctokit>>();
  const asApp = remembered(async () => prepared(await app.client()));
  const login = remembered(async () => {
    const { data } = await (await asApp()).rest.apps.getAuthenticated();
    return `${data?.slug}[bot]`;
  });

  function installation({ owner, name }: RepositoryRef): Promise<Installation> {
    return kept(installations, `${owner}/${name}`.toLowerCase(), async () => {
      const octokit = await asApp();
      const { data } = await octokit.rest.apps.getRepoInstallation({ owner, repo: name }).catch((error: unknown) => {
        if (statusOf(error) !== 404) throw error;
        throw new Error(`The GitHub App is not installed on ${owner}/${name}: install it there.`);
      });
      return data;
    });
  }

  async function of(repository: RepositoryRef): Promise<ProbotOctokit> {
    const { id } = await installation(repository);
    return kept(octokits, id, async () => {
      const octokit = prepared(await app.client(id));
      octokit.hook.error("request", async (error) => {
        if (statusOf(error) === 401) {
          // A suspended or reinstalled App leaves a worthless token in the cache, for up to an hour.
          octokits.delete(id);
          installations.clear();
          await octokit.auth({ type: "installation", installationId: id, refresh: true }).catch(() => undefined);
        }
        throw error;
      });
      return octokit;
    });
  }

  return { of, installation, asApp, login };
}

/** The HTTP status that an error of Octokit carries; undefined for any other error. */
export function statusOf(error: unknown): number | undefined {
  const status = error instanceof Error && "status" in error ? error.status : undefined;
  return typeof status === "number" ? status : undefined;
}

function prepared(octokit: ProbotOctokit): ProbotOctokit {
  octokit.hook.before("request", (options) => {
    // A 502 may come after the effect: a write that is sent again is done twice.
    if (options.method !== "GET") options.request = { ...options.request, retries: 0 };
  });
  octokit.hook.wrap("request", conditionally(octokit));
  octokit.hook.error("request", (error) => {
    throw rateLimitOf(error) ?? error;
  });
  return octokit;
}

/** Asks with the ETag of the last answer: what has not changed costs nothing of the rate limit. */
function conditionally(octokit: ProbotOctokit) {
  const answers = new Map<string, Answer>();
  return async (
    request: (options: RequestOptions) => Answer | Promise<Answer>,
    options: RequestOptions,
  ): Promise<Answer> => {
    if (options.method !== "GET") return request(options);
    const { url } = octokit.request.endpoint.parse(options);
    const known = answers.get(url);
    if (known?.headers.etag !== undefined) options.headers["if-none-match"] = known.headers.etag;
    try {
      const answer = await request(options);
      answers.delete(url);
      if (answer.headers.etag !== undefined) answers.set(url, answer);
      const oldest = answers.keys().next().value;
      if (answers.size > REMEMBERED_ANSWERS && oldest !== undefined) answers.delete(oldest);
      return answer;
    } catch (error) {
      if (known === undefined || statusOf(error) !== 304) throw error;
      return known;
    }
  };
}

function rateLimitOf(error: unknown): RateLimited | undefined {
  const status = statusOf(error);
  if (status !== 403 && status !== 429) return undefined;
  const { message, response } = error as Error & { response?: { headers?: Record<string, string | undefined> } };
  const headers = response?.headers ?? {};
  if (headers["retry-after"] !== undefined) return new RateLimited(Number(headers["retry-after"]) || WAIT_SECONDS);
  if (headers["x-ratelimit-remaining"] === "0") return new RateLimited(secondsToReset(headers));
  return status === 429 || /secondary rate limit/i.test(message) ? new RateLimited(WAIT_SECONDS) : undefined;
}

/** By GitHub's own clock, which the answer carries. */
function secondsToReset(headers: Readonly<Record<string, string | undefined>>): number {
  const seconds = Number(headers["x-ratelimit-reset"]) - Date.parse(headers["date"] ?? "") / 1000;
  return Number.isFinite(seconds) ? Math.max(Math.ceil(seconds), 1) : WAIT_SECONDS;
}

function remembered<T>(make: () => Promise<T>): () => Promise<T> {
  const values = new Map<"it", Promise<T>>();
  return () => kept(values, "it", make);
}

/** The value under a key, made at most once at a time; a failure is not remembered. */
function kept<K, T>(values: Map<K, Promise<T>>, key: K, make: () => Promise<T>): Promise<T> {
  const value = values.get(key) ?? make();
  values.set(key, value);
  value.catch(() => {
    if (values.get(key) === value) values.delete(key);
  });
  return value;
}
