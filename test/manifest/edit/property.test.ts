import fc from "fast-check";
import { expect, test } from "vitest";
import { Document } from "yaml";
import { editDocument } from "../../../src/manifest/edit/document.ts";
import type { NodeOperation } from "../../../src/manifest/edit/operation.ts";
import { isEqual, isList, isMap } from "../../../src/manifest/json.ts";
import { parseObjects } from "../../../src/manifest/yaml/parse.ts";
import { textOfFile } from "../../../src/manifest/yaml/text.ts";
import { jsonOf as readNode } from "../../../src/manifest/yaml/value.ts";
import type { Json } from "../../../src/signal/object.ts";
import { anyText } from "../../signal/any-text.ts";
import { applied, bytesOf, textOf } from "./editing.ts";

const key = fc.oneof(
  fc.stringMatching(/^[a-z][a-zA-Z./-]{0,8}$/),
  fc.constantFrom("y", "on", "a b", "12", "true", "~", "#", "- x", "__proto__", "constructor", "é"),
);
const word = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9 :#,'"{}[\]&*!|>%@`\\./-]{0,20}$/),
  anyText().map((text) => text.toWellFormed()),
  fc.constantFrom(
    "no",
    "0400",
    "1e3",
    "null",
    "",
    " x ",
    "a\nb",
    "a\n\n  b\n",
    "  a\nb",
    "é\u00a0",
    "\t",
    "22:22",
    "2024-01-01",
    "|",
    "---",
  ),
);
const scalar = fc.oneof(word, fc.integer({ min: -99, max: 9999 }), fc.boolean(), fc.constant(null));
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const map = fc.dictionary(key, value, { minKeys: 1, maxKeys: 5, noNullPrototype: true });

const style = fc.record({
  indent: fc.constantFrom(2, 4),
  indentSeq: fc.boolean(),
  singleQuote: fc.boolean(),
  defaultStringType: fc.constantFrom("PLAIN", "QUOTE_DOUBLE", "QUOTE_SINGLE") as fc.Arbitrary<"PLAIN">,
  lineBreak: fc.constantFrom("\n", "\r\n"),
  flow: fc.boolean(),
  tail: fc.constantFrom("", "\n", "\n# end\n", "\n\n"),
});

type Style = typeof style extends fc.Arbitrary<infer T> ? T : never;

function written(root: Json, { lineBreak, flow, tail, ...options }: Style): string {
  const document = new Document(root, { version: "1.1", aliasDuplicateObjects: false });
  if (flow)
    for (const pair of (document.contents as unknown as { items: { value: { flow?: boolean } }[] }).items)
      pair.value.flow = true;
  const text = document.toString({ lineWidth: 0, ...options }).trimEnd();
  // A block that the end of the file cuts short would become another one by what follows it.
  return (text + (/[|>][-+\d]*\n/.test(text) && tail === "" ? "\n" : tail)).replaceAll("\n", lineBreak);
}

function read(bytes: Uint8Array): Json | undefined {
  const text = textOfFile({ file: "a.yaml", way: "resource" }, bytes);
  const parsed = text === undefined ? undefined : parseObjects(text);
  return parsed?.ok && parsed.documents[0] !== undefined ? readNode(parsed.documents[0]) : undefined;
}

type Place = { readonly path: readonly (string | number)[]; readonly value: Json };

function placesIn(value: Json, path: readonly (string | number)[] = []): readonly Place[] {
  const below = isList(value)
    ? value.flatMap((item, at) => placesIn(item, [...path, at]))
    : isMap(value)
      ? Object.entries(value).flatMap(([step, item]) => placesIn(item, [...path, step]))
      : [];
  return [{ path, value }, ...below];
}

function operationAt({ path, value: from }: Place, wish: number, to: Json): NodeOperation {
  const kind = path.length === 0 ? 1 : wish;
  if (kind === 0) return { do: "remove", path, from };
  if (kind === 1 && isList(from)) return { do: "add", path: [...path, from.length > 1 ? 1 : "-"], to };
  if (kind === 1 && isMap(from)) return { do: "add", path: [...path, "new-key"], to };
  return { do: "set", path, from, to };
}

function wished(root: Json, operation: NodeOperation, path: readonly (string | number)[] = operation.path): Json {
  const [step, ...rest] = path;
  if (step === undefined) return operation.do === "remove" ? null : operation.to;
  if (isList(root)) {
    const at = step === "-" ? root.length : Number(step);
    if (rest.length > 0 || operation.do === "set") return root.with(at, wished(root[at] ?? null, operation, rest));
    return operation.do === "remove" ? root.toSpliced(at, 1) : root.toSpliced(at, 0, operation.to);
  }
  const entries = Object.entries(root ?? {}).filter(
    ([name]) => name !== step || rest.length > 0 || operation.do === "set",
  );
  const kept = entries.map(([name, item]) => [name, name === step ? wished(item, operation, rest) : item] as const);
  return Object.fromEntries(rest.length === 0 && operation.do === "add" ? [...kept, [step, operation.to]] : kept);
}

const example = fc.record({ root: map, style, at: fc.nat(), kind: fc.nat(2), to: value });

test("F14: whatever the style, an edit says what was meant and touches one stretch of lines", () => {
  fc.assert(
    fc.property(example, ({ root, style: chosen, at, kind, to }) => {
      const before = bytesOf(written(root, chosen));
      const start = read(before);
      // Kubernetes reads these as the end of a line and other parsers do not: such a file is refused as STALE.
      fc.pre(start !== undefined && isMap(start) && !/[\u0085\u2028\u2029]/.test(textOf(before)));
      const places = placesIn(start);
      const operation = operationAt(places[at % places.length] ?? { path: [], value: start }, kind, to);
      const result = editDocument(before, "a.yaml", 0, [operation]);
      expect(result.ok ? "edited" : result.refusal).toBe("edited");
      if (!result.ok) return;
      expect(isEqual(read(result.bytes), wished(start, operation)), textOf(result.bytes)).toBe(true);
      expect(textOf(applied(before, result.edits))).toBe(textOf(result.bytes));
    }),
    { numRuns: 600 },
  );
});
