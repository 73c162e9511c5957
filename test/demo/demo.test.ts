import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oakum-demo-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the demo as `npm run demo` does. */
async function demo(...args: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL("./demo.ts", import.meta.url)), ...args]);
  const out: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => out.push(chunk));
  const code = await new Promise<number | null>((done) => child.on("close", done));
  return { code, said: Buffer.concat(out).toString() };
}

describe("npm run demo", () => {
  test("tells an incident from alert to recovery, and leaves it to be looked at", async () => {
    const out = join(folder, "recovers");
    const { code, said } = await demo("--out", out);
    expect(said).toMatch(/root +Deployment\/shop\/catalog/);
    expect(said).toMatch(/at +apps\/prod\/catalog\/kustomization\.yaml:7/);
    expect(said).toContain("+  newTag: 2.4.1");
    expect(said).toMatch(/merged .*fetched .*applied .*healthy .*quiet .*Recovered/s);
    expect(said).toContain("It ended as the case expects");
    expect(code).toBe(0);
    expect(await readdir(out)).toEqual(
      expect.arrayContaining(["audit.json", "issue-1.md", "platform", "pull-request-2.md", "story.txt"]),
    );
    expect(await readFile(join(out, "issue-1.md"), "utf8")).toContain("**Status:** Recovered");
  });

  test("shows a merge that does not help: it persists, the issue is open again, taking back is proposed", async () => {
    const { code, said } = await demo("--fail", "--out", join(folder, "fails"));
    expect(said).toMatch(/it persists.*is open again.*take back +http.*\/pull\/3/s);
    expect(code).toBe(0);
  });

  test("opens no pull request for a look-alike", async () => {
    const { code, said } = await demo("--case", "dependency-down", "--out", join(folder, "look-alike"));
    expect(said).toContain("no pull request is opened");
    expect(code).toBe(0);
  });

  test("names its cases, and says what it expects", async () => {
    expect((await demo("--list")).said.split("\n")).toContain("malformed-yaml");
    const unknown = await demo("--case", "nowhere", "--out", join(folder, "unknown"));
    expect(unknown).toEqual({ code: 2, said: expect.stringMatching(/^demo: .*nowhere is no case/) });
  });
});
