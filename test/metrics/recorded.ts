import { readFileSync } from "node:fs";
import { join } from "node:path";
import { answerIn, type MetricRecord } from "../../src/evidence/metrics/recorded.ts";
import { readRecording } from "../../src/evidence/recording.ts";
import type { MetricsSource } from "../../src/ports.ts";

/** What a real Prometheus answered to the contract's questions (`main.ts` records it anew). */
export function recordedAnswers(): readonly MetricRecord[] {
  const text = readFileSync(join(import.meta.dirname, "fixtures/answers.json"), "utf8");
  return readRecording([{ path: "metrics/answers.json", text }]).metrics ?? [];
}

/** A source of metrics that knows only what was recorded. */
export function recordedMetrics(records: readonly MetricRecord[]): MetricsSource {
  return {
    ask: async (questions) => questions.map((question) => ({ question, reading: answerIn(records, question) })),
  };
}
