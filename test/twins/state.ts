import { CHAIN_BEGIN, documentId, entryHash } from "../../src/adapters/database/canonical.ts";
import type { State } from "../../src/adapters/database/state.ts";
import type { Archive, Audit, AuditEntry, Signals, StepState, Steps } from "../../src/ports.ts";
import type { Json } from "../../src/signal/object.ts";
import type { Signal } from "../../src/signal/signal.ts";
import { type LedgerStore, memoryLedger } from "./ledger.ts";
import { memoryQueue } from "./queue.ts";

/** All that a state keeps; it outlives the state, as a database outlives the process. */
export type Store = LedgerStore & {
  readonly steps: Map<string, StepState>;
  readonly audit: AuditEntry[];
  readonly documents: Map<string, Json>;
  readonly signals: Map<string, Signal>;
};

/** A store with nothing in it. */
export function emptyStore(): Store {
  return {
    incidents: new Map(),
    events: new Map(),
    deliveries: new Set(),
    waiting: [],
    active: new Map(),
    steps: new Map(),
    audit: [],
    documents: new Map(),
    signals: new Map(),
  };
}

/** The twin of `openState`, in memory. */
export function memoryState(store: Store, auditKey: string, now: () => Date): State {
  const queue = memoryQueue(store, now);
  return {
    ledger: memoryLedger(store, now),
    steps: memorySteps(store),
    queue,
    audit: memoryAudit(store, auditKey),
    archive: memoryArchive(store),
    signals: memorySignals(store),
    close: queue.stop,
  };
}

function memorySteps({ steps }: Store): Steps {
  return {
    begin: async (incident, step) => {
      const key = JSON.stringify([incident, step]);
      const state = steps.get(key);
      if (state === undefined) steps.set(key, { is: "in-doubt" });
      return structuredClone(state) ?? { is: "begun" };
    },
    settle: async (incident, step, result) => {
      const key = JSON.stringify([incident, step]);
      const state = steps.get(key);
      if (state === undefined) throw new Error(`The step ${step} of incident ${incident} is settled but never began`);
      if (state.is === "in-doubt") steps.set(key, { is: "done", result: structuredClone(result) });
    },
  };
}

function memoryAudit({ audit }: Store, auditKey: string): Audit {
  return {
    record: async (entry) => {
      const previous = audit.at(-1)?.hash ?? CHAIN_BEGIN;
      const said = { id: String(audit.length + 1), ...structuredClone(entry), previous };
      audit.push({ ...said, hash: entryHash(auditKey, said) });
      return said.id;
    },
    read: async (id) => structuredClone(audit.find((entry) => entry.id === id)),
    list: async (incident) =>
      structuredClone(audit.filter((entry) => incident === undefined || entry.incident === incident)),
    firstBroken: async () =>
      audit.find((entry, index) => {
        const isNext = entry.id === String(index + 1) && entry.previous === (audit[index - 1]?.hash ?? CHAIN_BEGIN);
        return !isNext || entry.hash !== entryHash(auditKey, entry);
      }),
  };
}

function memoryArchive({ documents }: Store): Archive {
  return {
    keep: async (document) => {
      const id = documentId(document);
      documents.set(id, structuredClone(document));
      return id;
    },
    read: async (id) => structuredClone(documents.get(id)),
  };
}

function memorySignals({ signals }: Store): Signals {
  return {
    hear: async (heard) => {
      for (const signal of structuredClone(heard)) {
        const key = JSON.stringify([signal.source, signal.fingerprint]);
        const known = signals.get(key);
        if (known === undefined || known.startsAt <= signal.startsAt) signals.set(key, signal);
      }
    },
    heard: async (since) =>
      structuredClone([...signals.values()])
        .filter(({ endsAt }) => endsAt === undefined || endsAt > since)
        .sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime() || (a.fingerprint < b.fingerprint ? -1 : 1)),
  };
}
