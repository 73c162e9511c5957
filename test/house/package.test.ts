import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");

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
  }, 240_000);

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function oakum(...args: readonly string[]): Promise<Ended> {
    try {
      const { stdout, stderr } = await run(process.execPath, args, { cwd: folder });
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
});
