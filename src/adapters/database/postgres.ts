import postgres, { type Sql } from "postgres";
import { BadInput } from "../../signal/bad-input.ts";
import { type Engine, MIGRATIONS } from "./database.ts";
import { loadForPostgres } from "./drizzle.ts";

const CONNECTIONS = 10;
// Any number that nobody else locks: replicas that start together migrate one after the other.
const MIGRATION_LOCK = 7_285_831;

/** Opens a Postgres by its URL. */
export async function openPostgres(url: string): Promise<Engine> {
  const client = clientOf(url);
  const { drizzle, migrate } = loadForPostgres();
  const database = drizzle(client);
  try {
    await whileLocked(client, () => migrate(database, { migrationsFolder: MIGRATIONS }));
  } catch (error) {
    await client.end({ timeout: 1 });
    throw unreachable(url, error);
  }
  return {
    database,
    executeSql: (text, values) => executeSql(client, text, values),
    isOnlyOurs: false,
    close: () => client.end({ timeout: 5 }),
  };
}

function clientOf(url: string): Sql {
  try {
    return postgres(url, {
      max: CONNECTIONS,
      onnotice: () => undefined,
      connection: { application_name: "oakum" },
    });
  } catch {
    // Without its cause, which would show the URL and the password in it.
    throw noUrl();
  }
}

function noUrl(): BadInput {
  return new BadInput("DATABASE_URL is no URL; it looks like postgres://user@host:5432/oakum.");
}

function unreachable(url: string, error: unknown): unknown {
  if (!URL.canParse(url)) return noUrl();
  const { host, pathname } = new URL(url);
  const said = error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error);
  return new BadInput(`The database ${host}${pathname} of DATABASE_URL cannot be used: ${said}`, { cause: error });
}

async function whileLocked(client: Sql, run: () => Promise<void>): Promise<void> {
  const connection = await client.reserve();
  try {
    await connection`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await run();
  } finally {
    await connection`select pg_advisory_unlock(${MIGRATION_LOCK})`;
    connection.release();
  }
}

async function executeSql(client: Sql, text: string, values: unknown[] = []) {
  if (values.length > 0) return { rows: [...(await client.unsafe(text, values.map(toParameter) as never[]))] };
  const connection = await client.reserve();
  try {
    return { rows: (await connection.unsafe(text)).flat() };
  } catch (error) {
    // The text may have begun a transaction of its own, which must not stay behind on a shared connection.
    await connection.unsafe("rollback");
    throw error;
  } finally {
    connection.release();
  }
}

// Drizzle took this client's ways of writing maps out, for it writes them itself.
function toParameter(value: unknown): unknown {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? JSON.stringify(value) : value;
}
