import { describe, expect, test } from "vitest";
import { confidenceOf, movedBy } from "../../src/diagnosis/confidence.ts";

const prior = { right: 14, wrong: 1 };

describe("a confidence in the light of what became of proposals", () => {
  test("is what the rule says, where nobody merged anything", () => {
    expect(movedBy(0.95, { merged: 0, helped: 0 })).toBe(0.95);
  });

  test("rises with each one that helped, falls with each one that did not, and never leaves 0 to 1", () => {
    const well = [1, 5, 50, 5000].map((merged) => movedBy(0.95, { merged, helped: merged }));
    const badly = [1, 5, 50, 5000].map((merged) => movedBy(0.95, { merged, helped: 0 }));
    expect(well.every((each, at) => each > (well[at - 1] ?? 0.95) && each <= 1)).toBe(true);
    expect(badly.every((each, at) => each < (badly[at - 1] ?? 0.95) && each >= 0)).toBe(true);
  });

  test("is told by the record alone in the end: 11 of 12 a hundred times over", () => {
    expect(movedBy(0.9, { merged: 1200, helped: 1100 })).toBeCloseTo(11 / 12, 2);
  });

  test("a rule that is merged in vain again and again is not sure enough to propose any more", () => {
    const sure = confidenceOf({ prior, supports: 1 });
    expect(movedBy(sure, { merged: 2, helped: 0 })).toBeGreaterThan(0.8);
    expect(movedBy(sure, { merged: 8, helped: 0 })).toBeLessThan(0.8);
  });

  test("what is capped stays capped, however well other cases went", () => {
    const contradicted = confidenceOf({ prior, supports: 9, contradicts: 1 });
    expect(movedBy(contradicted, { merged: 1000, helped: 1000 })).toBe(contradicted);
    expect(movedBy(contradicted, { merged: 10, helped: 0 })).toBeLessThan(contradicted);
  });
});
