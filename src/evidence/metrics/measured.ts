import type { World } from "../world.ts";
import type { MetricAnswer } from "./answer.ts";
import { answerIn, type MetricRecord } from "./recorded.ts";
import { wantedMetrics } from "./wanted.ts";

/** The world with what a metrics server answered; what it did not is told, a sentence for each reason. */
export function withMetrics(world: World, answers: readonly MetricAnswer[], leftOut: number): World {
  const reasons = answers.flatMap(({ reading }) => (reading.known ? [] : [reading.because]));
  const counted = Map.groupBy(reasons, (reason) => reason);
  const unknown = [...counted].map(
    ([reason, { length }]) => `${length} of ${answers.length} metrics are not known: ${reason}.`,
  );
  if (leftOut > 0) unknown.push(`Of ${leftOut} more containers in trouble no metrics were asked for.`);
  return { ...world, metrics: answers, unknown: [...world.unknown, ...unknown] };
}

/** The world with what was recorded of a metrics server; as it is where nothing was. */
export function withRecordedMetrics(world: World, records: readonly MetricRecord[]): World {
  if (records.length === 0) return world;
  const { questions, leftOut } = wantedMetrics(world);
  return withMetrics(
    world,
    questions.map((question) => ({ question, reading: answerIn(records, question) })),
    leftOut,
  );
}
