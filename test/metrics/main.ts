import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MetricRecord } from "../../src/evidence/metrics/recorded.ts";
import { HELD, QUESTIONS } from "./held.ts";
import { bodyOf, startPrometheus } from "./servers.ts";

// Records what a real Prometheus answers to the contract's questions, for the twins that have no PromQL:
// node test/metrics/main.ts
const prometheus = await startPrometheus(HELD);
try {
  const records: MetricRecord[] = [];
  for (const question of Object.values(QUESTIONS)) {
    const { metric, version, query, start, end, step } = question;
    records.push({ metric, version, query, start, end, step, answer: await bodyOf(prometheus.url, question) });
  }
  const lines = records.map((record) => JSON.stringify(record));
  writeFileSync(join(import.meta.dirname, "fixtures/answers.json"), `[\n${lines.join(",\n")}\n]\n`);
} finally {
  await prometheus.stop();
}
