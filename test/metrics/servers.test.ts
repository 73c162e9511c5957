import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prometheus, whyNoMetrics } from "../../src/adapters/prometheus.ts";
import { metricsContract } from "../contracts/metrics.ts";
import { whyNoServer } from "../tools/metrics-tools.ts";
import { HELD, MADE, QUESTIONS } from "./held.ts";
import { recordedAnswers } from "./recorded.ts";
import { bodyOf, type RealServer, startPrometheus, startVictoriaMetrics } from "./servers.ts";

const SERVERS = [
  { name: "prometheus", called: "a real Prometheus", start: startPrometheus },
  { name: "victoria-metrics", called: "a real VictoriaMetrics", start: startVictoriaMetrics },
] as const;

for (const { name, called, start } of SERVERS) {
  const missing = whyNoServer(name);
  if (missing !== undefined) test(called, ({ skip }) => skip(`${called}: ${missing}`));

  describe.skipIf(missing !== undefined)(called, { timeout: 60_000 }, () => {
    let server: RealServer;
    beforeAll(async () => {
      server = await start(HELD);
    }, 240_000);
    afterAll(() => server?.stop());

    metricsContract(called, async () => prometheus({ url: server.url, authorization: null }));

    test("refuses what is no query, and says why", async () => {
      const question = { ...QUESTIONS.memoryBefore, query: "max by (" };
      const [answer] = await prometheus({ url: server.url, authorization: null }).ask([question]);
      expect(JSON.stringify(answer?.reading)).toMatch(/refuses the query: .*(parse|unexpected)/);
    });

    test("is of use where it knows containers", async () => {
      const shown = { url: server.url, authorization: null };
      expect(await whyNoMetrics(shown, new Date((MADE + 60) * 1000))).toBeUndefined();
      expect(await whyNoMetrics(shown, new Date(0))).toContain("it knows no container");
    });

    if (name === "prometheus")
      test("answers what was recorded for those who have none", async () => {
        for (const [index, question] of Object.values(QUESTIONS).entries()) {
          const record = recordedAnswers()[index];
          expect(await bodyOf(server.url, question)).toEqual(
            record !== undefined && "answer" in record && record.answer,
          );
        }
      });
  });
}
