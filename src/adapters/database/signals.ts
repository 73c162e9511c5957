import type { Signals } from "../../ports.ts";
import type { Json } from "../../signal/object.ts";
import type { Signal } from "../../signal/signal.ts";
import type { Database } from "./database.ts";
import { heardSignals, hearSignal } from "./statements.ts";

/** The signals on a database. */
export function openSignals(database: Database): Signals {
  return {
    hear: async (signals) => {
      const ordered = [...signals].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
      await database.transaction(async (transaction) => {
        for (const signal of ordered) await hearSignal(transaction, toRow(signal));
      });
    },
    heard: async (since) => (await heardSignals(database, since)).map(fromRow),
  };
}

type Row = {
  readonly source: string;
  readonly fingerprint: string;
  readonly startsAt: Date;
  readonly endsAt: Date | null;
  readonly signal: Json;
};

function toRow({ source, fingerprint, startsAt, endsAt, ...signal }: Signal): Row {
  return { source, fingerprint, startsAt, endsAt: endsAt ?? null, signal };
}

function fromRow({ source, fingerprint, startsAt, endsAt, signal }: Row): Signal {
  const heard = { ...(signal as object), source, fingerprint, startsAt } as Signal;
  return endsAt === null ? heard : { ...heard, endsAt };
}
