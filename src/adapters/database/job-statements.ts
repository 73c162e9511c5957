import type { ExecuteSql } from "./database.ts";

/** A job to be queued; at once where no time is given. */
export type WaitingJob = {
  readonly singletonKey: string;
  readonly startAfter?: Date;
  readonly data: { readonly kind: string; readonly data: string };
};

// Any number that nobody else locks.
const QUEUE_LOCK = 7_285_832;

/** Lets nobody else queue jobs until the transaction ends; taking jobs goes on. */
export async function holdQueue(execute: ExecuteSql): Promise<void> {
  await execute("select pg_advisory_xact_lock($1::bigint)", [QUEUE_LOCK]);
}

/**
 * Moves the jobs that wait under these keys to the earlier time and the newer data, and holds them until the
 * transaction ends, so that no worker takes one before it can see what it is to work on. Answers the keys found.
 */
export async function pullForward(
  execute: ExecuteSql,
  queue: string,
  jobs: readonly WaitingJob[],
): Promise<ReadonlySet<unknown>> {
  const { rows } = await execute(
    `with asked as (
       select * from json_to_recordset($1::text::json) as asked ("singletonKey" text, "startAfter" timestamptz, data jsonb)
     ), waiting as (
       select job.id, coalesce(asked."startAfter", now()) as start_after, asked.data
       from pgboss.job join asked on asked."singletonKey" = job.singleton_key
       where job.name = $2 and job.state < 'active'
       for update of job
     )
     update pgboss.job
     set start_after = least(job.start_after, waiting.start_after), data = waiting.data
     from waiting where job.name = $2 and job.id = waiting.id
     returning job.singleton_key`,
    [JSON.stringify(jobs), queue],
  );
  return new Set(rows.map((row) => row["singleton_key"]));
}

/** Whether another job of this key is being worked on. */
export async function isWorkedOnBeside(
  execute: ExecuteSql,
  queue: string,
  job: { readonly id: string; readonly key: string },
): Promise<boolean> {
  const { rows } = await execute(
    "select 1 from pgboss.job where name = $1 and state = 'active' and group_id = $2 and id <> $3::uuid limit 1",
    [queue, job.key, job.id],
  );
  return rows.length > 0;
}

/** Makes every job that was being worked on wait again; only for a database that no other process works on. */
export async function returnToQueue(execute: ExecuteSql, queue: string): Promise<void> {
  await execute("update pgboss.job set state = 'retry', start_after = now() where name = $1 and state = 'active'", [
    queue,
  ]);
}
