import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "oakum-process-"));
const snapshot = join(folder, "snapshot");
const look = [MAIN, "diagnose", "--snapshot", snapshot, "--repo", folder];

beforeAll(() => {
  mkdirSync(snapshot);
  writeFileSync(join(snapshot, "pods.json"), '{"kind": "PodList", "apiVersion": "v1", "items": []}');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Starts Oakum with no other setting than where programs are. */
function start(args: readonly string[], stdio: StdioOptions): ChildProcess {
  return spawn(process.execPath, args, { stdio, env: { PATH: process.env["PATH"] } });
}

/** How a process ended, and what it complained of. */
async function ended(child: ChildProcess): Promise<unknown> {
  let complaint = "";
  child.stderr?.on("data", (part: Buffer) => {
    complaint += part.toString();
  });
  return new Promise((done) => child.once("close", (code, signal) => done({ ending: code ?? signal, complaint })));
}

test("an output that cannot be written to is told in a sentence", async () => {
  const full = openSync("/dev/full", "w");
  const child = start(look, ["ignore", full, "pipe"]);
  expect(await ended(child)).toEqual({
    ending: 1,
    complaint: "oakum: standard output cannot be written to (ENOSPC).\n",
  });
  closeSync(full);
});

test("a look ends at once when it is told to", async () => {
  const later = 'data:text/javascript,setTimeout(() => process.kill(process.pid, "SIGTERM"), 1000)';
  // It waits for alerts that never come.
  const child = start(["--import", later, ...look, "--alerts", "/dev/stdin"], "pipe");
  expect(await ended(child)).toMatchObject({ ending: "SIGTERM" });
});

test("a folder below /proc is refused, not waited for", async () => {
  const child = start([...look, "--keep-metrics", "/proc/oakum"], "pipe");
  expect(await ended(child)).toEqual({
    ending: 2,
    complaint: expect.stringMatching(/--keep-metrics names a folder that cannot be written to: ENOENT/),
  });
});
