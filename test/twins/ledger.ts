import type { Incident } from "../../src/incident/incident.ts";
import type { IncidentEvent, Ledger } from "../../src/ports.ts";
import { enqueue, type JobStore } from "./queue.ts";

/** Incidents, their events and the known deliveries, as a store keeps them. */
export type LedgerStore = JobStore & {
  readonly incidents: Map<string, { readonly incident: Incident; readonly version: number }>;
  readonly events: Map<string, IncidentEvent[]>;
  readonly deliveries: Set<string>;
};

/** A ledger in memory. */
export function memoryLedger(store: LedgerStore, now: () => Date): Ledger {
  return {
    receive: async (deliveryId, jobs) => {
      if (store.deliveries.has(deliveryId)) return false;
      store.deliveries.add(deliveryId);
      enqueue(store, jobs, now());
      return true;
    },
    load: async (key) => structuredClone(store.incidents.get(key)),
    list: async (statuses) =>
      [...store.incidents.values()]
        .map(({ incident }) => structuredClone(incident))
        .filter(({ status }) => statuses?.includes(status) ?? true)
        .sort((a, b) => b.openedAt.getTime() - a.openedAt.getTime() || (a.key < b.key ? -1 : 1)),
    save: async (incident, version, events, jobs) => {
      if ((store.incidents.get(incident.key)?.version ?? 0) !== version) return false;
      store.incidents.set(incident.key, { incident: structuredClone(incident), version: version + 1 });
      const earlier = store.events.get(incident.key) ?? [];
      store.events.set(incident.key, [...earlier, ...structuredClone(events)]);
      enqueue(store, jobs, now());
      return true;
    },
    events: async (key) => structuredClone(store.events.get(key) ?? []),
  };
}
