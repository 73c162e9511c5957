import type { Json } from "../../signal/object.ts";
import type { Database } from "./database.ts";
import { and, asc, desc, eq, gt, inArray, isNull, lt, or, sql } from "./drizzle.ts";
import { audit, deliveries, documents, events, incidents, signals, steps } from "./tables.ts";

type IncidentRow = typeof incidents.$inferInsert;

/** Stores a new incident; false where one of its key is there. */
export async function insertIncident(db: Database, row: IncidentRow): Promise<boolean> {
  const inserted = await db.insert(incidents).values(row).onConflictDoNothing().returning({ key: incidents.key });
  return inserted.length === 1;
}

/** Replaces an incident by its next version; false where its version is another. */
export async function replaceIncident(db: Database, row: IncidentRow): Promise<boolean> {
  const isPrevious = and(eq(incidents.key, row.key), eq(incidents.version, row.version - 1));
  const updated = await db.update(incidents).set(row).where(isPrevious).returning({ key: incidents.key });
  return updated.length === 1;
}

/** The newest version of an incident. */
export async function findIncident(db: Database, key: string) {
  const [row] = await db.select().from(incidents).where(eq(incidents.key, key));
  return row;
}

/** Incidents whose status is one of these, newest first. */
export async function listIncidents(db: Database, statuses: readonly string[] | undefined) {
  const wanted = statuses === undefined ? undefined : inArray(incidents.status, [...statuses]);
  return db.select().from(incidents).where(wanted).orderBy(desc(incidents.openedAt), asc(incidents.key));
}

/** Appends what happened to an incident. */
export async function appendEvents(db: Database, rows: (typeof events.$inferInsert)[]): Promise<void> {
  if (rows.length > 0) await db.insert(events).values(rows);
}

/** What happened to an incident, in order. */
export async function listEvents(db: Database, incident: string) {
  return db.select().from(events).where(eq(events.incident, incident)).orderBy(asc(events.position));
}

/** Remembers a delivery; false where it is known. */
export async function rememberDelivery(db: Database, id: string, receivedAt: Date): Promise<boolean> {
  const inserted = await db
    .insert(deliveries)
    .values({ id, receivedAt })
    .onConflictDoNothing()
    .returning({ id: deliveries.id });
  return inserted.length === 1;
}

/** Forgets deliveries, and signals that ended, before a time. */
export async function forget(db: Database, before: Date): Promise<void> {
  await db.delete(deliveries).where(lt(deliveries.receivedAt, before));
  await db.delete(signals).where(lt(signals.endsAt, before));
}

/** Writes that a step begins; false where it began before. */
export async function beginStep(db: Database, incident: string, step: string, begunAt: Date): Promise<boolean> {
  const inserted = await db
    .insert(steps)
    .values({ incident, step, begunAt })
    .onConflictDoNothing()
    .returning({ step: steps.step });
  return inserted.length === 1;
}

/** A step as it stands. */
export async function findStep(db: Database, incident: string, step: string) {
  const [row] = await db
    .select()
    .from(steps)
    .where(and(eq(steps.incident, incident), eq(steps.step, step)));
  return row;
}

/** Writes the result of a step that began and has none; false where there is no such step. */
export async function settleStep(
  db: Database,
  settled: { readonly incident: string; readonly step: string; readonly result: Json; readonly at: Date },
): Promise<boolean> {
  const isOpen = and(eq(steps.incident, settled.incident), eq(steps.step, settled.step), isNull(steps.settledAt));
  const updated = await db
    .update(steps)
    .set({ settledAt: settled.at, result: settled.result })
    .where(isOpen)
    .returning({ step: steps.step });
  return updated.length === 1;
}

/** Keeps the newest word about a signal; an earlier episode of it changes nothing. */
export async function hearSignal(db: Database, row: typeof signals.$inferInsert): Promise<void> {
  await db
    .insert(signals)
    .values(row)
    .onConflictDoUpdate({
      target: [signals.source, signals.fingerprint],
      set: row,
      setWhere: sql`${signals.startsAt} <= excluded.starts_at`,
    });
}

/** Signals without an end, or with one after this time, oldest first. */
export async function heardSignals(db: Database, since: Date) {
  const isRecent = or(isNull(signals.endsAt), gt(signals.endsAt, since));
  return db.select().from(signals).where(isRecent).orderBy(asc(signals.startsAt), asc(signals.fingerprint));
}

/** Keeps a document under its hash. */
export async function keepDocument(db: Database, id: string, document: Json): Promise<void> {
  await db.insert(documents).values({ id, document }).onConflictDoNothing();
}

/** A document by its hash. */
export async function findDocument(db: Database, id: string) {
  const [row] = await db.select().from(documents).where(eq(documents.id, id));
  return row;
}

/** Lets nobody else append to the audit chain until this transaction ends. */
export async function holdAudit(db: Database): Promise<void> {
  await db.execute(sql`lock table ${audit} in share row exclusive mode`);
}

/** The newest entry of the audit chain. */
export async function lastAuditEntry(db: Database) {
  const [row] = await db.select().from(audit).orderBy(desc(audit.position)).limit(1);
  return row;
}

/** Appends to the audit chain. */
export async function appendAudit(db: Database, row: typeof audit.$inferInsert): Promise<void> {
  await db.insert(audit).values(row);
}

/** An entry of the audit chain by its place. */
export async function findAuditEntry(db: Database, position: number) {
  const [row] = await db.select().from(audit).where(eq(audit.position, position));
  return row;
}

/** Entries of the audit chain, of one incident where it is given, oldest first. */
export async function listAudit(db: Database, incident: string | undefined) {
  const wanted = incident === undefined ? undefined : eq(audit.incident, incident);
  return db.select().from(audit).where(wanted).orderBy(asc(audit.position));
}

/** The next entries of the audit chain after a place, oldest first. */
export async function auditAfter(db: Database, position: number, limit: number) {
  return db.select().from(audit).where(gt(audit.position, position)).orderBy(asc(audit.position)).limit(limit);
}
