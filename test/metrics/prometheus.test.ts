import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prometheus, whyNoMetrics } from "../../src/adapters/prometheus.ts";
import { metricsContract } from "../contracts/metrics.ts";
import { whyNoPrometheus } from "../tools/prometheus-tools.ts";
import { HELD, MADE, QUESTIONS } from "./held.ts";
import { recordedAnswers } from "./recorded.ts";
import { bodyOf, type RealPrometheus, startPrometheus } from "./server.ts";

const missing = whyNoPrometheus();

if (missing !== undefined) test("a real Prometheus", ({ skip }) => skip(`a real Prometheus: ${missing}`));

describe.skipIf(missing !== undefined)("a real Prometheus", { timeout: 60_000 }, () => {
  let server: RealPrometheus;
  beforeAll(async () => {
    server = await startPrometheus(HELD);
  }, 120_000);
  afterAll(() => server?.stop());

  metricsContract("a real Prometheus", async () => prometheus({ url: server.url, authorization: null }));

  test("answers what was recorded for those who have none", async () => {
    for (const [index, question] of Object.values(QUESTIONS).entries()) {
      const record = recordedAnswers()[index];
      expect(await bodyOf(server.url, question)).toMatchObject({ data: bodyIn(record).data });
    }
  });

  test("refuses what is no PromQL, and says why", async () => {
    const question = { ...QUESTIONS.memoryBefore, query: "max by (" };
    const [answer] = await prometheus({ url: server.url, authorization: null }).ask([question]);
    expect(answer?.reading).toMatchObject({ known: false });
    expect(JSON.stringify(answer?.reading)).toContain("refuses the query: 1:9: parse error");
  });

  test("is of use where it knows containers", async () => {
    const shown = { url: server.url, authorization: null };
    expect(await whyNoMetrics(shown, new Date((MADE + 60) * 1000))).toBeUndefined();
    expect(await whyNoMetrics(shown, new Date(0))).toContain("it knows no container");
  });
});

function bodyIn(record: unknown): { readonly data?: unknown } {
  return (record as { readonly answer: { readonly data: unknown } }).answer;
}
