import { describe, expect, test } from "vitest";
import { editWithin, placeAt, setAt } from "../../../src/manifest/edit/at.ts";
import type { ByteRange } from "../../../src/manifest/edit/revert.ts";
import { bytesOf, outcome, set } from "./editing.ts";

const KUSTOMIZATION = `# é
images:
  - name: app
    newTag: "1.4.2"
configMapGenerator:
  - name: settings
    literals:
      - mode=slow
patches:
  - target: {kind: Deployment}
    patch: |-
      - op: replace
        path: /spec/replicas
        value: 3 # was 2
  - patch: '{"spec": {"replicas": 3}}'
`;

const startOf = (part: string): number => Buffer.byteLength(KUSTOMIZATION.slice(0, KUSTOMIZATION.indexOf(part)));

function rangeOf(part: string): ByteRange {
  return { start: startOf(part), end: startOf(part) + Buffer.byteLength(part) };
}

describe("a value is found by where its bytes begin", () => {
  test("the tag of an images entry", () => {
    const start = startOf('"1.4.2"');
    expect(placeAt(bytesOf(KUSTOMIZATION), "k.yaml", start)).toMatchObject({
      place: { document: 0, path: ["images", 0, "newTag"], value: "1.4.2" },
    });
    const edited = setAt(bytesOf(KUSTOMIZATION), "k.yaml", rangeOf('"1.4.2"'), { from: "1.4.2", to: "1.4.1" });
    expect(outcome(edited)).toBe(KUSTOMIZATION.replace("1.4.2", "1.4.1"));
  });

  test("the value of a generator's literal", () => {
    const edited = setAt(bytesOf(KUSTOMIZATION), "k.yaml", rangeOf("slow"), { from: "slow", to: "fast" });
    expect(outcome(edited)).toBe(KUSTOMIZATION.replace("mode=slow", "mode=fast"));
  });

  test("one of two equal parts of a text", () => {
    const before = "args:\n  - 'a=1,b=1'\n";
    const start = before.lastIndexOf("1");
    const edited = setAt(bytesOf(before), "a.yaml", { start, end: start + 1 }, { from: "1", to: "2" });
    expect(outcome(edited)).toBe("args:\n  - 'a=1,b=2'\n");
  });

  test("a variable of an env file, and a whole file", () => {
    const before = "A=1\nB=2\n";
    const line = setAt(bytesOf(before), "app.env", { start: 6, end: 7 }, { from: "2", to: "3" });
    expect(outcome(line)).toBe("A=1\nB=3\n");
    const broken = setAt(bytesOf(before), "app.env", { start: 6, end: 7 }, { from: "2", to: "3\nC=4" });
    expect(outcome(broken)).toBe("UNSUPPORTED");
    const whole = setAt(bytesOf("a: 1\n"), "config.yaml", { start: 0, end: 5 }, { from: "a: 1\n", to: "a: 2\n" });
    expect(outcome(whole)).toBe("a: 2\n");
  });

  test("a value within an inline patch, in a block and in quotes", () => {
    const block = { document: 0, operations: [set([0, "value"], 3, 2)] };
    const first = editWithin(bytesOf(KUSTOMIZATION), "k.yaml", startOf("|-"), block);
    expect(outcome(first)).toBe(KUSTOMIZATION.replace("value: 3", "value: 2"));
    const json = { document: 0, operations: [set(["spec", "replicas"], 3, 2)] };
    const second = editWithin(bytesOf(KUSTOMIZATION), "k.yaml", startOf("'{"), json);
    expect(outcome(second)).toBe(KUSTOMIZATION.replace('"replicas": 3', '"replicas": 2'));
  });

  test("another value than was expected, or none at all, is stale", () => {
    const bytes = bytesOf(KUSTOMIZATION);
    expect(outcome(setAt(bytes, "k.yaml", rangeOf("mode=slow"), { from: "fast", to: "y" }))).toBe("STALE");
    expect(outcome(setAt(bytes, "k.yaml", { start: 0, end: 1 }, { from: "x", to: "y" }))).toBe("STALE");
  });
});
