import { createRequire } from "node:module";

// Node parses the whole `exports` of a package once for every ES module in it, and drizzle's have 180 kB: importing it
// takes 200 MB and as many milliseconds more than requiring its CommonJS build, which is the same code.
const require = createRequire(import.meta.url);

/** The language of statements. */
export const { and, asc, desc, eq, gt, inArray, isNull, lt, or, sql }: typeof import("drizzle-orm") =
  require("drizzle-orm");

/** The language of tables. */
export const {
  bigserial,
  customType,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
}: typeof import("drizzle-orm/pg-core") = require("drizzle-orm/pg-core");

/** Drizzle on postgres.js, loaded where it is wanted. */
export function loadForPostgres() {
  const { drizzle }: typeof import("drizzle-orm/postgres-js") = require("drizzle-orm/postgres-js");
  const { migrate }: typeof import("drizzle-orm/postgres-js/migrator") = require("drizzle-orm/postgres-js/migrator");
  return { drizzle, migrate };
}

/** Drizzle on PGlite, loaded where it is wanted. */
export function loadForPglite() {
  const { drizzle }: typeof import("drizzle-orm/pglite") = require("drizzle-orm/pglite");
  const { migrate }: typeof import("drizzle-orm/pglite/migrator") = require("drizzle-orm/pglite/migrator");
  return { drizzle, migrate };
}
