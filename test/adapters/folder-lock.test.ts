import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeFolder } from "../../src/adapters/database/folder-lock.ts";

let folder: string;
const now = () => new Date();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "oakum-lock-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** The lock that this process would hold, changed. */
async function leaveLock(change: object): Promise<string> {
  const giveBack = await takeFolder(folder, now);
  const [name = ""] = await readdir(folder);
  const lock = JSON.parse(await readFile(join(folder, name), "utf8"));
  await giveBack();
  const path = join(folder, "lock-another.json");
  await writeFile(path, JSON.stringify({ ...lock, ...change }));
  return path;
}

test("a folder is taken, refused while it is held, and taken again once it is given back", async () => {
  const giveBack = await takeFolder(folder, now);
  await expect(takeFolder(folder, now)).rejects.toThrow(`pid ${process.pid}`);
  await giveBack();
  await (await takeFolder(folder, now))();
  expect(await readdir(folder)).toEqual([]);
});

test("another living process holds it: the sentence names its pid and what to do", async () => {
  const other = spawn("sleep", ["30"]);
  const stat = await readFile(`/proc/${other.pid}/stat`, "utf8");
  await leaveLock({ pid: other.pid, began: stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] });
  const taking = takeFolder(folder, now);
  await expect(taking).rejects.toThrow(`pid ${other.pid}`);
  await expect(taking).rejects.toThrow(/Stop that one, give this one another folder, or set DATABASE_URL/);
  expect(await readdir(folder)).toEqual(["lock-another.json"]);
  other.kill();
});

test.each([
  ["whose process died", { pid: 2 ** 22 + 1 }],
  ["whose pid now belongs to a later process", { began: "1" }],
])("a lock %s is taken over", async (_, change) => {
  await leaveLock(change);
  await (await takeFolder(folder, now))();
  expect(await readdir(folder)).toEqual([]);
});

test("a lock of another machine holds while it is touched, and is taken over once it falls silent", async () => {
  const path = await leaveLock({ where: "another-machine pid:[1]" });
  await expect(takeFolder(folder, now)).rejects.toThrow(/on another-machine/);
  const silent = new Date(Date.now() - 60_000);
  await utimes(path, silent, silent);
  await (await takeFolder(folder, now))();
});

test("a lock that was cut off while it was written holds nothing", async () => {
  await writeFile(join(folder, "lock-cut.json"), '{"pid": 1');
  await (await takeFolder(folder, now))();
  expect(await readdir(folder)).toEqual([]);
});

test("a folder that cannot be made is refused in a sentence", async () => {
  await writeFile(join(folder, "file"), "");
  await expect(takeFolder(join(folder, "file/state"), now)).rejects.toThrow(
    /file\/state cannot be written to \(ENOTDIR\)/,
  );
});

test("a folder below /proc is refused, not waited for", async () => {
  await expect(takeFolder("/proc/oakum/state", now)).rejects.toThrow(/cannot be written to \(ENOENT\)/);
});
