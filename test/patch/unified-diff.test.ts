import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unifiedDiff } from "../../src/patch/unified-diff.ts";
import { anyText } from "../signal/any-text.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "oakum-diff-"));
  execFileSync("git", ["init", "-q"], { cwd: folder });
});
afterAll(() => rmSync(folder, { recursive: true }));

const bytes = (text: string | null): Uint8Array | null => (text === null ? null : new TextEncoder().encode(text));

function diff(path: string, before: string | null, after: string | null): string {
  return unifiedDiff(new Map([[path, bytes(before)]]), new Map([[path, bytes(after)]]));
}

/** What `git apply` makes of the file, null where it is gone. */
function gitApplied(path: string, before: string | null, patch: string): string | null {
  const file = join(folder, path);
  rmSync(file, { force: true });
  mkdirSync(dirname(file), { recursive: true });
  if (before !== null) writeFileSync(file, before);
  execFileSync("git", ["apply", "--whitespace=nowarn", "-"], { cwd: folder, input: patch });
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

describe("git applies the diff", () => {
  test.each<[string, string, string | null, string | null]>([
    ["a changed line", "a.yaml", "a: 1\nb: 2\n", "a: 1\nb: 3\n"],
    ["changes far apart", "a.yaml", `x\n${"l\n".repeat(20)}y\n`, `X\n${"l\n".repeat(20)}Y\n`],
    ["no last line break before", "a.yaml", "a: 1", "a: 1\n"],
    ["no last line break after", "a.yaml", "a: 1\nb: 2\n", "a: 1\nb: 3"],
    ["Windows line breaks", "a.yaml", "a: 1\r\nb: 2\r\n", "a: 1\r\nb: 3\r\n"],
    ["a new file in a new folder", "apps/new/a.yaml", null, "a: 1\n"],
    ["a file that goes", "a.yaml", "a: 1\n", null],
    ["a file that becomes empty", "a.yaml", "a: 1\n", ""],
    ["a name with a space, quotes and an accent", 'a "b" é.yaml', "a: 1\n", "a: 2\n"],
    ["a name with a bell and a backslash", "a\u0007\\b.yaml", "a: 1\n", "a: 2\n"],
  ])("%s", (_, path, before, after) => {
    expect(gitApplied(path, before, diff(path, before, after))).toBe(after);
  });

  test("whatever the lines", () => {
    const text = fc
      .array(
        fc.oneof(
          fc.constantFrom("a\n", "b\n", "c\r\n", "d"),
          anyText().map((line) => line.toWellFormed()),
        ),
        { maxLength: 30 },
      )
      .map((lines) => lines.join(""));
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== after);
        expect(gitApplied("p.yaml", before, diff("p.yaml", before, after))).toBe(after);
      }),
      { numRuns: 100 },
    );
  });
});

test("a diff reads as git writes it", () => {
  expect(diff("apps/app.yaml", "a: 1\nb: 2\nc: 3\n", "a: 1\nb: 4\nc: 3\n")).toBe(
    "diff --git a/apps/app.yaml b/apps/app.yaml\n--- a/apps/app.yaml\n+++ b/apps/app.yaml\n@@ -1,3 +1,3 @@\n a: 1\n-b: 2\n+b: 4\n c: 3\n",
  );
});
