import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { METRICS, type MetricName } from "../../src/evidence/metrics/definition.ts";
import { questionFor } from "../../src/evidence/metrics/question.ts";
import { answerIn } from "../../src/evidence/metrics/recorded.ts";
import { QUESTIONS } from "../metrics/held.ts";
import { recordedAnswers } from "../metrics/recorded.ts";

// What every version of a metric meant. A number that means something else under an old name makes every conclusion
// from it a lie: change a definition and raise its version; never change a line here, add one.
const MEANT: Readonly<Record<string, string>> = {
  "cpu-limit v1": "84a1cd7fd4e4f892",
  "cpu-throttled v1": "e3e53449a80e2b1d",
  "cpu-usage v1": "39ac743d43532bd1",
  "memory-limit v1": "e5de72de5b21299a",
  "memory-working-set v1": "7bbb46e6ff3a23a2",
  "restarts v1": "ed8907e81cb4487b",
};

function meaningOf(name: MetricName): string {
  const subject = { namespace: "shop", pods: "catalog-.*", container: "app" };
  const asked = (["before", "since"] as const).map((window, index) =>
    questionFor(name, subject, { window, pods: "catalog-0", start: 0, end: [259_200, 3_600][index] ?? 0 }),
  );
  const whole = [METRICS[name].unit, ...asked.map(({ query, step }) => `${query} every ${step} s`)].join("\n");
  return createHash("sha256").update(whole).digest("hex").slice(0, 16);
}

describe("a metric that lies", () => {
  test("F30: no metric means anything else than its version has always meant", () => {
    const now = (Object.keys(METRICS) as MetricName[]).map((name) => [
      `${name} v${METRICS[name].version}`,
      meaningOf(name),
    ]);
    expect(MEANT).toMatchObject(Object.fromEntries(now));
  });

  test("F30: what was recorded of another version, or by other words, is not used", () => {
    const question = QUESTIONS.memoryBefore;
    const records = recordedAnswers();
    expect(answerIn(records, question).known).toBe(true);
    expect(answerIn(records, { ...question, version: 2 })).toEqual({
      known: false,
      because: "what was recorded is version 1 of memory-working-set, and version 2 means something else",
    });
    expect(answerIn(records, { ...question, query: question.query.replace("max by", "min by") }).known).toBe(false);
    expect(answerIn(records, { ...question, end: question.end + 3600 }).known).toBe(false);
  });
});
