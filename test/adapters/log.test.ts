import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const LOG = join(import.meta.dirname, "../../src/adapters/log.ts");

const SCRIPT = `
  const { openLog } = await import(${JSON.stringify(LOG)});
  const log = openLog("info");
  log.info({ incident: "k1", error: "password=hunter2", deep: [{ url: "https://x:hunter2@db" }] }, "said token=hunter2");
  log.error(new Error("token=hunter2"));
  log.child({ name: "octokit" }).warn({ err: new Error("api_key: hunter2"), at: new Date(0) }, "failed");
`;

test("F22: messages, fields and errors are logged without secrets", () => {
  const { stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", SCRIPT], { encoding: "utf8" });
  expect(stderr).not.toContain("hunter2");
  const lines = stderr.trim().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { incident: "k1", error: "password=<redacted>", msg: "said token=<redacted>" },
    { err: { message: "token=<redacted>" }, msg: "token=<redacted>" },
    { err: { message: "api_key: <redacted>" }, at: "1970-01-01T00:00:00.000Z", msg: "failed" },
  ]);
});
