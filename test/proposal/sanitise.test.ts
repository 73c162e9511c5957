import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { block, cell, code, plain, quiet, title, trimmed } from "../../src/proposal/sanitise.ts";
import { anyText } from "../signal/any-text.ts";

/** What a reader sees: zero-width spaces take no room. */
const seen = (text: string) => text.replaceAll("\u200b", "");

describe("text from outside calls nobody and links nowhere", () => {
  const harmful = [
    ["a mention", "cc @team/platform please", /@[\w-]/],
    ["an issue", "fixes #123", /#\d/],
    ["another repository's issue", "see octo/repo#1", /#\d/],
    ["an issue by its short form", "closes GH-42", /\bGH-\d/i],
    ["a commit of another repository", "octo/repo@deadbeef", /@[\w-]/],
    ["a link", "http://evil.example/x and HTTPS://evil.example", /:\/\//],
    ["a link without scheme", "www.evil.example", /\bwww\.\w/],
    ["an address", "mail me@evil.example", /@[\w-]/],
  ] as const;

  test.each(harmful)("%s", (_, text, harm) => {
    expect(text).toMatch(harm);
    expect(quiet(text)).not.toMatch(harm);
    expect(seen(quiet(text))).toBe(text);
    expect(plain(text)).not.toMatch(harm);
  });

  test("characters that hide or turn text are gone", () => {
    expect(quiet("a\u202eb\u0000c\u001b[31md\re\tf")).toBe("abc[31md\ne\tf");
  });

  test("whatever stands around it, and a second time changes nothing", () => {
    const text = anyText(
      ...harmful.map(([, harm]) => harm),
      "@",
      "#",
      "1",
      "GH-",
      "www.",
      "[skip ",
      "ci]",
      "password=x1y2z3",
    );
    fc.assert(
      fc.property(text, (given) => {
        const once = quiet(given);
        for (const [, , harm] of harmful) expect(once).not.toMatch(harm);
        expect(quiet(once)).toBe(once);
      }),
    );
  });
});

describe("plain text stays text in Markdown", () => {
  test.each([
    ["<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert\\(1\\)&gt;"],
    ["<!-- oakum v1 key=abc -->", "&lt;\\!-- oakum v1 key=abc --&gt;"],
    ["[click](here) ![x](y)", "\\[click\\]\\(here\\) \\!\\[x\\]\\(y\\)"],
    ["**bold** `code` ~~gone~~", "\\*\\*bold\\*\\* \\`code\\` \\~\\~gone\\~\\~"],
    ["# heading", "\\# heading"],
    ["- item", "\\- item"],
    ["1. item", "\\1. item"],
    ["two\n\n## lines", "two ## lines"],
    ["&nbsp;", "&amp;nbsp;"],
  ])("%s", (text, expected) => expect(plain(text)).toBe(expected));

  test("a cell keeps its table whole", () => {
    expect(cell(code("a | b\nc"))).toBe("`a \\| b c`");
  });
});

describe("code cannot be left from within", () => {
  test("a block outgrows every fence in it", () => {
    expect(block("```\n@team\n````\n", "yaml")).toBe("`````yaml\n```\n@team\n````\n`````");
  });

  test("no text ends its block early", () => {
    const fences = fc.array(fc.constantFrom("`", "``", "```", "~~~", "\n", "x", " "), { maxLength: 30 });
    const text = fc.oneof(
      fences.map((parts) => parts.join("")),
      anyText("`", "```", "\n```"),
    );
    fc.assert(
      fc.property(text, (given) => {
        const [open = "", ...rest] = block(given).split("\n");
        const closes = (line: string) => /^ {0,3}`{3,} *$/.test(line) && line.trim().length >= open.length;
        return rest.filter(closes).length === 1;
      }),
    );
  });

  test.each([
    ["app", "`app`"],
    ["a`b", "``a`b``"],
    ["`", "`` ` ``"],
    ["", "`  `"],
    ["two\nlines", "`two lines`"],
  ])("%j within a line", (text, expected) => expect(code(text)).toBe(expected));
});

describe("what is too long is cut where it can be", () => {
  test("a short body stays as it is", () => expect(trimmed("short")).toBe("short"));

  test("open blocks are closed and the cut is told", () => {
    const body = `<!-- marker -->\n<details><summary>Log</summary>\n\n\`\`\`text\n${"line\n".repeat(20_000)}\`\`\`\n</details>`;
    const cut = trimmed(body);
    expect(cut.length).toBeLessThanOrEqual(58_000);
    expect(cut.startsWith("<!-- marker -->\n")).toBe(true);
    expect(cut).toMatch(/line\n```\n\n<\/details>\n\n\*Cut here: \d+ more characters are not shown\.\*\n$/);
  });

  test("no character is cut in half", () => {
    expect(trimmed("😀".repeat(40_000)).isWellFormed()).toBe(true);
    expect(title(`x${"😀".repeat(300)}`).isWellFormed()).toBe(true);
  });

  test("a title is one quiet line", () => {
    expect(seen(title("shop\n@team fixes #1"))).toBe("shop @team fixes #1");
    expect(title("x".repeat(300))).toHaveLength(250);
  });
});
