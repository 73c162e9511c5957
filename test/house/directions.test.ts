import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";

const STAGES = ["signal", "incident", "evidence", "manifest", "diagnosis", "patch", "policy", "proposal", "recovery"];
const SRC = join(import.meta.dirname, "../../src");
/** Pure libraries that any stage may use. */
const PURE = new Set(["yaml", "fast-json-patch", "zod", "re2js", "@marcbachmann/cel-js"]);
const PURE_BUILTINS = new Set(["node:crypto"]);

type Import = { readonly from: string; readonly to: string; readonly isType: boolean };

/** Every import of a source file, with relative ones resolved against `src`. */
export function importsOf(file: string, text: string): Import[] {
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^;'"]*?from\s+["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/g,
  );
  return [...found].map((match) => {
    const target = match[2] ?? match[3] ?? "";
    const to = target.startsWith(".") ? join(dirname(file), target) : target;
    return { from: file, to, isType: match[1] !== undefined };
  });
}

/** Why this import breaks the house's direction, or undefined where it does not. */
export function complaint({ from, to, isType }: Import): string | undefined {
  const stage = STAGES.indexOf(from.split("/")[0] ?? "");
  const target = STAGES.indexOf(to.split("/")[0] ?? "");
  const broken = `${from} -> ${to}`;
  if (stage >= 0) {
    if (to.endsWith(".ts")) return target >= 0 && target <= stage ? undefined : broken;
    return PURE.has(to) || PURE_BUILTINS.has(to) ? undefined : broken;
  }
  if (from === "ports.ts") return target >= 0 && isType ? undefined : broken;
  if (from.startsWith("adapters/") && /^(pipeline|bot|main)\.ts$|^(web|commands)\//.test(to)) return broken;
  return undefined;
}

function sources(): string[] {
  return readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ts") || name.endsWith(".tsx"),
  );
}

describe("imports point leftwards", () => {
  test("no file of src imports against the direction", () => {
    const complaints = sources().flatMap((file) =>
      importsOf(file, readFileSync(join(SRC, file), "utf8"))
        .map(complaint)
        .filter((said) => said !== undefined),
    );
    expect(complaints).toEqual([]);
  });

  test("an import to the right, an SDK in a stage and a value import in ports are named", () => {
    const bad = [
      ...importsOf(
        "incident/bad.ts",
        'import { Probot } from "probot";\nimport { judge } from "../policy/judge.ts";\n',
      ),
      ...importsOf("evidence/bad.ts", 'import { readFileSync } from "node:fs";\n'),
      ...importsOf("ports.ts", 'import { refOf } from "./signal/object.ts";\n'),
    ];
    expect(bad.map(complaint)).toEqual([
      "incident/bad.ts -> probot",
      "incident/bad.ts -> policy/judge.ts",
      "evidence/bad.ts -> node:fs",
      "ports.ts -> signal/object.ts",
    ]);
  });

  test("only main.ts reads process, and each SDK is imported by one file", () => {
    const readers = sources().filter(
      (file) =>
        file !== "main.ts" &&
        /\bprocess\.(env|argv|exit|stdin|stdout|stderr|version|cwd|on)\b/.test(readFileSync(join(SRC, file), "utf8")),
    );
    expect(readers).toEqual([]);
    const users = new Map<string, Set<string>>();
    for (const file of sources()) {
      for (const { to, isType } of importsOf(file, readFileSync(join(SRC, file), "utf8"))) {
        if (isType || to.endsWith(".ts") || to.startsWith("node:") || PURE.has(to)) continue;
        users.set(to, (users.get(to) ?? new Set()).add(relative(SRC, join(SRC, file))));
      }
    }
    const shared = [...users]
      .filter(([, files]) => files.size > 1)
      .map(([name, files]) => `${name}: ${[...files].join(", ")}`);
    expect(shared).toEqual([]);
  });
});
