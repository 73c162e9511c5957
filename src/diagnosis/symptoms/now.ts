import { type KubernetesObject, refOf, refText } from "../../signal/object.ts";
import { eventMessage, eventTime, type Lookup } from "../lookup.ts";
import { textAt } from "../read.ts";
import type { Ailment, Symptom } from "../symptom.ts";

/** Minutes from `at` to now; infinite where no time is told, so that an undated state counts as lasting. */
export function minutesSince(lookup: Lookup, at: string | null | undefined): number {
  if (at === null || at === undefined || at === "") return Number.POSITIVE_INFINITY;
  const time = Date.parse(at);
  return Number.isNaN(time) ? Number.POSITIVE_INFINITY : (lookup.world.now.getTime() - time) / 60_000;
}

/** A symptom of an object, read at `field` of it. */
export function symptomOf(
  object: KubernetesObject,
  ailment: Ailment,
  told: { readonly text: string; readonly field: string; readonly at?: string | null | undefined },
): Symptom {
  const ref = refOf(object);
  return { object: ref, ailment, text: told.text, source: `${refText(ref)} ${told.field}`.trim(), at: told.at ?? null };
}

/** The newest warning about an object with one of these reasons, no older than `minutes`. */
export function recentEvent(
  lookup: Lookup,
  object: KubernetesObject,
  reasons: readonly string[],
  minutes = 60,
): { readonly reason: string; readonly message: string; readonly at: string } | undefined {
  const event = lookup.eventsAbout(object).findLast((candidate) => reasons.includes(textAt(candidate, "reason") ?? ""));
  if (event === undefined || minutesSince(lookup, eventTime(event)) > minutes) return undefined;
  return { reason: textAt(event, "reason") ?? "", message: eventMessage(event), at: eventTime(event) };
}
