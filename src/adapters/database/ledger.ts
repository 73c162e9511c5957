import { incidentFromJson, incidentToJson } from "../../incident/stored.ts";
import type { Ledger } from "../../ports.ts";
import type { Database } from "./database.ts";
import type { JobQueue } from "./queue.ts";
import {
  appendEvents,
  findIncident,
  insertIncident,
  listEvents,
  listIncidents,
  rememberDelivery,
  replaceIncident,
} from "./statements.ts";

/** The ledger on a database; its jobs go through the queue in the same transaction. */
export function openLedger(database: Database, queue: JobQueue): Ledger {
  return {
    receive: async (deliveryId, jobs, now) => {
      const isNew = await database.transaction(async (transaction) => {
        if (!(await rememberDelivery(transaction, deliveryId, now))) return false;
        await queue.enqueue(transaction, jobs);
        return true;
      });
      if (isNew) queue.wake();
      return isNew;
    },
    load: async (key) => {
      const row = await findIncident(database, key);
      return row && { incident: incidentFromJson(row.incident), version: row.version };
    },
    list: async (statuses) => (await listIncidents(database, statuses)).map((row) => incidentFromJson(row.incident)),
    save: async (incident, version, events, jobs) => {
      const { key, status, openedAt } = incident;
      const row = { key, version: version + 1, status, openedAt, incident: incidentToJson(incident) };
      const isSaved = await database.transaction(async (transaction) => {
        const isNext = await (version === 0 ? insertIncident : replaceIncident)(transaction, row);
        if (!isNext) return false;
        const happened = events.map((event) => ({ incident: key, ...event }));
        await appendEvents(transaction, happened);
        await queue.enqueue(transaction, jobs);
        return true;
      });
      if (isSaved) queue.wake();
      return isSaved;
    },
    events: async (key) => (await listEvents(database, key)).map(({ kind, at, data }) => ({ kind, at, data })),
  };
}
