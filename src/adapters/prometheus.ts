import { type MetricAnswer, type Reading, readBody } from "../evidence/metrics/answer.ts";
import type { MetricQuestion } from "../evidence/metrics/question.ts";
import type { MetricsServer } from "../metrics-server.ts";
import type { MetricsSource } from "../ports.ts";

/** How long a look may wait because of metrics. */
export type MetricsLimits = {
  /** For one answer. */
  readonly requestMs: number;
  /** For all of them together. */
  readonly lookMs: number;
};

const LIMITS: MetricsLimits = { requestMs: 3_000, lookMs: 5_000 };
const PARALLEL = 4;
// A thousand points take some 30 KB.
const LARGEST_BODY = 1 << 20;

/** A Prometheus, or a server with its API such as VictoriaMetrics, Thanos and Mimir. */
export function prometheus(server: MetricsServer, limits: Partial<MetricsLimits> = {}): MetricsSource {
  const { requestMs, lookMs } = { ...LIMITS, ...limits };
  return {
    ask: async (questions) => {
      const end = AbortSignal.timeout(lookMs);
      const answers: MetricAnswer[] = [];
      const waiting = [...questions.entries()];
      const work = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          const [at, question] = next;
          const reading = end.aborted
            ? unknown(`the metrics of one look took more than ${lookMs / 1000} s`)
            : await askOne(server, question, { requestMs, end });
          answers[at] = { question, reading };
        }
      };
      await Promise.all(Array.from({ length: PARALLEL }, work));
      return answers;
    },
  };
}

/** Why a metrics server is of no use; undefined where it answers and knows containers. */
export async function whyNoMetrics(server: MetricsServer, now: Date): Promise<string | undefined> {
  const at = Math.floor(now.getTime() / 1000);
  const query = "count(container_memory_working_set_bytes)";
  const answer = await fetchBody(server, { query, start: at, end: at, step: 60 }, LIMITS.requestMs);
  if (!answer.ok) return answer.because;
  const { status, data } = Object(answer.body) as { readonly status?: unknown; readonly data?: unknown };
  const { result } = Object(data) as { readonly result?: unknown };
  if (status !== "success" || !Array.isArray(result)) return "the answer is none that Prometheus would give";
  return result.length > 0 ? undefined : "it knows no container: does it scrape the kubelets' /metrics/cadvisor?";
}

type Patience = { readonly requestMs: number; readonly end: AbortSignal };

async function askOne(server: MetricsServer, question: MetricQuestion, { requestMs, end }: Patience): Promise<Reading> {
  const answer = await fetchBody(server, question, requestMs, end);
  return answer.ok ? readBody(question, answer.body) : unknown(answer.because);
}

type Answer = { readonly ok: true; readonly body: unknown } | { readonly ok: false; readonly because: string };
type Asked = Pick<MetricQuestion, "query" | "start" | "end" | "step">;

async function fetchBody(server: MetricsServer, asked: Asked, requestMs: number, end?: AbortSignal): Promise<Answer> {
  const patience = AbortSignal.timeout(requestMs);
  try {
    const answer = await fetch(addressOf(server.url, asked, requestMs), {
      headers: { accept: "application/json", ...(server.authorization && { authorization: server.authorization }) },
      // Mostly to a page where people sign in.
      redirect: "manual",
      signal: end === undefined ? patience : AbortSignal.any([end, patience]),
    });
    const text = await boundedText(answer);
    if (text === undefined) return refused(`the metrics server answers with more than ${LARGEST_BODY} bytes`);
    return readText(answer.status, text);
  } catch (error) {
    return refused(failureOf(error));
  }
}

function addressOf(base: string, { query, start, end, step }: Asked, requestMs: number): URL {
  const address = new URL(base);
  address.pathname = `${address.pathname.replace(/\/+$/, "")}/api/v1/query_range`;
  const asked = { query, start, end, step, timeout: `${requestMs}ms` };
  for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, String(value));
  return address;
}

async function boundedText(answer: Response): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let [text, size] = ["", 0];
  // Leaving the loop closes the connection.
  for await (const part of answer.body ?? []) {
    size += part.length;
    if (size > LARGEST_BODY) return undefined;
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}

const REFUSALS: Readonly<Record<number, string>> = {
  401: "it does not know Oakum: check OAKUM_PROMETHEUS_TOKEN, or _USER and _PASSWORD",
  403: "Oakum may not read there: check OAKUM_PROMETHEUS_TOKEN, or _USER and _PASSWORD",
  404: "it has no Prometheus API there: check the path of the address",
};

function readText(status: number, text: string): Answer {
  const body = parsed(text);
  // What is wrong with a query is told in a body of the API's own.
  const isOfApi = status < 300 || (Object(body) as { readonly status?: unknown }).status === "error";
  if (body !== undefined && isOfApi) return { ok: true, body };
  if (status >= 300) return refused(`the metrics server answers ${status}${hint(status)}`);
  return refused("the metrics server's answer is no JSON, or ends too early");
}

function hint(status: number): string {
  const isRedirect = status < 400;
  const why = isRedirect ? "it sends Oakum elsewhere: give the address that answers" : REFUSALS[status];
  return why === undefined ? "" : ` (${why})`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// The address may carry a secret: only the sort of failure is told.
function failureOf(error: unknown): string {
  const { name, cause } = error as Error;
  if (name === "TimeoutError") return "the metrics server did not answer in time";
  const { code } = Object(cause) as { readonly code?: unknown };
  return `the metrics server does not answer${typeof code === "string" ? ` (${code})` : ""}`;
}

function unknown(because: string): Reading {
  return { known: false, because };
}

function refused(because: string): Answer {
  return { ok: false, because };
}
