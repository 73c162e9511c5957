import type { Json } from "../../signal/object.ts";
import { bigserial, customType, index, integer, pgTable, primaryKey, text, timestamp } from "./drizzle.ts";

// The type `json` keeps the text as it was given; `jsonb` would refuse a log line with a NUL in it. The JSON value null
// is kept as SQL's.
const json = customType<{ data: Json; driverData: unknown }>({
  dataType: () => "json",
  toDriver: (value) => JSON.stringify(value),
  fromDriver: (value) => value as Json,
});

const time = (name: string) => timestamp(name, { withTimezone: true, mode: "date", precision: 3 });

/** One row an incident, as of its newest version. */
export const incidents = pgTable(
  "incidents",
  {
    key: text().primaryKey(),
    version: integer().notNull(),
    status: text().notNull(),
    openedAt: time("opened_at").notNull(),
    incident: json().notNull(),
  },
  (table) => [index("incidents_by_status").on(table.status, table.openedAt)],
);

/** What happened to each incident, in order; never changed. */
export const events = pgTable(
  "events",
  {
    position: bigserial({ mode: "number" }).primaryKey(),
    incident: text().notNull(),
    kind: text().notNull(),
    at: time("at").notNull(),
    data: json(),
  },
  (table) => [index("events_by_incident").on(table.incident, table.position)],
);

/** Every webhook delivery that was taken, so that a second one changes nothing. */
export const deliveries = pgTable("deliveries", {
  id: text().primaryKey(),
  receivedAt: time("received_at").notNull(),
});

/** Steps with an effect outside: begun, and settled once their result is known. */
export const steps = pgTable(
  "steps",
  {
    incident: text().notNull(),
    step: text().notNull(),
    begunAt: time("begun_at").notNull(),
    settledAt: time("settled_at"),
    result: json(),
  },
  (table) => [primaryKey({ columns: [table.incident, table.step] })],
);

/** The newest word about each signal from outside. */
export const signals = pgTable(
  "signals",
  {
    source: text().notNull(),
    fingerprint: text().notNull(),
    startsAt: time("starts_at").notNull(),
    endsAt: time("ends_at"),
    signal: json().notNull(),
  },
  (table) => [primaryKey({ columns: [table.source, table.fingerprint] })],
);

/** Documents under the hash of what they say. */
export const documents = pgTable("documents", {
  id: text().primaryKey(),
  document: json(),
});

/** What was decided and on what: a keyed hash chain; never changed. */
export const audit = pgTable(
  "audit",
  {
    position: integer().primaryKey(),
    incident: text().notNull(),
    kind: text().notNull(),
    at: time("at").notNull(),
    data: json(),
    previous: text().notNull(),
    hash: text().notNull(),
  },
  (table) => [index("audit_by_incident").on(table.incident, table.position)],
);
