import { destination, type LogFn, type Logger, pino, stdSerializers } from "pino";
import { isMap } from "../signal/json.ts";
import { redactText } from "../signal/redact.ts";

/** A log of JSON lines on standard error, at and above a level; messages, fields and errors are redacted. */
export function openLog(level: string): Logger {
  const err = (error: Error): unknown => clean({ ...stdSerializers.err(error) });
  const formatters = { log: (fields: object) => clean(fields) as Record<string, unknown> };
  const hooks = {
    logMethod(this: Logger, said: unknown[], log: LogFn): void {
      const [error] = said;
      // pino takes an error's message for the line's where nothing else is said.
      const told = said.length === 1 && error instanceof Error ? [error, error.message] : said;
      log.apply(this, told.map(cleanText) as Parameters<LogFn>);
    },
  };
  return pino({ level, base: null, formatters, serializers: { err }, hooks }, destination({ fd: 2, sync: true }));
}

function cleanText(value: unknown): unknown {
  return typeof value === "string" ? redactText(value) : value;
}

// Only plain values: an error, a request or a date is left to what prints it.
function clean(value: unknown): unknown {
  if (typeof value === "string") return cleanText(value);
  if (Array.isArray(value)) return value.map(clean);
  if (!isMap(value) || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clean(inner)]));
}
