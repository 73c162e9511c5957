import { describe, expect, test } from "vitest";
import { definitionOf } from "../../src/evidence/metrics/definition.ts";
import type { MetricQuestion } from "../../src/evidence/metrics/question.ts";
import { climbs, medianOf, peakOf } from "../../src/evidence/metrics/trend.ts";
import type { MetricsSource } from "../../src/ports.ts";
import { QUESTIONS } from "../metrics/held.ts";

const MEBIBYTE = 2 ** 20;

/** What every source of metrics tells of the samples that it holds, live or recorded. */
export function metricsContract(name: string, open: () => Promise<MetricsSource>): void {
  describe(`a source of metrics: ${name}`, () => {
    const ask = async (question: MetricQuestion) => {
      const [answer] = await (await open()).ask([question]);
      if (answer === undefined) throw new Error("No answer came");
      return answer.reading;
    };
    const pointsOf = async (question: MetricQuestion) => {
      const reading = await ask(question);
      if (!reading.known) throw new Error(reading.because);
      return reading.points;
    };
    const reasonOf = async (question: MetricQuestion) => {
      const reading = await ask(question);
      return reading.known ? "known" : reading.because;
    };

    test("answers every question, in their order", async () => {
      const questions = Object.values(QUESTIONS);
      const answers = await (await open()).ask(questions);
      expect(answers.map(({ question }) => question)).toEqual(questions);
    });

    test("has nothing to say where nothing is asked", async () => {
      expect(await (await open()).ask([])).toEqual([]);
    });

    test("tells the most memory of all pods of a workload, and of no other's", async () => {
      const points = await pointsOf(QUESTIONS.memoryBefore);
      expect(peakOf(points)).toBe(400 * MEBIBYTE);
      expect(medianOf(points)).toBe(300 * MEBIBYTE);
      // Ten hours of three days were scraped, and the hour in which the last sample lies.
      expect(points.length).toBe(61);
    });

    test("tells how the memory of one pod went", async () => {
      const points = await pointsOf(QUESTIONS.memorySince);
      expect(peakOf(points)).toBe(340 * MEBIBYTE);
      expect(climbs(points)).toBe(true);
      expect(climbs(await pointsOf(QUESTIONS.memoryBefore))).toBe(false);
    });

    test("tells a limit, CPU, the share of periods kept waiting, and restarts", async () => {
      expect(peakOf(await pointsOf(QUESTIONS.memoryLimit))).toBe(256 * MEBIBYTE);
      expect(medianOf(await pointsOf(QUESTIONS.throttledBefore))).toBeCloseTo(0.05);
      expect(medianOf(await pointsOf(QUESTIONS.throttledSince))).toBeCloseTo(0.8);
      expect(peakOf(await pointsOf(QUESTIONS.usageBefore))).toBeCloseTo(0.4);
      expect(Math.round(peakOf(await pointsOf(QUESTIONS.restartsBefore)))).toBe(5);
    });

    test("F27: a series that is not there and a value that is no number are unknown, not nought", async () => {
      expect(await reasonOf(QUESTIONS.noSeries)).toBe(`there is no such series: ${definitionOf("cpu-limit").missing}`);
      // VictoriaMetrics leaves NaN out.
      expect(await reasonOf(QUESTIONS.noNumber)).toMatch(
        /^(no value of that time is a number|there is no such series): /,
      );
    });

    test("F30: two clusters in one store are not taken for one", async () => {
      expect(await reasonOf(QUESTIONS.twoClusters)).toContain("2 clusters tell of it");
    });

    test("a name is a name, whatever stands in it", async () => {
      expect(peakOf(await pointsOf(QUESTIONS.hostileName))).toBe(7 * MEBIBYTE);
    });
  });
}
