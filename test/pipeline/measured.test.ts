import { describe, expect, test } from "vitest";
import type { MetricAnswer, Reading } from "../../src/evidence/metrics/answer.ts";
import type { MetricQuestion } from "../../src/evidence/metrics/question.ts";
import { keptMetrics } from "../../src/pipeline/measured.ts";
import { QUESTIONS } from "../metrics/held.ts";

const { memoryBefore, memorySince } = QUESTIONS;
const DOWN: Reading = { known: false, because: "the metrics server does not answer" };

/** A server that answers its own count, until it is down. */
class Server {
  readonly asked: MetricQuestion[] = [];
  isDown = false;
  readonly source = keptMetrics({
    ask: async (questions) => {
      this.asked.push(...questions);
      return questions.map(
        (question): MetricAnswer => ({
          question,
          reading: this.isDown ? DOWN : { known: true, points: [[question.end, this.asked.length]] },
        }),
      );
    },
  });

  async read(question: MetricQuestion): Promise<number | string> {
    const [answer] = await this.source.ask([question]);
    if (answer === undefined) return "no answer";
    return answer.reading.known ? (answer.reading.points[0]?.[1] ?? Number.NaN) : answer.reading.because;
  }
}

const later = (question: MetricQuestion, seconds: number): MetricQuestion => ({
  ...question,
  end: question.end + seconds,
});

describe("metrics that are remembered", () => {
  test("what is over is asked for once", async () => {
    const server = new Server();
    expect(await server.read(memoryBefore)).toBe(1);
    server.isDown = true;
    expect(await server.read(memoryBefore)).toBe(1);
    expect(server.asked).toHaveLength(1);
  });

  test("F20: a decision does not come and go with the server: what it said still counts for half an hour", async () => {
    const server = new Server();
    expect(await server.read(memorySince)).toBe(1);
    server.isDown = true;
    expect(await server.read(later(memorySince, 1800))).toBe(1);
    expect(await server.read(later(memorySince, 1801))).toBe(DOWN.because);
    server.isDown = false;
    expect(await server.read(later(memorySince, 1860))).toBe(4);
  });

  test("what was never known is unknown, and asked for again", async () => {
    const server = new Server();
    server.isDown = true;
    expect(await server.read(memoryBefore)).toBe(DOWN.because);
    server.isDown = false;
    expect(await server.read(memoryBefore)).toBe(2);
    // Pods of another template, another time before them.
    expect(await server.read(later(memoryBefore, 60))).toBe(3);
  });

  test("answers come in the order of the questions, remembered or not", async () => {
    const server = new Server();
    await server.source.ask([memoryBefore]);
    const questions = [memorySince, memoryBefore, QUESTIONS.restartsBefore];
    expect((await server.source.ask(questions)).map(({ question }) => question)).toEqual(questions);
  });
});
