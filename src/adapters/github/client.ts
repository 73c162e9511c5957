import type { ProbotOctokit } from "probot";
import type { RepositoryRef } from "../../incident/incident.ts";
import type { App } from "./app.ts";
import { conditionally } from "./conditional.ts";
import { rateLimitOf, statusOf } from "./failure.ts";

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
        const isTokenRefused = isAboutToken(error);
        if (statusOf(error) !== 401 && !isTokenRefused) throw error;
        // A suspended or reinstalled App leaves a worthless token and installation behind, for up to an hour.
        octokits.delete(id);
        installations.clear();
        if (!isTokenRefused) await octokit.auth({ type: "installation", refresh: true }).catch(() => undefined);
        throw error;
      });
      return octokit;
    });
  }

  return { of, installation, asApp, login };
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

/** Whether it was the installation's token that could not be had. */
function isAboutToken(error: unknown): boolean {
  const { request } = error as { readonly request?: { readonly url?: string } };
  return request?.url?.endsWith("/access_tokens") === true;
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
