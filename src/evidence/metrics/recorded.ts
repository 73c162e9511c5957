import { z } from "zod";
import { redactText } from "../../signal/redact.ts";
import { type MetricAnswer, type Reading, readBody } from "./answer.ts";
import type { MetricQuestion } from "./question.ts";

const Common = z.object({
  metric: z.string(),
  version: z.int(),
  query: z.string(),
  start: z.number(),
  end: z.number(),
  step: z.number(),
});

/**
 * One answer of a metrics server as a recording holds it: which metric of which version was asked for, by which query
 * to `/api/v1/query_range`, and the body that came, or why none came.
 */
export type MetricRecord = z.infer<typeof Common> & ({ readonly answer: unknown } | { readonly unanswered: string });

const Recorded = z.union([
  Common.extend({ answer: z.unknown().refine((body) => body !== undefined) }),
  Common.extend({ unanswered: z.string() }),
]);

/** Whether a value of a recording is about metrics and so no Kubernetes object. */
export function isMetricRecord(value: Readonly<Record<string, unknown>>): boolean {
  return typeof value["metric"] === "string" && value["kind"] === undefined && value["apiVersion"] === undefined;
}

/** A value of a recording as a record, undefined where it is none. */
export function readMetricRecord(value: unknown): MetricRecord | undefined {
  return Recorded.safeParse(value).data;
}

/** An answer as a recording keeps it. */
export function recordOf({ question, reading }: MetricAnswer): MetricRecord {
  const { metric, version, query, start, end, step } = question;
  const common = { metric, version, query, start, end, step };
  if (!reading.known) return { ...common, unanswered: reading.because };
  const values = reading.points.map(([at, value]) => [at, String(value)]);
  return {
    ...common,
    answer: { status: "success", data: { resultType: "matrix", result: [{ metric: {}, values }] } },
  };
}

// Who records by hand does not ask for cluster and metrics at the same moment.
const APART = 15 * 60;

/** What these records answer to a question: only one that was asked in the same words, and of the same version, does. */
export function answerIn(records: readonly MetricRecord[], question: MetricQuestion): Reading {
  const { metric, version } = question;
  const named = records.filter((record) => record.metric === metric);
  const found = named.find((record) => record.version === version && isAskedBy(question, record));
  if (found === undefined) return unanswered(question, named);
  if ("unanswered" in found) return { known: false, because: redactText(found.unanswered) };
  return readBody({ ...question, start: found.start, end: found.end }, found.answer);
}

function isAskedBy({ query, start, end, step }: MetricQuestion, record: MetricRecord): boolean {
  const isNear = Math.abs(record.start - start) <= APART && Math.abs(record.end - end) <= APART;
  return record.query === query && record.step === step && isNear;
}

function unanswered({ metric, version }: MetricQuestion, named: readonly MetricRecord[]): Reading {
  const other = named.find((record) => record.version !== version);
  if (other === undefined) return { known: false, because: "the recording has no answer to it" };
  const because = `what was recorded is version ${other.version} of ${metric}, and version ${version} means something else`;
  return { known: false, because };
}
