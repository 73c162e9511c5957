import { describe, expect, test } from "vitest";
import { packArtifact } from "../../../src/manifest/flux/artifact.ts";
import { ignoreRules, isIgnored } from "../../../src/manifest/flux/ignore.ts";
import { type FileTree, treeOf } from "../../../src/manifest/tree.ts";

function filesOf(tree: FileTree, folder = ""): string[] {
  return (tree.list(folder) ?? []).flatMap(({ name, type }) => {
    const path = folder === "" ? name : `${folder}/${name}`;
    return type === "folder" ? filesOf(tree, path) : [path];
  });
}

const packOf = (tree: FileTree, ignore: string | null): FileTree => packArtifact(tree, ignore).tree;

const files = {
  ".github/workflows/test.yaml": "",
  ".gitignore": "",
  ".sops.yaml": "",
  "apps/.sops.yaml": "",
  "apps/app.yaml": "",
  "apps/logo.png": "",
  "docs/readme.md": "",
  "docs/sample.yaml": "",
};

describe("what Flux packs of a repository", () => {
  test("leaves out its defaults where nobody says otherwise", () => {
    expect(filesOf(packOf(treeOf(files), null))).toEqual(["apps/app.yaml", "docs/readme.md", "docs/sample.yaml"]);
  });

  test("a .sourceignore takes the place of the defaults, not of git's own files", () => {
    const tree = packOf(treeOf({ ...files, ".sourceignore": "# all but apps\n/*\n!/apps\n" }), null);
    expect(filesOf(tree)).toEqual(["apps/.sops.yaml", "apps/app.yaml", "apps/logo.png"]);
    expect(tree.read("docs/sample.yaml")).toBeUndefined();
    expect(tree.list("docs")).toBeUndefined();
  });

  test("a deeper .sourceignore speaks of its own folder, and the source's own word comes last", () => {
    const tree = treeOf({ ...files, "docs/.sourceignore": "*.yaml\n" });
    expect(filesOf(packOf(tree, "!docs/sample.yaml\n.sops.yaml"))).not.toContain("apps/.sops.yaml");
    expect(filesOf(packOf(tree, "!docs/sample.yaml"))).toContain("docs/sample.yaml");
    expect(filesOf(packOf(tree, null))).not.toContain("docs/sample.yaml");
  });

  test("with a file changed or added it leaves out the same", () => {
    const after = packArtifact(treeOf(files), null).after(
      new Map([
        ["apps/new.png", new Uint8Array()],
        ["apps/new.yaml", new Uint8Array()],
        ["apps/app.yaml", null],
      ]),
    );
    expect(filesOf(after.tree)).toEqual(["apps/new.yaml", "docs/readme.md", "docs/sample.yaml"]);
  });

  test("a link is not packed", () => {
    const { read, list } = treeOf({ "base/app.yaml": "" });
    const linked: FileTree = {
      read: (path) => read(path.replace(/^prod\//, "base/")),
      list: (folder) => {
        const entries = list(folder === "prod" ? "base" : folder);
        return folder === "" ? [...(entries ?? []), { name: "prod", type: "folder", isLink: true }] : entries;
      },
    };
    expect(filesOf(linked)).toContain("prod/app.yaml");
    expect(filesOf(packOf(linked, null))).toEqual(["base/app.yaml"]);
    expect(packOf(linked, null).read("prod/app.yaml")).toBeUndefined();
  });
});

describe("the lines of a .sourceignore", () => {
  test.each([
    ["*.md", "docs/readme.md", true],
    ["docs", "docs/a/b.yaml", true],
    ["docs/", "docs", false],
    ["/docs", "apps/docs/x.yaml", false],
    ["apps/docs", "apps/docs/x.yaml", true],
    ["docs/x.yaml", "apps/docs/x.yaml", false],
    ["**/docs/x.yaml", "apps/docs/x.yaml", true],
    ["apps/**", "apps/x.yaml", true],
    ["apps/**/x.yaml", "apps/a/b/x.yaml", true],
    ["/**", "apps/x.yaml", false],
    ["x?.yaml", "x1.yaml", true],
    ["x[12].yaml", "x3.yaml", false],
    ["*\n!apps", "apps/x.yaml", false],
    ["x.yaml   ", "x.yaml", true],
    ["#x.yaml", "#x.yaml", false],
  ])("%j and %s: %s", (text, file, expected) => {
    expect(isIgnored(ignoreRules(text, ""), file, "file")).toBe(expected);
  });
});
