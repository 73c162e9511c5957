import type { Json } from "../signal/object.ts";
import type { LifeEvent } from "./event.ts";
import type { Incident } from "./incident.ts";

/** An incident as JSON, times in ISO 8601. */
export function incidentToJson(incident: Incident): Json {
  return JSON.parse(JSON.stringify(incident));
}

/** The incident that `incidentToJson` wrote. */
export function incidentFromJson(stored: Json): Incident {
  return withTimes(stored) as Incident;
}

/** What an event says beside its kind and time, as the ledger keeps it. */
export function eventData({ kind: _kind, at: _at, ...data }: LifeEvent): Json {
  return JSON.parse(JSON.stringify(data));
}

// The house's convention: a key that is `at` or ends in `At` holds a time, and no other key does.
const TIME = /^(at|[a-z]\w*At)$/;

function withTimes(value: Json): unknown {
  if (Array.isArray(value)) return value.map(withTimes);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fieldWithTimes(key, inner)]));
}

function fieldWithTimes(key: string, value: Json): unknown {
  // Labels are other people's keys.
  if (key === "labels") return value;
  return TIME.test(key) && typeof value === "string" ? new Date(value) : withTimes(value);
}
