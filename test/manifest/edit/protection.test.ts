import { describe, expect, test } from "vitest";
import { generatedGuard } from "../../../src/manifest/edit/guards.ts";
import { protectionOf } from "../../../src/manifest/edit/protection.ts";
import { treeOf } from "../../../src/manifest/tree.ts";

const rules = (...paths: readonly string[]): string =>
  `creation_rules:\n${paths.map((path) => `- path_regex: ${path}\n  age: age1x\n`).join("")}`;

function protectedBy(files: Readonly<Record<string, string>>, file: string): string | undefined {
  return protectionOf(treeOf({ ...files, [file]: "a: 1\n" }), file)?.code;
}

describe("F13: a file that .sops.yaml wants encrypted is not ours to write, though it lies there in the open", () => {
  test.each<[string, Readonly<Record<string, string>>, string, string | undefined]>([
    ["singled out", { ".sops.yaml": rules("\\.sops\\.ya?ml$") }, "apps/db.sops.yaml", "SOPS"],
    ["another file", { ".sops.yaml": rules("\\.sops\\.ya?ml$") }, "apps/db.yaml", undefined],
    [
      "by the nearest file of rules",
      { ".sops.yaml": rules("x"), "apps/.sops.yaml": rules("^db") },
      "apps/db.yaml",
      "SOPS",
    ],
    ["by a rule for every file", { ".sops.yaml": rules(".*\\.yaml") }, "apps/db.yaml", undefined],
    ["by a rule that is no expression", { ".sops.yaml": rules("'['") }, "apps/db.yaml", undefined],
    ["by what is no YAML", { ".sops.yaml": "a: [" }, "apps/db.yaml", undefined],
  ])("%s", (_, files, file, code) => {
    expect(protectedBy(files, file)).toBe(code);
  });
});

describe("F28: what is made elsewhere is not ours to write", () => {
  test.each([
    ["apps/*.yaml linguist-generated", "apps/a.yaml", "GENERATED"],
    ["apps/** linguist-vendored=true", "apps/deep/a.yaml", "GENERATED"],
    ["* linguist-generated\napps/a.yaml -linguist-generated", "apps/a.yaml", undefined],
    ["*.yaml linguist-generated=false", "apps/a.yaml", undefined],
    ["*.yaml diff", "apps/a.yaml", undefined],
  ])("%j of %s", (attributes, file, code) => {
    expect(protectedBy({ ".gitattributes": `${attributes}\n` }, file)).toBe(code);
  });

  test.each([
    ["vendor/x/a.yaml", true],
    ["charts/shop/charts/postgres/values.yaml", true],
    ["charts/shop/values.yaml", false],
    ["apps/vendored.yaml", false],
    ["clusters/prod/flux-system/gotk-components.yaml", true],
  ])("%s: %s", (file, isMadeElsewhere) => {
    expect(generatedGuard(file, "a: 1\n") !== undefined).toBe(isMadeElsewhere);
  });
});
