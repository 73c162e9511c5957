import { definitionOf, type MetricName } from "./definition.ts";

/** The containers that a question is about: of one name, in the pods of one workload. */
export type Subject = {
  readonly namespace: string;
  /** A regular expression of the names that the workload's pods have, whatever their generation. */
  readonly pods: string;
  readonly container: string;
};

/** `before`: the days before the pods in trouble were made, of all pods of the workload; `since`: one pod in trouble. */
export type Window = "before" | "since";

/** One question to a metrics server, complete and plain: asked twice, it is the same. */
export type MetricQuestion = {
  readonly metric: MetricName;
  readonly version: number;
  readonly subject: Subject;
  readonly window: Window;
  readonly query: string;
  /** In seconds since 1970, as the server counts. */
  readonly start: number;
  readonly end: number;
  readonly step: number;
};

/** Which pods are asked about, and from when to when. */
export type Scope = {
  readonly window: Window;
  /** A regular expression of pod names. */
  readonly pods: string;
  readonly start: number;
  readonly end: number;
};

// Six hours in minutes and three days in steps of ten are some 400 points: enough for a trend, small enough to keep.
const FINE_SPAN = 6 * 3600;
const FINE_STEP = 60;
const COARSE_STEP = 600;
// A rate needs two samples: with this range it has them where a server scrapes every two minutes, or more often.
const LEAST_RANGE = 300;

/** The question for one metric of a subject, in the terms that its definition has now. */
export function questionFor(metric: MetricName, subject: Subject, { window, pods, start, end }: Scope): MetricQuestion {
  const { version, expression } = definitionOf(metric);
  const step = end - start <= FINE_SPAN ? FINE_STEP : COARSE_STEP;
  const matchers = [
    `namespace=${quoted(subject.namespace)}`,
    `pod=~${quoted(pods)}`,
    `container=${quoted(subject.container)}`,
  ].join(",");
  const query = expression(matchers, `${Math.max(step, LEAST_RANGE)}s`);
  return { metric, version, subject, window, query, start, end, step };
}

/** A text as PromQL writes it between quotes. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A text as a regular expression that matches only it. */
export function exactly(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
