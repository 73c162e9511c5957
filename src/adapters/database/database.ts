import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";

/** Where statements run: a database of either kind, or a transaction on it. */
export type Database = PgDatabase<PgQueryResultHKT, Record<string, never>>;

/** Runs SQL as it stands, with `$1` for the first value; without values it may be several statements. */
export type ExecuteSql = (text: string, values?: unknown[]) => Promise<{ rows: Record<string, unknown>[] }>;

/** An opened database: what differs between Postgres and the embedded one. */
export type Engine = {
  readonly database: Database;
  /** Outside any transaction of ours. */
  readonly executeSql: ExecuteSql;
  /** No other process can work on this database: what was under way when it was opened belongs to nobody. */
  readonly isOnlyOurs: boolean;
  readonly close: () => Promise<void>;
};

/** The numbered SQL files that make the tables; beside this file in `src` and in `dist`. */
export const MIGRATIONS = `${import.meta.dirname}/migrations`;
