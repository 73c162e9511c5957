import { type DrizzleTransactionLike, fromDrizzle, PgBoss } from "pg-boss";
import type { Job, Log, Queue } from "../../ports.ts";
import type { Database, Engine } from "./database.ts";
import { sql } from "./drizzle.ts";
import { holdQueue, isWorkedOnBeside, pullForward, returnToQueue, type WaitingJob } from "./job-statements.ts";

/** The queue with its side door: jobs enqueued in a transaction of the ledger, and workers told once it is done. */
export type JobQueue = Queue & {
  readonly enqueue: (transaction: Database, jobs: readonly Job[]) => Promise<void>;
  readonly wake: () => void;
};

type Handle = (job: Job) => Promise<void>;
type Taken = {
  readonly id: string;
  readonly groupId?: string | null;
  readonly retryCount: number;
  readonly data: WaitingJob["data"];
};

const QUEUE = "oakum";
const WORKERS = 4;
const POLL_SECONDS = 1;
const SUPERVISE_SECONDS = 5;

// Watched every 5 s, the job of a killed replica comes back within 20 s; beaten every 5 s, a heartbeat outlives an
// event loop that is busy for ten.
const HEARTBEAT = { heartbeatSeconds: 15, refreshSeconds: 5 };

const HOW_JOBS_LIVE = {
  heartbeatSeconds: HEARTBEAT.heartbeatSeconds,
  expireInSeconds: 900,
  retryLimit: 50,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 300,
  deleteAfterSeconds: 60,
};

/** Starts pg-boss on an opened database, its own tables included. */
export async function openQueue(engine: Engine, log: Log): Promise<JobQueue> {
  const boss = await startBoss(engine, log);
  if (engine.isOnlyOurs) await returnToQueue(engine.executeSql, QUEUE);
  const workers: string[] = [];
  const wake = (): void => {
    for (const worker of workers) boss.notifyWorker(worker);
  };
  return {
    enqueue: (transaction, jobs) => enqueue(boss, transaction, jobs),
    wake,
    add: async (jobs) => {
      await engine.database.transaction((transaction) => enqueue(boss, transaction, jobs));
      wake();
    },
    work: async (handle) => {
      while (workers.length < WORKERS) workers.push(await startWorker(boss, (job) => workOn(engine, job, handle, log)));
    },
    stop: () => boss.stop({ close: false, graceful: true, timeout: 30_000 }),
  };
}

async function startBoss(engine: Engine, log: Log): Promise<PgBoss> {
  const boss = new PgBoss({
    db: { executeSql: engine.executeSql },
    backend: engine.isOnlyOurs ? "pglite" : "postgres",
    schedule: false,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    maintenanceIntervalSeconds: 60,
    reindex: false,
    monitorVacuum: false,
  });
  boss.on("error", (error) => log.error({ error: String(error) }, "queue failed"));
  boss.on("warning", ({ message }) => log.warn({ warning: message }, "queue warned"));
  await boss.start();
  await boss.createQueue(QUEUE, { ...HOW_JOBS_LIVE, policy: "short" });
  await boss.updateQueue(QUEUE, HOW_JOBS_LIVE);
  // Reads the queue's settings now: the first send inside a transaction would ask for them on the outer connection,
  // and the embedded database has only one.
  await boss.insert(QUEUE, []);
  return boss;
}

async function enqueue(boss: PgBoss, transaction: Database, jobs: readonly Job[]): Promise<void> {
  if (jobs.length === 0) return;
  const db = fromDrizzle(transaction as DrizzleTransactionLike, sql);
  await holdQueue(db.executeSql);
  const asked = oncePerKey(jobs);
  const moved = await pullForward(db.executeSql, QUEUE, asked);
  const absent = asked.filter((job) => !moved.has(job.singletonKey));
  if (absent.length > 0) await boss.insert(QUEUE, absent.map(inGroup), { db });
}

function oncePerKey(jobs: readonly Job[]): readonly WaitingJob[] {
  const byKey = new Map<string, WaitingJob>();
  for (const { key, kind, data, notBefore } of jobs) {
    const before = byKey.get(key);
    const startAfter = before === undefined ? notBefore : earlier(before.startAfter, notBefore);
    const job = { singletonKey: key, data: { kind, data: JSON.stringify(data) } };
    byKey.set(key, startAfter === undefined ? job : { ...job, startAfter });
  }
  return [...byKey.values()];
}

function earlier(a: Date | undefined, b: Date | undefined): Date | undefined {
  if (a === undefined || b === undefined) return undefined;
  return a < b ? a : b;
}

// pg-boss works on one job of a group at a time.
function inGroup(job: WaitingJob) {
  return { ...job, group: { id: job.singletonKey } };
}

async function startWorker(boss: PgBoss, work: (taken: Taken) => Promise<void>): Promise<string> {
  const options = {
    pollingIntervalSeconds: POLL_SECONDS,
    groupConcurrency: 1,
    heartbeatRefreshSeconds: HEARTBEAT.refreshSeconds,
  };
  let worker = "";
  worker = await boss.work(QUEUE, options, async ([taken]: readonly Taken[]) => {
    // A worker rests between two jobs unless it is told that there may be more.
    boss.notifyWorker(worker);
    if (taken !== undefined) await work(taken);
  });
  return worker;
}

async function workOn(engine: Engine, taken: Taken, handle: Handle, log: Log): Promise<void> {
  const key = taken.groupId ?? "";
  // Two replicas may take a key's retry and its next job in the same instant, each before it sees the other's.
  if (await isWorkedOnBeside(engine.executeSql, QUEUE, { id: taken.id, key })) throw new Error("worked on elsewhere");
  try {
    await handle({ key, kind: taken.data.kind, data: JSON.parse(taken.data.data) });
  } catch (error) {
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const isLast = taken.retryCount >= HOW_JOBS_LIVE.retryLimit;
    const fields = { job: key, kind: taken.data.kind, attempt: taken.retryCount + 1, error: told };
    log.error(fields, isLast ? "job given up" : "job failed, it comes back");
    // pg-boss would keep the error's text with the job.
    throw new Error("see the log");
  }
}
