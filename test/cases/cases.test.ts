import { describe, expect, it } from "vitest";
import { consider } from "../../src/proposal/consider.ts";
import { readBaseline, worseThan } from "../eval/baseline.ts";
import { grade, type Marks } from "../eval/grade.ts";
import { sharesOf } from "../eval/table.ts";
import { type Case, casesOf, materialOf } from "./build/story.ts";
import { STORIES } from "./stories.ts";

const BASELINE = readBaseline(new URL("../eval/baseline.json", import.meta.url).pathname);

const CASES = STORIES.flatMap(casesOf);

function examine(made: Case): Marks {
  const { world, checkout, signals } = materialOf(made);
  const report = consider({ world, checkout, signals });
  return grade({ truth: made.truth, world, ...checkout, report, seconds: 0 });
}

describe("what is said of each case", () => {
  const marks = new Map(CASES.map((made) => [made.truth.id, examine(made)]));

  it.each(CASES.map(({ truth, story }) => [truth.id, story.tells]))("%s: %s", (id) => {
    const found = marks.get(id);
    expect(found?.wrong, found?.why.join("; ")).toBe(false);
    expect(worseThan(BASELINE, found === undefined ? [] : [found])).toEqual([]);
  });

  it("every case has a name of its own", () => {
    expect(marks.size).toBe(CASES.length);
  });

  it("F9: names root and category in nine of ten cases, and is never wrong in what it proposes", () => {
    const { cause, wrong } = sharesOf([...marks.values()]);
    expect(cause).toBeGreaterThanOrEqual(0.9);
    expect(wrong).toBe(0);
  });
});
