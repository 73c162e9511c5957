import { expect, test } from "vitest";
import { worseThan } from "./baseline.ts";
import type { Marks } from "./grade.ts";

const right: Marks = {
  id: "image-tag",
  source: "our own",
  category: "image_ref",
  expected: "propose",
  isFair: true,
  isOpen: false,
  got: "propose",
  said: "image_ref",
  decision: true,
  root: true,
  kind: true,
  exact: true,
  equivalent: true,
  commit: true,
  wrong: false,
  confidence: 0.97,
  seconds: 0,
  why: [],
};
const BASELINE = { "image-tag": ["root", "kind", "decision", "exact", "equivalent", "commit"] };

test("a case that is as right as before is not worse", () => {
  expect(worseThan(BASELINE, [right])).toEqual([]);
});

test.each(["root", "kind", "decision", "exact", "equivalent", "commit"] as const)("a lost %s is worse", (measure) => {
  const sentence = [`image-tag: ${measure} was right before`];
  expect(worseThan(BASELINE, [{ ...right, [measure]: false }])).toEqual(sentence);
  // What is not asked for any more was given up all the same.
  expect(worseThan(BASELINE, [{ ...right, [measure]: null }])).toEqual(sentence);
});

test("what was wrong before may stay wrong", () => {
  expect(worseThan({ "image-tag": ["root"] }, [{ ...right, kind: false, decision: false }])).toEqual([]);
});

test("a case that the baseline does not know has to be right in all that is asked for, in other bytes if need be", () => {
  expect(worseThan({}, [{ ...right, exact: false, commit: null }])).toEqual([]);
  expect(worseThan({}, [{ ...right, decision: false, equivalent: null }])).toEqual(["image-tag: decision is wrong"]);
});
