import type { Point } from "./answer.ts";

/** The largest of the values. */
export function peakOf(points: readonly Point[]): number {
  return points.reduce((most, [, value]) => Math.max(most, value), Number.NEGATIVE_INFINITY);
}

/** The middle one of the values. */
export function medianOf(points: readonly Point[]): number {
  const values = points.map(([, value]) => value).toSorted((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? Number.NaN;
}

// Shorter climbs are how programs start, and how work comes in.
const CLIMB_SECONDS = 3600;
const CLIMB_POINTS = 20;
const CLIMB_FACTOR = 1.5;
// A restart gives nearly all back; what a garbage collector gives back is less.
const RESTART_SHARE = 0.5;
const STRAIGHT = 0.95;

/** Whether the values climb steadily from each start on, as those of a program do that never gives anything back. */
export function climbs(points: readonly Point[]): boolean {
  return runsOf(points).some(isClimb);
}

function runsOf(points: readonly Point[]): readonly (readonly Point[])[] {
  const runs: Point[][] = [];
  let last = Number.POSITIVE_INFINITY;
  for (const point of points) {
    if (runs.length === 0 || point[1] < last * RESTART_SHARE) runs.push([]);
    runs.at(-1)?.push(point);
    last = point[1];
  }
  return runs;
}

function isClimb(run: readonly Point[]): boolean {
  const [first, last] = [run[0], run.at(-1)];
  if (first === undefined || last === undefined || run.length < CLIMB_POINTS) return false;
  return last[0] - first[0] >= CLIMB_SECONDS && last[1] >= first[1] * CLIMB_FACTOR && correlation(run) >= STRAIGHT;
}

/** How closely the values follow time: 1 where they lie on a rising line. */
function correlation(points: readonly Point[]): number {
  const count = points.length;
  const meanAt = points.reduce((sum, [at]) => sum + at, 0) / count;
  const mean = points.reduce((sum, [, value]) => sum + value, 0) / count;
  let [both, ofTime, ofValue] = [0, 0, 0];
  for (const [at, value] of points) {
    both += (at - meanAt) * (value - mean);
    ofTime += (at - meanAt) ** 2;
    ofValue += (value - mean) ** 2;
  }
  return both / Math.sqrt(ofTime * ofValue);
}
