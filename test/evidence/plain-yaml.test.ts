import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments, stringify } from "yaml";
import { readPlainYaml } from "../../src/evidence/plain-yaml.ts";
import { anyText } from "../signal/any-text.ts";

const full = (text: string): unknown[] | undefined => {
  const documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: "silent" });
  if ("empty" in documents || documents.some(({ errors }) => errors.length > 0)) return undefined;
  return documents.map((document) => document.toJS());
};

const WORDS = [
  "a",
  "true",
  "null",
  "~",
  "",
  "0400",
  "1e3",
  "-",
  "- x",
  "a: b",
  "x:",
  "# c",
  "a #b",
  "'",
  '"',
  "|",
  "é",
  " lead",
  "trail ",
  "x\ny",
  "x\n\n y\n",
  "\n",
  "{a}",
  "[",
  "&a",
  "*a",
  "!t",
  "%",
  "@",
  "`",
  "?",
  'k:{"a":"b"}',
  "12:30",
  "0x1F",
  ".5",
  "1.0",
  "+1",
  "<<",
  "two words",
  "y",
  "---",
  "a very long text that has to be folded, since it goes on and on and on beyond eighty columns",
];
const SPACES = ["a", " ", "\n", "\\", "\u0085", "\u00a0", "\u2028", "\ufeff", "\u3000"];
const text = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.array(fc.constantFrom(...SPACES), { maxLength: 6 }).map((signs) => signs.join("")),
  anyText(),
  fc.array(fc.constantFrom(...WORDS), { maxLength: 12 }).map((words) => words.join(" ")),
);
const key = fc.oneof(
  fc.constantFrom(
    "name",
    "f:metadata",
    'k:{"type":"Ready"}',
    "app.kubernetes.io/name",
    "80",
    "~",
    "a b",
    "__proto__",
    "constructor",
  ),
  text,
);
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.double({ noNaN: true }),
    tie("list"),
    tie("map"),
  ),
  list: fc.array(tie("value"), { maxLength: 4 }),
  map: fc.dictionary(key, tie("value"), { maxKeys: 4 }),
})).map;

describe("plain YAML", () => {
  test("is read in full as kubectl prints it", () => {
    const text = [
      "apiVersion: v1",
      "items:",
      "- apiVersion: v1",
      "  kind: Pod",
      "  metadata:",
      "    annotations: {}",
      '    creationTimestamp: "2026-01-01T00:00:00Z"',
      "    labels:",
      "      app: 'it''s'",
      '      "on": "yes"',
      "    managedFields:",
      "    - fieldsV1:",
      "        f:status:",
      '          k:{"type":"Ready"}:',
      "            .: {}",
      "  spec:",
      "    containers:",
      "    - args:",
      "      - --port=80",
      '      - "quoted: text"',
      "      - |",
      "        line: one",
      "",
      "          # line two",
      "      - -1",
      "      name: app",
      "  status:",
      "    message: 'containers with unready status: [app]",
      "      and more'",
      "    note: a long message that was",
      "      folded by kubectl",
      "    nothing:",
      "kind: List",
      "metadata:",
      '  resourceVersion: ""',
      "",
    ].join("\n");
    const read = readPlainYaml(text);
    expect(read).toEqual([parse(text)]);
    expect(read).toMatchObject([
      {
        items: [{ spec: { containers: [{ args: ["--port=80", "quoted: text", "line: one\n\n  # line two\n", -1] }] } }],
      },
    ]);
  });

  test("several documents and lines of comment are plain too", () => {
    expect(readPlainYaml("# a pod\n---\na: 1\n---\n# nothing\n---\nb:\n  # inner\n  c: 2\n")).toEqual([
      { a: 1 },
      { b: { c: 2 } },
    ]);
  });

  test.each([
    "a: &x 1\nb: *x\n",
    "a: !!str 1\n",
    "<<: {a: 1}\n",
    "a: 1 # one\n",
    "a:\tb\n",
    "a: \u00a0\n",
    "a: b\u2028\n",
    "a: b: c\n",
    "a: 1\n  b: 2\n",
    "- a\nb: 1\n",
    "a: [1,\n 2]\n",
    "__proto__:\n  x: 1\n",
    "just words\n",
    "{a: 1}\n",
    "? a\n: b\n",
    "a: 'x\n",
    'a: "x\n',
    "%YAML 1.2\n---\na: 1\n",
    "a: 1\n...\n",
    "a: \u00a0b\n",
    "a: b\u2028\n",
    "- \ufeffc\n",
    "a\u00a0: 1\n",
  ])("%j is left to the full parser", (text) => {
    expect(readPlainYaml(text)).toBeUndefined();
  });

  test("an escaped space at the end of a line is kept", () => {
    const text = 'a: "b\\ \n\n  \\ c"\n';
    expect(readPlainYaml(text)).toEqual([{ a: "b \n c" }]);
    expect(full(text)).toEqual([{ a: "b \n c" }]);
  });

  test("whatever is printed is read as the full parser reads it, or left to it", () => {
    const widths = fc.constantFrom(0, 20, 80);
    let plain = 0;
    fc.assert(
      fc.property(value, widths, fc.boolean(), (map, lineWidth, indentSeq) => {
        const printed = stringify(map, { lineWidth, indentSeq });
        const read = readPlainYaml(printed);
        if (read === undefined) return;
        plain++;
        expect(read).toEqual(full(printed) ?? []);
      }),
      { numRuns: 1000 },
    );
    expect(plain).toBeGreaterThan(200);
  });

  test("no text at all is read otherwise than by the full parser", () => {
    const lines = fc.constantFrom(
      "a: 1",
      "  b: x",
      "- c",
      "- d: 1",
      "  e:",
      "  - f",
      "    g",
      "'h",
      "i'",
      '"j',
      "|",
      "k: |",
      "k: >-",
      "  l",
      "",
      " ",
      "m: |-",
      "    n: o",
      "p: 'q",
      "  r'",
      "- - s",
      "#t",
      "  # u",
      "v:",
      '"w": x',
      "- 'y",
      "  z'",
    );
    fc.assert(
      fc.property(fc.array(lines, { maxLength: 9 }), (parts) => {
        const text = `${parts.join("\n")}\n`;
        const read = readPlainYaml(text);
        if (read !== undefined && read.length > 0) expect(read).toEqual(full(text));
      }),
      { numRuns: 3000 },
    );
  });
});
