import type { MetricName } from "../../../src/evidence/metrics/definition.ts";
import type { MetricQuestion, Window } from "../../../src/evidence/metrics/question.ts";
import { wantedMetrics } from "../../../src/evidence/metrics/wanted.ts";
import { worldOf } from "../../../src/evidence/readings.ts";
import { readRecording } from "../../../src/evidence/recording.ts";

/** What containers used, by metric and window: the same all the time, or by the minutes since the window began. */
export type Usage = { readonly [Asked in `${MetricName} ${Window}`]?: number | ((minute: number) => number) };

/** A recording to which a metrics server answered this, with nothing to say of what is left out. */
export function withUsage(files: Readonly<Record<string, string>>, usage: Usage | undefined): Record<string, string> {
  if (usage === undefined) return { ...files };
  const recorded = Object.entries(files).map(([path, text]) => ({ path, text }));
  const { questions } = wantedMetrics(worldOf(readRecording(recorded)));
  const records = questions.map((question) => {
    const { metric, version, query, start, end, step } = question;
    return { metric, version, query, start, end, step, answer: bodyOf(question, usage) };
  });
  return { ...files, "metrics/answers.json": JSON.stringify(records) };
}

function bodyOf(question: MetricQuestion, usage: Usage): object {
  const told = usage[`${question.metric} ${question.window}`];
  const result = told === undefined ? [] : [{ metric: {}, values: valuesOf(question, told) }];
  return { status: "success", data: { resultType: "matrix", result } };
}

function valuesOf(
  { start, end, step }: MetricQuestion,
  told: number | ((minute: number) => number),
): readonly (readonly [number, string])[] {
  return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, index) => {
    const value = typeof told === "number" ? told : told((index * step) / 60);
    return [start + index * step, String(value)] as const;
  });
}
