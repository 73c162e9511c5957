import { z } from "zod";
import { redactText } from "../../signal/redact.ts";
import { definitionOf } from "./definition.ts";
import type { MetricQuestion } from "./question.ts";

/** One number at a time, in seconds since 1970. */
export type Point = readonly [at: number, value: number];

/** What a metrics server said: numbers, oldest first and never none, or why there are none. */
export type Reading =
  | { readonly known: true; readonly points: readonly Point[] }
  | { readonly known: false; readonly because: string };

/** A question with what came of it. */
export type MetricAnswer = { readonly question: MetricQuestion; readonly reading: Reading };

// Three days in steps of ten minutes are 433 points; no question asks for more than some hundred beyond that.
const MOST_POINTS = 1_000;
const MOST_SERIES = 50;

const Sample = z.tuple([z.number(), z.string().max(40)]);
const Series = z.object({
  metric: z.record(z.string(), z.string()),
  values: z.array(Sample).min(1).max(MOST_POINTS),
});
const Body = z.object({
  status: z.literal("success"),
  // Thanos warns of stores that did not answer, VictoriaMetrics says that it answers in part.
  warnings: z.array(z.unknown()).optional(),
  isPartial: z.boolean().optional(),
  data: z.object({ resultType: z.literal("matrix"), result: z.array(Series).max(MOST_SERIES) }),
});
const Failure = z.object({ status: z.literal("error"), errorType: z.string().optional(), error: z.string() });

/** What the body of an answer to `/api/v1/query_range` says about a question. */
export function readBody(question: MetricQuestion, body: unknown): Reading {
  const failure = Failure.safeParse(body);
  if (failure.success) return unknown(`the metrics server refuses the query: ${told(failure.data.error)}`);
  const read = Body.safeParse(body);
  if (!read.success) return unknown(`the answer is none that Prometheus would give: ${issueIn(read.error)}`);
  const { warnings = [], isPartial = false, data } = read.data;
  if (isPartial || warnings.length > 0) return unknown("the metrics server answers in part only");
  return readSeries(question, data.result);
}

function readSeries(question: MetricQuestion, series: readonly z.infer<typeof Series>[]): Reading {
  const { missing } = definitionOf(question.metric);
  const [only, ...others] = series;
  if (only === undefined) return unknown(`there is no such series: ${missing}`);
  if (others.length > 0)
    return unknown(
      `${series.length} clusters tell of it (label "cluster"): give an address that knows only this one, such as VictoriaMetrics' with "?extra_label=cluster=NAME"`,
    );
  const points = only.values
    .map(([at, value]): Point => [at, Number(value)])
    .filter((point) => Number.isFinite(point[1]) && isWithin(question, point));
  return points.length === 0 ? unknown(`no value of that time is a number: ${missing}`) : { known: true, points };
}

// VictoriaMetrics moves times to multiples of the step.
function isWithin({ start, end, step }: MetricQuestion, [at]: Point): boolean {
  return at >= start - step && at <= end + step;
}

function unknown(because: string): Reading {
  return { known: false, because };
}

// What a stranger wrote: enough of it to know what is meant.
function told(text: string): string {
  return redactText(text).replace(/\s+/g, " ").slice(0, 200);
}

function issueIn({ issues }: z.ZodError): string {
  const [first] = issues;
  return first === undefined ? "" : told(`${first.path.join(".") || "the body"}: ${first.message}`);
}
