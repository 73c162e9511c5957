import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { substituteObject, substituteText } from "../../../src/manifest/flux/substitution/object.ts";
import { gatherVariables, type Variables } from "../../../src/manifest/flux/variables.ts";
import { nodeOfJson } from "../../../src/manifest/yaml/from-json.ts";
import type { Mapping } from "../../../src/manifest/yaml/node.ts";
import { jsonOf } from "../../../src/manifest/yaml/value.ts";
import type { Json, JsonMap } from "../../../src/signal/object.ts";

const PLACE = { source: { file: "web.yaml", way: "resource" }, start: 0, end: 1, behind: undefined } as const;

function variables(substitute: Readonly<Record<string, string>>): Variables {
  const gathered = gatherVariables({ always: true, substitute, substituteFrom: [] }, new Map(), () => "absent");
  if ("refused" in gathered) throw new Error(gathered.refused);
  return gathered;
}

const nodeOf = (spec: Json): Mapping => nodeOfJson({ kind: "Web", spec }, () => PLACE) as Mapping;

function substituted(spec: Json, values: Readonly<Record<string, string>>): Json | string {
  const found = substituteObject(nodeOf(spec), variables(values));
  return found.ok ? ((jsonOf(found.node) as JsonMap)["spec"] ?? null) : found.because;
}

describe("an object after substitution", () => {
  test.each([
    ["3", 3],
    ["true", true],
    ["yes", true],
    ["0x1F", 31],
    ["1.50", 1.5],
    ["null", null],
    ["", null],
    ["2001-01-01", "2001-01-01"],
    ["v1.2.3", "v1.2.3"],
    ["[a, b]", ["a", "b"]],
    ["{a: 1}", { a: 1 }],
    ["'3'", "3"],
    ["a #b", "a"],
    [" a ", "a"],
  ])("a whole value %j is read as YAML", (value, expected) => {
    expect(substituted({ field: "${A}" }, { A: value })).toEqual({ field: expected });
  });

  test("within quotes a value is a text", () => {
    expect(substituted({ a: "x: ${A}", b: "${A}:\t" }, { A: "3" })).toEqual({ a: "x: 3", b: "3:\t" });
    expect(substituted({ a: "x: ${A}" }, { A: "it's" })).toMatch(/^envsubst error: YAMLToJSON/);
  });

  test("lines of a script keep their place", () => {
    const script = "#!/bin/sh\nif true; then\n  echo ${A} $HOME $${B}\nfi\n";
    expect(substituted(script, { A: "hi" })).toBe("#!/bin/sh\nif true; then\n  echo hi $HOME ${B}\nfi\n");
  });

  test("keys are substituted, too", () => {
    expect(substituted({ "${A}/name": "x" }, { A: "team" })).toEqual({ "team/name": "x" });
    expect(substituted({ "${A}": "x" }, {})).toMatch(/did not find expected key/);
  });

  test("what a value would make an anchor or an alias is refused", () => {
    expect(substituted({ a: "${A}" }, { A: "*b" })).toMatch(/may not begin/);
  });

  test("a text that YAML cannot hold is refused", () => {
    expect(substituted({ a: "${A}" }, { A: ".inf" })).toMatch(/^envsubst error: YAMLToJSON/);
    expect(substituted({ a: "${A}" }, { A: "b: c" })).toMatch(/mapping values are not allowed/);
    expect(substituted({ a: "${A" }, {})).toBe("envsubst error: variable substitution failed: missing closing brace");
  });

  test("what stays the same stays the same node", () => {
    const node = nodeOf({ a: "plain", b: { c: "$5" } });
    expect(substituteObject(node, variables({ A: "x" }))).toEqual({ ok: true, node });
  });

  test("one scalar at a time says what the whole text says", () => {
    const piece = fc.constantFrom(
      "${A}",
      "${B}",
      "${Z:=d}",
      "$${A}",
      " ",
      "b: ",
      "x",
      "\n",
      "  ",
      " #",
      "'",
      '"',
      "1",
      "é",
      "{",
      "[",
    );
    const text = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(""));
    const value = fc.constantFrom("3", "true", "a b", "a: b", "[a]", "it's", '"q"', "", "-", "v1", "#c", "x,y", "yes");
    fc.assert(
      fc.property(text, text, value, value, (a, b, A, B) => {
        const node = nodeOf({ a, list: [b, { c: a }] });
        const each = substituteObject(node, variables({ A, B }));
        const whole = substituteText(node, variables({ A, B }));
        expect(each.ok ? jsonOf(each.node) : "refused").toEqual(whole.ok ? jsonOf(whole.node) : "refused");
      }),
      { numRuns: 500 },
    );
  });
});
