import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { type Engine, MIGRATIONS } from "./database.ts";
import { loadForPglite } from "./drizzle.ts";
import { takeFolder } from "./folder-lock.ts";

/** Opens the embedded database in a folder, which then belongs to this process alone; without a folder, in memory. */
export async function openPglite(folder: string | undefined, now: () => Date): Promise<Engine> {
  if (folder === undefined) return engineOf(await PGlite.create(), async () => undefined);
  const giveBack = await takeFolder(folder, now);
  try {
    await mkdir(join(folder, "data"), { recursive: true });
    return await engineOf(await PGlite.create(join(folder, "data")), giveBack);
  } catch (error) {
    await giveBack();
    throw error;
  }
}

async function engineOf(client: PGlite, giveBack: () => Promise<void>): Promise<Engine> {
  const { drizzle, migrate } = loadForPglite();
  const database = drizzle(client);
  await migrate(database, { migrationsFolder: MIGRATIONS });
  return {
    database,
    executeSql: (text, values) => executeSql(client, text, values),
    isOnlyOurs: true,
    close: async () => {
      await client.close();
      await giveBack();
    },
  };
}

async function executeSql(client: PGlite, text: string, values: unknown[] | undefined) {
  try {
    if (values !== undefined && values.length > 0) return await client.query<Record<string, unknown>>(text, values);
    const results = await client.exec(text);
    return { rows: results.flatMap((result) => result.rows) };
  } catch (error) {
    // The text may have begun a transaction of its own, and there is but one connection.
    await client.exec("rollback");
    throw error;
  }
}
