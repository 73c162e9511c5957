import type { Archive, Audit, Ledger, Log, Queue, Signals, Steps } from "../../ports.ts";
import { openArchive } from "./archive.ts";
import { openAudit } from "./audit.ts";
import type { Engine } from "./database.ts";
import { openLedger } from "./ledger.ts";
import { openQueue } from "./queue.ts";
import { openSignals } from "./signals.ts";
import { forget } from "./statements.ts";
import { openSteps } from "./steps.ts";

/** All that Oakum keeps between two starts. */
export type State = {
  readonly ledger: Ledger;
  readonly steps: Steps;
  readonly queue: Queue;
  readonly audit: Audit;
  readonly archive: Archive;
  readonly signals: Signals;
  /** Stops the queue, waiting for jobs under way, and closes the database. */
  readonly close: () => Promise<void>;
};

/** Where the state lies: a Postgres, a folder for the embedded database, or memory for what need not last. */
export type StatePlace = { readonly databaseUrl: string } | { readonly folder: string } | { readonly memory: true };

/** What is known beside the place. */
export type StateSettings = {
  /** The key of the audit chain's hashes. */
  readonly auditKey: string;
  readonly log: Log;
  readonly now: () => Date;
};

// GitHub redelivers for three days; an alert that ended a month ago explains nothing.
const REMEMBERED_MS = 30 * 24 * 60 * 60_000;

/** Opens the state, its tables brought up to date. Throws a BadInput that says why where it cannot be opened. */
export async function openState(place: StatePlace, settings: StateSettings): Promise<State> {
  const engine = await openEngine(place, settings.now);
  try {
    await forget(engine.database, new Date(settings.now().getTime() - REMEMBERED_MS));
    return await openOn(engine, settings);
  } catch (error) {
    await engine.close();
    throw error;
  }
}

// Each database loads a library that the other does without.
async function openEngine(place: StatePlace, now: () => Date): Promise<Engine> {
  if ("databaseUrl" in place) return (await import("./postgres.ts")).openPostgres(place.databaseUrl);
  const folder = "folder" in place ? place.folder : undefined;
  return (await import("./pglite.ts")).openPglite(folder, now);
}

async function openOn(engine: Engine, { auditKey, log }: StateSettings): Promise<State> {
  const { database } = engine;
  const { enqueue, wake, ...queue } = await openQueue(engine, log);
  return {
    ledger: openLedger(database, { enqueue, wake, ...queue }),
    steps: openSteps(database),
    queue,
    audit: openAudit(database, auditKey),
    archive: openArchive(database),
    signals: openSignals(database),
    close: async () => {
      await queue.stop();
      await engine.close();
    },
  };
}
