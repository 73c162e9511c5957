import { execFile, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");

/** The machine's own Node, where it is older than what the project needs. */
const SYSTEM_NODE = (process.env["PATH"] ?? "")
  .split(":")
  .filter((path) => !path.includes("node_modules"))
  .map((path) => join(path, "node"))
  .filter((path) => existsSync(path))
  .find((path) => Number(/^v(\d+)/.exec(execFileSync(path, ["--version"], { encoding: "utf8" }))?.[1]) < 24);

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

describe("the packed tarball, installed in an empty folder", () => {
  let folder: string;
  let main: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "oakum-package-"));
    // A copy of the sources: packing builds into `dist`, and two test runs must not share that.
    const source = join(folder, "source");
    await mkdir(source);
    const parts = ["src", "policies", "deploy", "app.yml", "package.json", "tsconfig.json", "README.md", "LICENSE"];
    await Promise.all(parts.map((part) => cp(join(ROOT, part), join(source, part), { recursive: true })));
    const path = `${join(ROOT, "node_modules/.bin")}:${process.env["PATH"]}`;
    await symlink(join(ROOT, "node_modules"), join(source, "node_modules"));
    await run("npm", ["pack", "--pack-destination", folder], { cwd: source, env: { ...process.env, PATH: path } });
    const [tarball = ""] = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
    await writeFile(join(folder, "package.json"), "{}");
    const quiet = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    await run("npm", ["install", ...quiet, join(folder, tarball)], { cwd: folder });
    main = join(folder, "node_modules/.bin/oakum");
  }, 600_000);

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const oakum = (...args: readonly string[]): Promise<Ended> => runWith(process.execPath, ...args);

  async function runWith(node: string, ...args: readonly string[]): Promise<Ended> {
    try {
      const { stdout, stderr } = await run(node, args, { cwd: folder });
      return { code: 0, stdout, stderr };
    } catch (error) {
      const ended = error as Ended & Error;
      return { code: ended.code, stdout: ended.stdout, stderr: ended.stderr };
    }
  }

  test("lists its commands", async () => {
    const ended = await oakum(main, "--help");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toContain("oakum diagnose");
  });

  test("says which version it is", async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
    expect(await oakum(main, "--version")).toEqual({ code: 0, stdout: `oakum ${version}\n`, stderr: "" });
  });

  test("diagnoses: a snapshot that is not there is one clear sentence", async () => {
    const ended = await oakum(main, "diagnose", "--snapshot", "nowhere", "--repo", ".", "--output", "json");
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr.trim().split("\n")).toHaveLength(1);
  });

  test("tells an older Node what it needs", async () => {
    const older = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })";
    const ended = await oakum("--import", `data:text/javascript,${encodeURIComponent(older)}`, main, "--help");
    expect(ended).toMatchObject({
      code: 2,
      stdout: "",
      stderr: "oakum needs Node 24.15 or newer; this is Node 20.20.2.\n",
    });
  });

  // A real older Node lacks what newer ones export, too.
  test.skipIf(SYSTEM_NODE === undefined)("tells this machine's own older Node the same", async () => {
    const ended = await runWith(SYSTEM_NODE ?? "", main, "diagnose", "--help");
    expect(ended).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(/^oakum needs Node .*\n$/) });
  });
});
