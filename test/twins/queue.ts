import type { Job, Queue } from "../../src/ports.ts";

type Waiting = { job: Job; notBefore: number; attempts: number };

/** Jobs as a store keeps them: those that wait, and the keys that are worked on. */
export type JobStore = { readonly waiting: Waiting[]; readonly active: Map<string, Waiting> };

const WORKERS = 4;
const POLL_MS = 10;
const RETRY_MS = 50;

/** A queue in memory; `now` decides what is due. */
export function memoryQueue(store: JobStore, now: () => Date): Queue {
  const running = new Map<string, Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  const begin = (handle: (job: Job) => Promise<void>): void => {
    for (const waiting of [...store.waiting]) {
      const { key } = waiting.job;
      if (running.size >= WORKERS || store.active.has(key) || waiting.notBefore > now().getTime()) continue;
      store.waiting.splice(store.waiting.indexOf(waiting), 1);
      store.active.set(key, waiting);
      running.set(
        key,
        work(store, waiting, handle, now).finally(() => running.delete(key)),
      );
    }
  };
  return {
    add: async (jobs) => enqueue(store, jobs, now()),
    work: async (handle) => {
      timer ??= setInterval(() => begin(handle), POLL_MS);
    },
    stop: async () => {
      clearInterval(timer);
      await Promise.all(running.values());
    },
  };
}

/** Queues jobs: a key that waits is moved to the earlier time and the newer data. */
export function enqueue(store: JobStore, jobs: readonly Job[], now: Date): void {
  for (const given of jobs) {
    const job = structuredClone(given);
    const notBefore = (job.notBefore ?? now).getTime();
    const waiting = store.waiting.filter((other) => other.job.key === job.key);
    for (const other of waiting) Object.assign(other, { job, notBefore: Math.min(other.notBefore, notBefore) });
    if (waiting.length === 0) store.waiting.push({ job, notBefore, attempts: 0 });
  }
}

async function work(
  store: JobStore,
  taken: Waiting,
  handle: (job: Job) => Promise<void>,
  now: () => Date,
): Promise<void> {
  const { key, kind, data } = taken.job;
  try {
    await handle({ key, kind, data });
  } catch {
    const notBefore = now().getTime() + RETRY_MS * 2 ** taken.attempts;
    store.waiting.push({ ...taken, notBefore, attempts: taken.attempts + 1 });
  }
  store.active.delete(key);
}
