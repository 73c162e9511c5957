import { describe, expect, test } from "vitest";
import { operationsOf } from "../../src/patch/rfc6902.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("a change is said twice", () => {
  test("what is replaced or removed is tested first", () => {
    const before = bytes("metadata:\n  annotations: {a/b: x}\nargs: [one, two, three]\n");
    const after = bytes("metadata:\n  annotations: {a/b: y}\nargs: [one, three, four]\n");
    expect(operationsOf("a.yaml", before, after)).toEqual([
      {
        file: "a.yaml",
        document: 0,
        rfc6902: [
          { op: "test", path: "/metadata/annotations/a~1b", value: "x" },
          { op: "replace", path: "/metadata/annotations/a~1b", value: "y" },
          { op: "test", path: "/args/1", value: "two" },
          { op: "remove", path: "/args/1" },
          { op: "add", path: "/args/2", value: "four" },
        ],
      },
    ]);
  });

  test("one document of several, and one that goes", () => {
    const before = bytes("a: 1\n---\nb: 2\n---\nc: 3\n");
    expect(operationsOf("a.yaml", before, bytes("a: 1\n---\nb: 3\n---\nc: 3\n"))).toMatchObject([{ document: 1 }]);
    expect(operationsOf("a.yaml", before, bytes("a: 1\n---\nc: 3\n"))).toEqual([
      {
        file: "a.yaml",
        document: 1,
        rfc6902: [
          { op: "test", path: "", value: { b: 2 } },
          { op: "remove", path: "" },
        ],
      },
    ]);
  });

  test("a new file, one that goes, and one that was no YAML", () => {
    const add = [{ op: "add", path: "", value: { a: 1 } }];
    expect(operationsOf("a.yaml", null, bytes("a: 1\n"))).toEqual([{ file: "a.yaml", document: 0, rfc6902: add }]);
    expect(operationsOf("a.yaml", bytes("a: [1\n"), bytes("a: 1\n"))).toMatchObject([{ rfc6902: add }]);
    expect(operationsOf("a.yaml", bytes("a: 1\n"), null)).toMatchObject([
      { rfc6902: [{ op: "test" }, { op: "remove" }] },
    ]);
  });
});
