import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { prometheus, whyNoMetrics } from "../../src/adapters/prometheus.ts";
import { metricsContract } from "../contracts/metrics.ts";
import { QUESTIONS } from "./held.ts";
import { recordedAnswers, recordedMetrics } from "./recorded.ts";
import { type Fault, type MetricsStandIn, startStandIn } from "./stand-in.ts";

const TOKEN = "canary-9f31c2";
const QUESTION = QUESTIONS.memoryBefore;

let server: MetricsStandIn;
beforeEach(async () => {
  server = await startStandIn();
});
afterEach(() => server.close());

metricsContract("a recording", async () => recordedMetrics(recordedAnswers()));
metricsContract("a server behind a path", async () =>
  prometheus({ url: `${server.url}/select/0/prometheus/`, authorization: null }),
);

function body(text: string, status = 200): Fault {
  return (response) => response.writeHead(status, { "content-type": "application/json" }).end(text);
}

function matrix(...result: readonly object[]): object {
  return { status: "success", data: { resultType: "matrix", result } };
}

const at = QUESTION.start;

describe("a metrics server in trouble is unknown, and the reason is told", () => {
  const cutOff: Fault = (response) => {
    response.writeHead(200, { "content-length": "9999" });
    response.write('{"status":"succ', () => response.destroy());
  };
  const endless: Fault = (response) => {
    response.writeHead(200);
    const more = (): void => {
      response.write("9".repeat(1 << 16));
      if (!response.destroyed) setImmediate(more);
    };
    more();
  };
  const manySeries = Array.from({ length: 51 }, (_, index) => ({
    metric: { cluster: `c${index}` },
    values: [[at, "1"]],
  }));
  const manyPoints = Array.from({ length: 1001 }, (_, index) => [at + index, "1"]);

  test.each<[string, Fault, string]>([
    [
      "it knows nobody without a token",
      body("Unauthorized", 401),
      "answers 401 (it does not know Oakum: check OAKUM_PROM",
    ],
    ["it may not be read", body('{"message":"no"}', 403), "answers 403 (Oakum may not read there"],
    ["its API lies elsewhere", body("404 page not found", 404), "answers 404 (it has no Prometheus API there"],
    ["it is overloaded", body("upstream", 503), "the metrics server answers 503"],
    [
      "it refuses the query",
      body('{"status":"error","errorType":"execution","error":"query processing would load too many samples"}', 422),
      "refuses the query: query processing would load too many samples",
    ],
    [
      "it sends to a page to sign in",
      (response: ServerResponse) => response.writeHead(302, { location: "/login" }).end(),
      "answers 302 (it sends Oakum elsewhere",
    ],
    ["it answers with a page", body("<html>"), "is no JSON, or ends too early"],
    ["its JSON ends too early", body('{"status":"success","data":{"resu'), "is no JSON, or ends too early"],
    ["the connection is cut", cutOff, "the metrics server does not answer"],
    ["its answer never ends", endless, "answers with more than 1048576 bytes"],
    [
      "it answers something else",
      body('{"status":"success","data":[]}'),
      "the answer is none that Prometheus would give",
    ],
    [
      "it answers a number alone",
      body('{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}'),
      "none that",
    ],
    ["it answers in part", body(JSON.stringify({ ...matrix(), isPartial: true })), "answers in part only"],
    ["it warns", body(JSON.stringify({ ...matrix(), warnings: ["a store is down"] })), "answers in part only"],
    ["too many series", body(JSON.stringify(matrix(...manySeries))), "the answer is none that Prometheus would give"],
    ["too many points", body(JSON.stringify(matrix({ metric: {}, values: manyPoints }))), "the answer is none that"],
    ["no series", body(JSON.stringify(matrix())), "there is no such series"],
    ["NaN", body(JSON.stringify(matrix({ metric: {}, values: [[at, "NaN"]] }))), "no value of that time is a number"],
    [
      "another time",
      body(JSON.stringify(matrix({ metric: {}, values: [[1, "1"]] }))),
      "no value of that time is a number",
    ],
  ])("%s", async (_, fault, reason) => {
    server.fail(fault);
    const [answer] = await prometheus({ url: server.url, authorization: null }).ask([QUESTION]);
    expect(answer?.reading).toMatchObject({ known: false, because: expect.stringContaining(reason) });
  });

  test("nobody listens there", async () => {
    await server.close();
    const shown = { url: server.url, authorization: null };
    const [answer] = await prometheus(shown).ask([QUESTION]);
    expect(answer?.reading).toEqual({ known: false, because: "the metrics server does not answer (ECONNREFUSED)" });
    expect(await whyNoMetrics(shown, new Date(0))).toBe("the metrics server does not answer (ECONNREFUSED)");
  });

  test("a look waits for all of them together no longer than it says", async () => {
    server.fail(async (response) => {
      await wait(3_600_000, undefined, { ref: false });
      response.end();
    });
    const source = prometheus({ url: server.url, authorization: null }, { requestMs: 1_000, lookMs: 2_500 });
    const answers = await source.ask(Array.from({ length: 40 }, () => QUESTION));
    expect(answers).toHaveLength(40);
    const reasons = new Set(answers.map(({ reading }) => (reading.known ? "" : reading.because)));
    expect([...reasons]).toEqual([
      "the metrics server did not answer in time",
      "the metrics of one look took more than 2.5 s",
    ]);
    expect(server.asked.length).toBeLessThan(20);
  });
});

describe("how a metrics server is asked", () => {
  test("below the path of its address, with what stands behind it, in the words of the definition", async () => {
    await prometheus({ url: `${server.url}/select/0/prometheus?extra_label=cluster=prod`, authorization: null }).ask([
      QUESTION,
    ]);
    const asked = new URL(server.asked[0]?.path ?? "", server.url);
    expect(asked.pathname).toBe("/select/0/prometheus/api/v1/query_range");
    expect(Object.fromEntries(asked.searchParams)).toEqual({
      extra_label: "cluster=prod",
      query: QUESTION.query,
      start: String(QUESTION.start),
      end: String(QUESTION.end),
      step: "600",
      timeout: "3000ms",
    });
  });

  test("F22: the token goes to the server and nowhere else", async () => {
    const source = prometheus({ url: server.url, authorization: `Bearer ${TOKEN}` });
    await source.ask([QUESTION]);
    expect(server.asked[0]?.authorization).toBe(`Bearer ${TOKEN}`);
    server.fail(body(JSON.stringify({ status: "error", error: `denied for Authorization: Bearer ${TOKEN}` }), 400));
    const [answer] = await source.ask([QUESTION]);
    expect(JSON.stringify(answer)).not.toContain(TOKEN);
  });
});
