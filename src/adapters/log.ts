import { destination, type Logger, pino } from "pino";

/** A log of JSON lines on standard error, at and above a level. */
export function openLog(level: string): Logger {
  return pino({ level, base: null }, destination({ fd: 2, sync: true }));
}
