import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { mirror } from "../adapters/git-mirror.ts";
import type { GitHub } from "../adapters/github.ts";
import { openCluster } from "../adapters/kubernetes.ts";
import { loadPolicies, OWN_POLICIES } from "../adapters/policy-files.ts";
import { readSnapshot } from "../adapters/snapshot.ts";
import type { RepositoryRef } from "../incident/incident.ts";
import type { Policy } from "../policy/policy.ts";
import type { Cluster, Repository } from "../ports.ts";
import type { Env, Settings } from "../settings.ts";
import { BadInput } from "../signal/bad-input.ts";
import type { Io } from "./io.ts";
import { optionsOf } from "./options.ts";
import { pathOption } from "./path-option.ts";

/** What the commands that run with the bot's settings take as options. */
export type BotOptions = {
  readonly help: boolean;
  readonly "dry-run": boolean;
  readonly kubeconfig?: string;
  readonly snapshot?: string;
};

/** Reads those options; throws a BadInput with the help where they are not usable. */
export function parseBotOptions(args: readonly string[], help: string): BotOptions {
  const options = {
    help: { type: "boolean", default: false, short: "h" },
    "dry-run": { type: "boolean", default: false },
    kubeconfig: { type: "string" },
    snapshot: { type: "string" },
  } as const;
  return optionsOf(help, () => parseArgs({ args: [...args], options })).values;
}

/** The environment with the private key that PRIVATE_KEY_PATH names, and with what the options say. */
export async function readEnv(options: BotOptions, { env, cwd }: Io): Promise<Env> {
  const said = options["dry-run"] ? { ...env, OAKUM_DRY_RUN: "true" } : env;
  const path = env["PRIVATE_KEY_PATH"] ?? "";
  if (path === "" || env["PRIVATE_KEY"]) return said;
  try {
    return { ...said, PRIVATE_KEY: await readFile(resolve(cwd, path), "utf8") };
  } catch (error) {
    throw new BadInput(`PRIVATE_KEY_PATH is ${path}, which cannot be read: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

/** The cluster that the options name: live, or recorded. */
export function clusterOf({ snapshot, kubeconfig }: BotOptions, cwd: string): Cluster {
  if (snapshot !== undefined) {
    const folder = pathOption(cwd, "--snapshot", snapshot);
    return { look: () => readSnapshot(folder) };
  }
  return openCluster(kubeconfig === undefined ? {} : { kubeconfig: pathOption(cwd, "--kubeconfig", kubeconfig) });
}

/** One mirror a repository, kept between looks; each fetch asks for a fresh token. */
export function mirrors({ access }: GitHub, folder: string): (repository: RepositoryRef) => Promise<Repository> {
  const known = new Map<string, Promise<Repository>>();
  return (repository) => {
    const name = `${repository.owner}/${repository.name}`.toLowerCase();
    const opened = known.get(name) ?? openMirror(access, repository, join(folder, name));
    known.set(name, opened);
    opened.catch(() => known.delete(name));
    return opened;
  };
}

async function openMirror(access: GitHub["access"], repository: RepositoryRef, folder: string): Promise<Repository> {
  const { url } = await access.clone(repository);
  return mirror({ url, folder, token: async () => (await access.clone(repository)).token });
}

/** The policies that judge every change: those of the settings, else the shipped ones. */
export function policiesOf({ policies }: Pick<Settings, "policies">, cwd: string): readonly Policy[] {
  return loadPolicies(policies === null ? OWN_POLICIES : resolve(cwd, policies));
}
