// Every story is told at this moment; its cluster was made twenty days before.
const NOW = Date.parse("2026-11-20T10:00:00Z");

/** The time so many minutes before the moment a story is told. */
export function minutesAgo(minutes: number): string {
  return new Date(NOW - minutes * 60_000).toISOString().replace(/\.\d+Z$/, "Z");
}

/** When the cluster of a story was made, in minutes before now. */
export const MADE = 20 * 24 * 60;

/** When the commit that breaks something was made and applied, in minutes before now. */
export const COMMITTED = 27;
export const APPLIED = 25;
