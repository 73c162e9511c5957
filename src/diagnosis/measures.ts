import type { MetricAnswer, Point } from "../evidence/metrics/answer.ts";
import { definitionOf, type MetricName } from "../evidence/metrics/definition.ts";
import { podNamesLike } from "../evidence/metrics/pod-names.ts";
import type { Window } from "../evidence/metrics/question.ts";
import type { ObjectRef } from "../signal/object.ts";
import type { FactDraft } from "./hypothesis.ts";
import type { Lookup } from "./lookup.ts";
import { quantityOf } from "./quantity.ts";
import { mapAt } from "./read.ts";

/** The numbers of one metric of a container, oldest first and never none. */
type Measured = { readonly points: readonly Point[]; readonly answer: MetricAnswer };

/** What a metrics server said of one container. */
export type Measures = {
  /** Undefined where nobody asked, or nothing is known. */
  readonly of: (metric: MetricName, window: Window) => Measured | undefined;
  /** What was asked and is not known, as facts: they say nothing for or against a cause. */
  readonly unknown: readonly FactDraft[];
};

/** What is known of a container by metrics. A server that tells of another limit than the pods have is not believed. */
export function measuresOf(lookup: Lookup, pod: ObjectRef, container: string): Measures {
  const answers = answersAbout(lookup, pod, container);
  const strange = answers.find((answer) => isOfAnother(lookup, answer));
  if (strange !== undefined) return { of: () => undefined, unknown: [citeUnknown(strange, ANOTHER)] };
  return {
    of: (metric, window) => {
      const answer = answers.find(({ question }) => question.metric === metric && question.window === window);
      return answer?.reading.known ? { points: answer.reading.points, answer } : undefined;
    },
    unknown: answers.flatMap((answer) => (answer.reading.known ? [] : [citeUnknown(answer, answer.reading.because)])),
  };
}

function answersAbout({ get, world }: Lookup, pod: ObjectRef, container: string): readonly MetricAnswer[] {
  const found = get(pod);
  if (found === undefined || world.metrics === undefined) return [];
  const pods = podNamesLike(found);
  return world.metrics.filter(
    ({ question: { subject } }) =>
      subject.namespace === pod.namespace && subject.pods === pods && subject.container === container,
  );
}

const ANOTHER = "the metrics server tells of another limit than the pods have, so it may watch another cluster";
const LIMITS: { readonly [Metric in MetricName]?: string } = { "memory-limit": "memory", "cpu-limit": "cpu" };

// A store of several clusters may know a workload of the same name.
function isOfAnother(lookup: Lookup, { question, reading }: MetricAnswer): boolean {
  const resource = LIMITS[question.metric];
  const told = reading.known ? reading.points.at(-1)?.[1] : undefined;
  if (resource === undefined || told === undefined) return false;
  const { namespace, pods, container } = question.subject;
  return lookup
    .allIn("/Pod", namespace)
    .filter((pod) => podNamesLike(pod) === pods)
    .map((pod) => quantityOf(mapAt(pod, "spec", "containers", `[name=${container}]`, "resources", "limits")[resource]))
    .every((limit) => limit === undefined || Math.abs(limit - told) > limit / 100);
}

/** What the numbers of a metric say, as a fact. */
export function citeMeasured({ answer }: Measured, text: string): FactDraft {
  return { verdict: "FOUND", text, ...origin(answer) };
}

function citeUnknown(answer: MetricAnswer, because: string): FactDraft {
  const { metric, subject } = answer.question;
  const text = `not known of ${subject.container}: ${definitionOf(metric).means} (${because})`;
  return { verdict: "UNKNOWN", text, ...origin(answer) };
}

function origin({ question }: MetricAnswer): Pick<FactDraft, "kind" | "source" | "at"> {
  const { metric, version, subject, window, start, end } = question;
  const source = `metrics ${metric} v${version} of ${subject.namespace}/${subject.container}, ${window} its pods were made`;
  // The end of what goes on is another at each look, and says nothing new.
  const at = window === "before" ? end : start;
  return { kind: "metric", source, at: new Date(at * 1000).toISOString() };
}
