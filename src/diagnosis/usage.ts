import { climbs, medianOf, peakOf } from "../evidence/metrics/trend.ts";
import type { FactDraft, Hypothesis } from "./hypothesis.ts";
import type { Lookup } from "./lookup.ts";
import { citeMeasured, type Measures } from "./measures.ts";
import type { Ailment } from "./symptom.ts";
import { minutesSince } from "./symptoms/now.ts";

/** What metrics say for and against a cause; where nothing is known, neither. */
export type Testimony = {
  readonly facts: readonly FactDraft[];
  readonly supports: number;
  /** What speaks against it, as part of a sentence each. */
  readonly against: readonly string[];
};

// A container is killed when it reaches its limit, and the samples lie some time before that.
const REACHED = 0.9;
// Less than half of what it may use: not even a busy day would have come near the limit.
const FAR = 0.5;
// As long as a working day is what must have been seen before anything follows from what was not.
const SEEN_SECONDS = 6 * 3600;
const SEEN_POINTS = 10;
// A container that is restarted as often as that in a day was in trouble.
const RESTARTS_A_DAY = 3;
const WAITING = 0.5;
const HARDLY_WAITING = 0.1;

/** These testimonies as one. */
export function together(...all: readonly Testimony[]): Testimony {
  return {
    facts: all.flatMap(({ facts }) => facts),
    supports: all.reduce((sum, { supports }) => sum + supports, 0),
    against: all.flatMap(({ against }) => against),
  };
}

/** A hypothesis where something speaks against it: no commit is blamed, and a person is asked this, with the reasons. */
export function doubted(hypothesis: Hypothesis, against: readonly string[], question: string): Hypothesis {
  if (against.length === 0) return hypothesis;
  const because = `${question}: ${against.join(", and ")}.`;
  return { ...hypothesis, culprit: null, advice: { is: "person", because } };
}

/** A memory limit that was cut to so many bytes, and when, where that is known. */
export type Cut = { readonly container: string; readonly limit: number | undefined; readonly at: string | undefined };

/** Whether what a container used before its memory limit was cut still fits below it. */
export function beforeTheCut({ of, unknown }: Measures, { container, limit, at }: Cut): Testimony {
  const before = of("memory-working-set", "before");
  if (before === undefined || limit === undefined) return { facts: unknown, supports: 0, against: [] };
  const { start, step } = before.answer.question;
  const peak = peakOf(before.points);
  const used = `${container} used up to ${bytesText(peak)} in the three days before, and may use ${bytesText(limit)} now`;
  // Where all that was seen came after the cut, it shows what a container uses that is killed at once.
  const isOlder = at !== undefined && Date.parse(at) / 1000 < start + SEEN_SECONDS;
  const fits = !isOlder && peak < limit * FAR && before.points.length * step >= SEEN_SECONDS;
  return {
    facts: [citeMeasured(before, used), ...unknown],
    supports: peak >= limit ? 1 : 0,
    against: fits ? [`what it used before, ${bytesText(peak)}, fits twice into what it may use now`] : [],
  };
}

/** Whether a container came near its memory limit. */
export function upToTheLimit({ of, unknown }: Measures, container: string, limit: number | undefined): Testimony {
  const since = of("memory-working-set", "since");
  if (since === undefined || limit === undefined) return { facts: unknown, supports: 0, against: [] };
  const peak = peakOf(since.points);
  const used = `${container} used up to ${bytesText(peak)} of ${bytesText(limit)} since its pod was made`;
  const isFar = peak < limit * FAR && since.points.length >= SEEN_POINTS;
  return {
    facts: [citeMeasured(since, used), ...unknown],
    supports: peak >= limit * REACHED ? 1 : 0,
    against: isFar ? ["no sample of its memory comes near the limit"] : [],
  };
}

/** Whether a container's memory climbs steadily from its start on, as that of one which gives nothing back does. */
export function leaks({ of }: Measures): boolean {
  const since = of("memory-working-set", "since");
  return since !== undefined && climbs(since.points);
}

/** Whether a container waits for CPU most of the time. */
export function waitingForCpu({ of, unknown }: Measures, container: string): Testimony {
  const [since, before] = [of("cpu-throttled", "since"), of("cpu-throttled", "before")];
  if (since === undefined) return { facts: unknown, supports: 0, against: [] };
  const was = before === undefined ? "" : `, and in ${percentText(medianOf(before.points))} before`;
  const waits = `${container} waited for CPU in ${percentText(medianOf(since.points))} of the scheduler's periods since its pod was made${was}`;
  const isCalm = peakOf(since.points) < HARDLY_WAITING && since.points.length >= SEEN_POINTS;
  return {
    facts: [citeMeasured(since, waits), ...unknown],
    supports: medianOf(since.points) > WAITING ? 1 : 0,
    against: isCalm ? ["it hardly ever waits for CPU"] : [],
  };
}

/** Whether a container used more CPU before its limit was cut than it may use now. */
export function moreCpuBefore({ of }: Measures, container: string, limit: number | undefined): Testimony {
  const usage = of("cpu-usage", "before");
  if (usage === undefined || limit === undefined) return { facts: [], supports: 0, against: [] };
  const peak = peakOf(usage.points);
  const used = `${container} used up to ${Number(peak.toFixed(2))} CPU in the three days before, and may use ${limit} now`;
  return { facts: [citeMeasured(usage, used)], supports: peak >= limit ? 1 : 0, against: [] };
}

/** Whether a container was restarted before its pods were made nearly as often as since: then nothing new is the cause. */
export function restartedBefore({ of }: Measures, lookup: Lookup, ailment: Ailment): Testimony {
  const before = of("restarts", "before");
  if (before === undefined || ailment.is !== "crash") return { facts: [], supports: 0, against: [] };
  const days = minutesSince(lookup, lookup.get(ailment.pod)?.metadata.creationTimestamp) / (24 * 60);
  const often = Math.round(peakOf(before.points));
  const isOld = often >= RESTARTS_A_DAY && often * 2 >= ailment.restarts / days;
  const told = `${ailment.container} was restarted up to ${often} times a day in the three days before`;
  return {
    facts: [citeMeasured(before, told)],
    supports: 0,
    against: isOld ? [`it was restarted up to ${often} times a day before, too`] : [],
  };
}

function bytesText(bytes: number): string {
  return bytes >= 2 ** 30 ? `${Number((bytes / 2 ** 30).toFixed(1))}Gi` : `${Math.round(bytes / 2 ** 20)}Mi`;
}

function percentText(share: number): string {
  return `${Math.round(share * 100)} %`;
}
