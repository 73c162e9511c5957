import { RateLimited } from "../../proposal/rate-limited.ts";

const WAIT_SECONDS = 60;

/** The HTTP status that an error of Octokit carries; undefined for any other error. */
export function statusOf(error: unknown): number | undefined {
  const status = error instanceof Error && "status" in error ? error.status : undefined;
  return typeof status === "number" ? status : undefined;
}

/** The wait that GitHub asks for with this error, or undefined where it is no limit. */
export function rateLimitOf(error: unknown): RateLimited | undefined {
  const status = statusOf(error);
  if (status !== 403 && status !== 429) return undefined;
  const { message, response } = error as Error & { response?: { headers?: Record<string, string | undefined> } };
  const headers = response?.headers ?? {};
  if (headers["retry-after"] !== undefined) return new RateLimited(Number(headers["retry-after"]) || WAIT_SECONDS);
  if (headers["x-ratelimit-remaining"] === "0") return new RateLimited(secondsToReset(headers));
  return status === 429 || /secondary rate limit/i.test(message) ? new RateLimited(WAIT_SECONDS) : undefined;
}

/** By GitHub's own clock, which the answer carries. */
function secondsToReset(headers: Readonly<Record<string, string | undefined>>): number {
  const seconds = Number(headers["x-ratelimit-reset"]) - Date.parse(headers["date"] ?? "") / 1000;
  return Number.isFinite(seconds) ? Math.max(Math.ceil(seconds), 1) : WAIT_SECONDS;
}
