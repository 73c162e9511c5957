import { describe, expect, test } from "vitest";
import { treeOf, withFiles } from "../../src/manifest/tree.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const names = (entries: readonly { name: string; type: string }[] | undefined) =>
  entries?.map((e) => `${e.name}:${e.type}`);

describe("a tree with files changed", () => {
  const tree = treeOf({ "apps/a.yaml": "a", "apps/b/c.yaml": "c", "README.md": "r" });

  test("lists folders in byte order", () => {
    expect(names(tree.list(""))).toEqual(["README.md:file", "apps:folder"]);
    expect(names(tree.list("apps"))).toEqual(["a.yaml:file", "b:folder"]);
    expect(tree.list("nowhere")).toBeUndefined();
  });

  test("an added file brings its folders, a removed one takes empty folders along", () => {
    const changed = withFiles(
      tree,
      new Map([
        ["apps/b/c.yaml", null],
        ["new/deep/x.yaml", bytes("x")],
      ]),
    );
    expect(names(changed.list("apps"))).toEqual(["a.yaml:file"]);
    expect(changed.list("apps/b")).toBeUndefined();
    expect(names(changed.list(""))).toEqual(["README.md:file", "apps:folder", "new:folder"]);
    expect(changed.read("apps/b/c.yaml")).toBeUndefined();
    expect(changed.read("new/deep/x.yaml")).toEqual(bytes("x"));
    expect(changed.read("apps/a.yaml")).toEqual(bytes("a"));
  });
});
