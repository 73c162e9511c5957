import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { complaint, importsOf, PURE } from "./imports.ts";

const SRC = join(import.meta.dirname, "../../src");

const sources = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name))
  .map((file) => ({ file, text: readFileSync(join(SRC, file), "utf8") }));

const imports = sources.flatMap(({ file, text }) => importsOf(file, text));

describe("imports point leftwards", () => {
  test("no file of src imports against the direction", () => {
    expect(imports.map(complaint).filter((said) => said !== undefined)).toEqual([]);
  });

  test("an import to the right, an SDK in a stage and a value import in ports are named", () => {
    const bad = [
      ...importsOf(
        "incident/bad.ts",
        'import { Probot } from "probot";\nimport { judge } from "../policy/judge.ts";\n',
      ),
      ...importsOf("evidence/bad.ts", 'import { readFileSync } from "node:fs";\n'),
      ...importsOf("ports.ts", 'import { refOf } from "./signal/object.ts";\n'),
      ...importsOf("adapters/bad.ts", 'import { run } from "../pipeline.ts";\n'),
    ];
    expect(bad.map(complaint)).toEqual([
      "incident/bad.ts -> probot",
      "incident/bad.ts -> policy/judge.ts",
      "evidence/bad.ts -> node:fs",
      "ports.ts -> signal/object.ts",
      "adapters/bad.ts -> pipeline.ts",
    ]);
  });

  test("only main.ts reads the process", () => {
    const reads = /\bprocess\.(env|argv|exit|stdin|stdout|stderr|version|versions|cwd|on|once)\b|["']node:process["']/;
    const readers = sources.filter(({ file, text }) => file !== "main.ts" && reads.test(text));
    expect(readers.map(({ file }) => file)).toEqual([]);
  });

  test("the clock is read by main.ts and the clock adapter only", () => {
    const readers = sources.filter(({ text }) => /\bnew Date\(\)|\bDate\.now\(\)/.test(text));
    expect(readers.map(({ file }) => file).filter((file) => !/^(main|adapters\/clock)\.ts$/.test(file))).toEqual([]);
  });

  test("each SDK is imported by one file", () => {
    const users = new Map<string, Set<string>>();
    for (const { from, to, isType } of imports) {
      if (isType || to.endsWith(".ts") || to.startsWith("node:") || PURE.has(to)) continue;
      users.set(to, (users.get(to) ?? new Set()).add(from));
    }
    const shared = [...users].filter(([, files]) => files.size > 1);
    expect(shared.map(([name, files]) => `${name}: ${[...files].join(", ")}`)).toEqual([]);
  });
});
