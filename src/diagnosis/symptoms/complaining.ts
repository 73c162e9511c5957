import { type KubernetesObject, refOf } from "../../signal/object.ts";
import { type Lookup, logOf } from "../lookup.ts";
import type { Complaint } from "../message/complaint.ts";
import { complaintsOf } from "../message/log.ts";
import { listAt, textAt } from "../read.ts";
import type { Symptom } from "../symptom.ts";
import { minutesSince, symptomOf } from "./now.ts";
import { isReady } from "./services.ts";

// Of the last records of a log so many must be complaints before a program that is ready counts as unwell.
const RECORDS = 30;
const COMPLAINTS = 5;
// What was complained of earlier than this may be over.
const LATELY_MINUTES = 60;

/**
 * A program that is ready by its probes and complains without end: asked for only where nothing else is wrong. Where an
 * alert speaks of it, fewer complaints are enough.
 */
export function complainingSymptoms(
  lookup: Lookup,
  pod: KubernetesObject,
  enough: number = COMPLAINTS,
): readonly Symptom[] {
  if (!isReady(pod) || pod.metadata.deletionTimestamp !== undefined) return [];
  return listAt(pod, "spec", "containers").flatMap((container) => {
    const name = textAt(container, "name") ?? "";
    const tail = recordsIn(logOf(lookup, refOf(pod), name, "present")).slice(-RECORDS);
    const complaining = tail.map(complaintsOf).filter((found) => found.length > 0);
    const complaints = complaining.flat();
    const last = complaints.at(-1);
    if (last === undefined || complaining.length < Math.min(enough, tail.length) || isOld(lookup, last)) return [];
    const ailment = { is: "complaining", pod: refOf(pod), container: name, isInit: false, complaints } as const;
    const text = `${name} complains in ${complaining.length} of its last ${tail.length} records: ${last.line.slice(0, 200)}`;
    return [symptomOf(pod, ailment, { text, field: `log of ${name}` })];
  });
}

// The frames of a stack and the fields of a printed object belong to the line before them.
function recordsIn(log: string): readonly string[] {
  return log.trimEnd().split(/\n(?![\s})\]]|$)/);
}

function isOld(lookup: Lookup, { line }: Complaint): boolean {
  const at = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?/.exec(line)?.[0];
  return (
    at !== undefined &&
    minutesSince(lookup, at.includes("Z") || /[+-]\d\d:?\d\d$/.test(at) ? at : `${at}Z`) > LATELY_MINUTES
  );
}
