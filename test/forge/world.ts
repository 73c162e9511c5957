import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { expect } from "vitest";
import { parse } from "yaml";
import type { AppSettings } from "../../src/adapters/github/app.ts";
import { type GitHub, openGitHub } from "../../src/adapters/github.ts";
import { FLEET, type ForgeWorld, START } from "../contracts/forge.ts";
import type { TwinWrite } from "../twins/forge.ts";
import type { Fault } from "./stand-in/faults.ts";
import { type Forge, type ForgeStart, startForge } from "./stand-in/server.ts";

const OPERATION: Readonly<Record<TwinWrite, string>> = {
  issue: "issues/create",
  comment: "issues/create-comment",
  branch: "git/create-ref",
  pull: "pulls/create",
  check: "checks/create",
};

const LOST: Fault = { kind: "error", status: 502, when: "after" };

/** What app.yml asks GitHub for: the stand-in grants that and no more. */
export const manifest: {
  readonly default_permissions: Readonly<Record<string, string>>;
  readonly default_events: readonly string[];
} = parse(readFileSync(join(import.meta.dirname, "../../app.yml"), "utf8"));

/** A stand-in with FLEET as the contract begins, for the App that app.yml describes. */
export async function openFleet(change: Partial<ForgeStart> = {}): Promise<Forge> {
  const forge = await startForge({
    repositories: [{ ...FLEET, files: START, collaborators: { ada: "write", rex: "read" } }],
    permissions: manifest.default_permissions,
    events: manifest.default_events,
    ...change,
  });
  const main = await forge.repo(FLEET).git.resolve("refs/heads/main");
  await forge.repo(FLEET).git.setRef("refs/heads/production", main ?? "");
  return forge;
}

/** Oakum's side of a stand-in, as after a start. */
export function connect(forge: Forge, change: Partial<AppSettings> = {}): Promise<GitHub> {
  return openGitHub({
    appId: String(forge.app.id),
    privateKey: forge.app.privateKey,
    webhookSecret: forge.app.webhookSecret,
    apiUrl: forge.apiUrl,
    spacing: false,
    log: pino({ level: "silent" }),
    ...change,
  });
}

/** The real adapter over HTTP against the stand-in, as a forge under contract. */
export async function openStandInWorld(): Promise<ForgeWorld> {
  const forge = await openFleet();
  const repo = forge.repo(FLEET);
  return {
    start: () => connect(forge),
    ada: forge.person("ada"),
    loseAnswer: (write) => forge.faults.plan(OPERATION[write], LOST),
    threads: () =>
      [...repo.threads.values()].map(({ author, body, state, comments, ...thread }) => ({
        ...thread,
        author: author.login,
        body: body ?? "",
        isOpen: state === "open",
        comments: comments.map((comment) => ({ author: comment.author.login, body: comment.body })),
      })),
    checks: () =>
      repo.checkRuns.map(({ headSha, conclusion, annotations }) => ({
        commit: headSha,
        passed: conclusion === "success",
        annotations: annotations.length,
      })),
    writes: () => forge.counts.writes,
    tip: (branch) => repo.git.resolve(`refs/heads/${branch}`),
    read: async (branch, path) => (await repo.git.blob(`refs/heads/${branch}:${path}`))?.toString(),
    close: async () => {
      await forge.close();
      expect(forge.violations).toEqual([]);
    },
  };
}
