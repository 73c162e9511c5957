import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openCheckout } from "../../src/adapters/git.ts";
import { loadPolicies } from "../../src/adapters/policy-files.ts";
import { readSnapshot } from "../../src/adapters/snapshot.ts";
import { run } from "../../src/commands/diagnose.ts";
import { consider } from "../../src/proposal/consider.ts";
import { policyCheck } from "../../src/proposal/policy-check.ts";
import type { Report } from "../../src/proposal/report.ts";
import { parseAlertmanager } from "../../src/signal/alertmanager.ts";
import { repository } from "../incident/incidents.ts";
import { Story } from "../pipeline/story.ts";
import { runIn } from "../twins/terminal.ts";
import { canariesIn, canary, type Planted, plant } from "./planted.ts";

const far = plant();
const near = plant(`secretGenerator:\n- name: db\n  literals: [password=${canary("beside the change")}]\n`);
afterAll(() => {
  far.remove();
  near.remove();
});

async function diagnose({ snapshot, repo, alerts }: Planted, output: string): Promise<string> {
  const args = ["--snapshot", snapshot, "--repo", repo, "--alerts", alerts, "--output", output];
  const { code, stdout, stderr } = await runIn(repo, run, args);
  expect(code).toBe(0);
  return stdout + stderr;
}

describe("F22: no planted secret leaves Oakum", () => {
  test.each(["json", "text", "markdown", "patch"])("diagnose --output %s", async (output) => {
    const said = await diagnose(far, output);
    expect(said).toContain("2.4.1");
    expect(canariesIn(said)).toEqual([]);
  });

  test("a change far from any secret is proposed all the same, byte for byte", async () => {
    const [incident] = (JSON.parse(await diagnose(far, "json")) as Report).incidents;
    expect(incident).toMatchObject({ root: { name: "catalog" }, decision: "propose" });
    expect(incident?.edits).toMatchObject([{ before: "5", after: "4" }]);
    expect(incident?.causedBy).toMatchObject({ subject: expect.stringContaining("catalog 2.5.1, built by") });
  });

  test("a change whose surroundings show a secret is left to a person, who is told where", async () => {
    const said = await diagnose(near, "json");
    expect(canariesIn(said)).toEqual([]);
    const [incident] = (JSON.parse(said) as Report).incidents;
    expect(incident).toMatchObject({ decision: "issue", patch: null, edits: [], operations: [] });
    expect(incident?.because).toMatch(/show a secret \(apps\/prod\/catalog\/kustomization\.yaml:\d+\)/);
    expect(incident?.policy).toContainEqual(expect.objectContaining({ check: "discretion", satisfied: false }));
  });

  test("a life: issue, pull request, check, comments, archive, audit, ledger, queue and log", async () => {
    const story = new Story();
    const checkout = await openCheckout(far.repo);
    const [world, body] = [await readSnapshot(far.snapshot), await readFile(far.alerts, "utf8")];
    const signals = parseAlertmanager(JSON.parse(body));
    const policies = loadPolicies(join(import.meta.dirname, "../../policies"));
    const report = consider({ world, checkout, signals, policies });
    const file = "apps/prod/catalog/kustomization.yaml";
    const text = new TextDecoder().decode(checkout.tree.read(file));
    await story.kim.push(repository, "main", { [file]: text });
    story.rules = () => report.incidents;
    await story.hear(...signals);
    const [pull] = story.pulls();
    expect(pull?.title).toContain("Deployment/shop/catalog");
    story.minutes = 5;
    await story.merge(pull?.number ?? 0, { available: 0 });
    await story.lookAt(40);
    const told = JSON.stringify([
      story.forge.repo(repository).threads,
      report.incidents.map(policyCheck),
      Object.values(story.store).map((kept) => ("values" in kept ? [...kept.values()] : kept)),
      story.logged,
    ]);
    expect(told).toContain("persists");
    expect(canariesIn(told)).toEqual([]);
  });
});
