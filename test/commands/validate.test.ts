import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadPolicies } from "../../src/adapters/policy-files.ts";
import { run } from "../../src/commands/validate.ts";
import { runIn } from "../twins/terminal.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oakum-validate-"));
  await mkdir(join(folder, "unreadable/folder.yaml"), { recursive: true });
  await mkdir(join(folder, "empty"));
});
afterAll(() => rm(folder, { recursive: true }));

function validate(...args: string[]) {
  return runIn(folder, run, args);
}

test("the shipped policies are fine", async () => {
  const said = await validate(join(import.meta.dirname, "../../policies"));
  expect(said).toMatchObject({ code: 0, stderr: "" });
  expect(said.stdout).toMatch(/^risk: 1 validation, asked once about each change$/m);
  expect(said.stdout).toMatch(/^access: 1 validation, asked about each changed object that matches$/m);
});

test("a policy with problems names file, line and key, and nothing else is printed", async () => {
  await writeFile(join(folder, "odd.yaml"), "apiVersion: admissionregistration.k8s.io/v1\nkind: Policy\nspecs: {}\n");
  const said = await validate("odd.yaml");
  expect(said).toMatchObject({ code: 1, stdout: "" });
  expect(said.stderr).toMatch(/odd\.yaml:2: kind: /);
  expect(said.stderr).toMatch(/odd\.yaml:3: specs: unknown key/);
});

test.each([
  [[], /Expected the path/],
  [["missing.yaml"], /missing\.yaml; nothing is there/],
  [["--strict"], /--strict/],
  [["unreadable"], /Expected a policy file at .*folder\.yaml, which cannot be read \(EISDIR\)/],
])("bad input %j is refused in a sentence", async (args, sentence) => {
  await expect(validate(...args)).rejects.toThrow(sentence);
});

test("F20: a folder without a policy permits nothing, and is no folder of policies", () => {
  expect(() => loadPolicies(join(folder, "empty"))).toThrow(
    /There is no policy in .*empty, which would permit nothing/,
  );
});

test("--help says how it is used", async () => {
  expect(await validate("--help")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Usage: oakum validate/) });
});
