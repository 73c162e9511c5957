import { describe, expect, test } from "vitest";
import { branchOf, keyOfBranch, markedKey, markerLine } from "../../src/proposal/marker.ts";

describe("what is written is found again", () => {
  test("the key of a marked text", () => {
    expect(markedKey(`${markerLine("3f2a-oom")}\n# checkout`)).toBe("3f2a-oom");
    expect(markedKey(`${markerLine("3f2a")}\r\n# checkout`)).toBe("3f2a");
    expect(markedKey(markerLine("3f2a"))).toBe("3f2a");
  });

  test("a marker counts in the first line only", () => {
    expect(markedKey(`Look:\n${markerLine("3f2a")}`)).toBeUndefined();
    expect(markedKey(`> ${markerLine("3f2a")}`)).toBeUndefined();
    expect(markedKey("")).toBeUndefined();
  });

  test("the key of a branch", () => {
    expect(keyOfBranch(branchOf("3f2a"))).toBe("3f2a");
    expect(keyOfBranch("feature/oakum/3f2a")).toBeUndefined();
    expect(keyOfBranch("oakum/../main")).toBeUndefined();
  });

  test.each(["", "../main", "a b", "a--><b", "A", "x.lock", "-x"])("%j is no key", (key) => {
    expect(() => branchOf(key)).toThrow("lower-case letters");
    expect(() => markerLine(key)).toThrow("lower-case letters");
  });
});
