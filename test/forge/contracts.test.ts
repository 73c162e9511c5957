import { describe } from "vitest";
import { FLEET, type ForgeWorld, START } from "../contracts/forge.ts";
import { issuesContract } from "../contracts/issues.ts";
import { proposalsContract } from "../contracts/proposals.ts";
import { openForgeTwin } from "../twins/forge.ts";
import { openStandInWorld } from "./world.ts";

describe("the twin in memory", () => {
  issuesContract(openTwinWorld);
  proposalsContract(openTwinWorld);
});

describe("GitHub, on the stand-in", () => {
  issuesContract(openStandInWorld);
  proposalsContract(openStandInWorld);
});

async function openTwinWorld(): Promise<ForgeWorld> {
  const twin = openForgeTwin({ repositories: [{ ...FLEET, branches: { main: START, production: START } }] });
  const repo = twin.repo(FLEET);
  const tip = (branch: string) => repo.branches.get(branch);
  return {
    start: async () => twin,
    ada: twin.person("ada"),
    loseAnswer: twin.loseAnswer,
    threads: () => repo.threads,
    checks: () => repo.checks.map(({ commit, passed, annotations }) => ({ commit, passed, annotations })),
    writes: twin.writes,
    tip,
    read: (branch, path) => repo.commits.get(tip(branch) ?? "")?.files.get(path),
    close: async () => undefined,
  };
}
