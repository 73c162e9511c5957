import { describe, expect, test } from "vitest";
import { refusalText } from "../../src/commands/refusal-text.ts";
import { openManifests } from "../../src/manifest/manifests.ts";
import { treeOf, withFiles } from "../../src/manifest/tree.ts";
import { configMap, flux, sync } from "../manifest/flux/fleet.ts";
import { processorTime } from "../processor-time.ts";

// A fraction of it on a machine at rest.
const SECONDS = 10;
const GOOD = configMap("good", "shop", "a: b");
const BOTH = "resources: [x.yaml, good.yaml]\n";

/** A cluster with one Kustomization over these files of its folder. */
function told(files: Readonly<Record<string, string | Uint8Array>>, more = ""): string {
  const texts = Object.fromEntries(Object.entries(files).filter(([, held]) => typeof held === "string"));
  const others = Object.entries(files).flatMap(([file, held]) =>
    typeof held === "string" ? [] : [[file, held] as const],
  );
  const readable = treeOf({
    "clusters/prod/sync.yaml": sync("./clusters/prod"),
    "clusters/prod/apps.yaml": flux("apps", "./apps", more),
    "apps/kustomization.yaml": BOTH,
    "apps/good.yaml": GOOD,
    ...(texts as Record<string, string>),
  });
  const tree = others.length === 0 ? readable : withFiles(readable, new Map(others));
  const rendering = openManifests(tree, null).render("flux-system/apps");
  return rendering.ok ? "rendered" : refusalText(rendering.refusal, tree);
}

const bytes = (...parts: readonly (string | number)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === "number" ? Buffer.from([part]) : Buffer.from(part))));

const bomb = (first: string, next: (name: string, before: string) => string): string =>
  [`a: &a ${first}`, ...[..."bcdefghijkl"].map((name, at) => next(name, "abcdefghijkl".charAt(at)))].join("\n");
const nine = (name: string): string => Array.from({ length: 9 }, () => `*${name}`).join(",");
const lists = bomb("[l,l,l,l,l,l,l,l,l]", (name, before) => `${name}: &${name} [${nine(before)}]`);
const merges = bomb("{k: v}", (name, before) => `${name}: &${name} {<<: [${nine(before)}], ${name}: 1}`);

const patchFor = (name: string): string =>
  `${BOTH}patches:\n  - target: {name: '${name}'}\n    patch: '[{"op": "add", "path": "/x", "value": 1}]'\n`;

function doubling(levels: number): Record<string, string> {
  const folders = Array.from({ length: levels }, (_, at) => at).flatMap((at) =>
    ["a", "b"].map((name) => [
      `l${at}/${name}/kustomization.yaml`,
      `kind: Component\ncomponents: [../../l${at + 1}/a, ../../l${at + 1}/b]\n`,
    ]),
  );
  const leaf = "kind: Component\nnamespace: x\n";
  const leaves = { [`l${levels}/a/kustomization.yaml`]: leaf, [`l${levels}/b/kustomization.yaml`]: leaf };
  return { ...Object.fromEntries(folders), ...leaves, "apps/kustomization.yaml": "components: [../l0/a]\n" };
}

describe("hostile trees are refused in bounded time, with the place", () => {
  test.each<readonly [string, Readonly<Record<string, string | Uint8Array>>, string]>([
    [
      "folders in a cycle",
      { "apps/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../apps]\n" },
      "b/kustomization.yaml:1:13: cycle detected",
    ],
    ["a path out of the repository", { "apps/kustomization.yaml": "resources: [../../etc]\n" }, "1:13: accumulating"],
    ["aliases without end", { "apps/x.yaml": `${GOOD}${lists}\n` }, "excessive aliasing"],
    ["aliases in a kustomization.yaml", { "apps/kustomization.yaml": `${lists}\n${BOTH}` }, "excessive aliasing"],
    ["merge keys without end", { "apps/x.yaml": `${GOOD}${merges}\n` }, "excessive aliasing"],
    [
      "a file of 50 MB",
      { "apps/x.yaml": "{".repeat(50_000_000) },
      "apps/x.yaml:1:1: MalformedYAMLError: expected at most",
    ],
    [
      "lists within lists",
      { "apps/x.yaml": `${GOOD}x: ${"[".repeat(100_000)}` },
      "apps/x.yaml:8:1003: MalformedYAMLError: exceeded max depth",
    ],
    ["maps in JSON", { "apps/x.yaml": '{"a":'.repeat(50_000) }, "apps/x.yaml:1:"],
    [
      "bytes that are no text",
      { "apps/x.yaml": bytes("a: b\nc: ", 0xff) },
      "apps/x.yaml:2:4: MalformedYAMLError: invalid",
    ],
    ["UTF-16", { "apps/x.yaml": new Uint8Array(Buffer.from(`\ufeff${GOOD}`, "utf16le")) }, "invalid UTF-8"],
    ["a NUL", { "apps/x.yaml": "kind: Config\0Map\n" }, "apps/x.yaml:1:13: MalformedYAMLError: control"],
    ["the same key twice", { "apps/x.yaml": `${configMap("x", "shop")}data: {}\n` }, "apps/x.yaml:7:1: mapping key"],
    ["tabs", { "apps/x.yaml": "metadata:\n\tname: x\n" }, "2 | \tname: x\n  | ^"],
    [
      "a pointer of Git LFS",
      { "apps/x.yaml": "version https://git-lfs.github.com/spec/v1\noid sha256:0\n" },
      "Git LFS",
    ],
    [
      "a regular expression too deep",
      { "apps/x.yaml": configMap("x", "shop"), "apps/kustomization.yaml": patchFor("(".repeat(5_000)) },
      ":3:",
    ],
    ["components that double with each level", doubling(30), "expected at most 5000 folders"],
  ])("%s", (_, files, expected) => {
    const spent = processorTime();
    expect(told(files)).toContain(expected);
    expect(spent()).toBeLessThan(SECONDS * 1_000);
  });

  test.each<readonly [string, Readonly<Record<string, string | Uint8Array>>]>([
    [
      "a regular expression that others need ages for",
      { "apps/kustomization.yaml": patchFor("(a+)+$"), "apps/x.yaml": configMap(`${"a".repeat(60)}x`, "shop") },
    ],
    [
      "10,000 documents",
      { "apps/x.yaml": Array.from({ length: 10_000 }, (_, at) => configMap(`c${at}`, "shop")).join("---\n") },
    ],
    ["line ends of Windows", { "apps/x.yaml": configMap("x", "shop", "a: b").replaceAll("\n", "\r\n") }],
  ])("%s: rendered", (_, files) => {
    const spent = processorTime();
    expect(told(files)).toBe("rendered");
    expect(spent()).toBeLessThan(SECONDS * 1_000);
  });

  test("a value that is used again and again", () => {
    const substitute = `  postBuild:\n    substitute:\n      A: ${"a".repeat(100_000)}\n`;
    const text = told({ "apps/x.yaml": configMap("x", "shop", `a: "${"${A//a/b}".repeat(50_000)}"`) }, substitute);
    expect(text).toContain("apps/x.yaml:7:6: post build failed");
    expect(text).toContain("more than 4194304 characters of values");
    expect(text.length).toBeLessThan(1_000);
  });

  test("stars that match at the end of a long value are looked for once", () => {
    const substitute = `  postBuild:\n    substitute:\n      A: ${"a".repeat(100_000)}\n`;
    const spent = processorTime();
    expect(told({ "apps/x.yaml": configMap("x", "shop", 'a: "${A##*a*b}"') }, substitute)).toBe("rendered");
    expect(spent()).toBeLessThan(SECONDS * 1_000);
  });
});
