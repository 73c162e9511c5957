import { setTimeout as wait } from "node:timers/promises";

/** What the API server answered to one GET, or why there is no answer. */
export type Answer =
  | { readonly status: number; readonly text: string; readonly retryAfterMs: number | null }
  | { readonly status: 0; readonly because: string };

/** Asks the API server for a path; `accept` names another form of the answer than plain JSON. */
export type Ask = (path: string, accept?: string) => Promise<Answer>;

/** How much one look may cost. */
export type AskLimits = {
  readonly requests: number;
  /** How many requests may be under way at once. */
  readonly parallel: number;
  /** How often a request is repeated that the server was too busy for. */
  readonly repeats: number;
};

const LONGEST_WAIT_MS = 5_000;

/** The same, a few at once, patient with a busy server, and with an end. */
export function bounded(ask: Ask, limits: AskLimits): Ask {
  let left = limits.requests;
  let free = limits.parallel;
  const waiting: (() => void)[] = [];
  const once: Ask = async (path, accept) => {
    if (left-- <= 0) return { status: 0, because: `more than ${limits.requests} requests would be needed` };
    if (free > 0) free--;
    else await new Promise<void>((go) => waiting.push(go));
    try {
      return await ask(path, accept);
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
  return async (path, accept) => {
    let answer = await once(path, accept);
    for (let repeat = 1; repeat <= limits.repeats && isBusy(answer); repeat++) {
      await wait(pauseBefore(answer, repeat));
      answer = await once(path, accept);
    }
    return answer;
  };
}

function isBusy({ status }: Answer): boolean {
  return status === 429 || status >= 500;
}

function pauseBefore(answer: Answer, repeat: number): number {
  const asked = "because" in answer ? null : answer.retryAfterMs;
  return Math.min(asked ?? 100 * 2 ** repeat, LONGEST_WAIT_MS);
}

/** Why an answer is no answer, in a few words for a person. */
export function refusal(answer: Answer): string {
  if ("because" in answer) return answer.because;
  const message = statusMessage(answer.text);
  return message === undefined ? `the API server answered ${answer.status}` : message;
}

/** Which right is missing, and to whom where the server says so. */
export function missingRight(verb: string, resource: string, answer: Answer): string {
  const [, user] = /User "([^"]+)"/.exec(refusal(answer)) ?? [];
  const whom = user === undefined ? "" : ` to "${user}"`;
  return `the verb "${verb}" on "${resource}" is not allowed${whom}; allow it as deploy/rbac.yaml does`;
}

function statusMessage(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text);
    return typeof message === "string" ? message : undefined;
  } catch {
    return undefined;
  }
}
