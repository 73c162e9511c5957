import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readFolder } from "../../src/adapters/files.ts";
import type { FileTree } from "../../src/manifest/tree.ts";

const home = mkdtempSync(join(tmpdir(), "oakum-files-"));
afterAll(() => rmSync(home, { recursive: true }));

function folder(name: string, files: Readonly<Record<string, string>>): string {
  const root = join(home, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const textAt = (tree: FileTree, path: string): string | undefined => {
  const bytes = tree.read(path);
  return bytes && new TextDecoder().decode(bytes);
};

describe("a folder read as a tree", () => {
  test("shows files and folders in byte order, and nothing of git", () => {
    const tree = readFolder(folder("plain", { "b.yaml": "b", "a/c.yaml": "c", "B.yaml": "B", ".git/config": "x" }));
    expect(tree.list("")).toEqual([
      { name: "B.yaml", type: "file" },
      { name: "a", type: "folder" },
      { name: "b.yaml", type: "file" },
    ]);
    expect(textAt(tree, "a/c.yaml")).toBe("c");
    expect(tree.read(".git/config")).toBeUndefined();
    expect(tree.read("a")).toBeUndefined();
    expect(tree.list("b.yaml")).toBeUndefined();
    expect(tree.read("nowhere/at/all")).toBeUndefined();
  });

  test("never leaves its root", () => {
    folder("outside", { "secret.yaml": "secret" });
    const root = folder("inside", { "a/b.yaml": "b", ".git/config": "x" });
    symlinkSync("../outside/secret.yaml", join(root, "up"));
    symlinkSync(join(home, "outside"), join(root, "absolute"));
    symlinkSync("../../outside", join(root, "a/far"));
    symlinkSync(".git/config", join(root, "hooked"));
    const tree = readFolder(root);
    for (const path of ["up", "absolute/secret.yaml", "a/far/secret.yaml", "../outside/secret.yaml", "hooked"])
      expect(tree.read(path), path).toBeUndefined();
    expect(tree.list("")).toContainEqual({ name: "up", type: "link-outside" });
    expect(tree.list("absolute")).toBeUndefined();
  });

  test("follows links within, and a link back into its own way ends there", () => {
    const root = folder("links", { "base/app.yaml": "app", "x/x.yaml": "x", "y/y.yaml": "y" });
    symlinkSync("base", join(root, "prod"));
    symlinkSync("../base/app.yaml", join(root, "x/app.yaml"));
    symlinkSync("../y", join(root, "x/y"));
    symlinkSync("../x", join(root, "y/x"));
    symlinkSync(".", join(root, "self"));
    const tree = readFolder(root);
    expect(tree.list("prod")).toEqual([{ name: "app.yaml", type: "file" }]);
    expect(textAt(tree, "prod/app.yaml")).toBe("app");
    expect(textAt(tree, "x/app.yaml")).toBe("app");
    expect(textAt(tree, "x/y/y.yaml")).toBe("y");
    expect(tree.list("x/y")).toContainEqual({ name: "x", type: "link-outside" });
    expect(tree.list("")).toContainEqual({ name: "self", type: "link-outside" });
    expect(countFiles(tree, "")).toBeLessThan(20);
  });

  test("a folder that is not there is bad input", () => {
    expect(() => readFolder(join(home, "nowhere"))).toThrow(/Expected a folder at .*nowhere/);
  });
});

function countFiles(tree: FileTree, at: string): number {
  return (tree.list(at) ?? []).reduce((sum, { name, type }) => {
    const path = at === "" ? name : `${at}/${name}`;
    return sum + (type === "folder" ? countFiles(tree, path) : 1);
  }, 0);
}
