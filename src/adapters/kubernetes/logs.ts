import { trimLog } from "../../evidence/log.ts";
import { wantedLogs } from "../../evidence/wanted-logs.ts";
import { type LogRef, logKey } from "../../evidence/world.ts";
import type { KubernetesObject } from "../../signal/object.ts";
import { type Answer, type Ask, missingRight, refusal } from "./ask.ts";

/** The logs that were read, by `logKey`, and what is missing. */
export type Logs = { readonly logs: ReadonlyMap<string, string>; readonly complaints: readonly string[] };

const MOST_LOGS = 200;
const TAIL_LINES = 500;
const LIMIT_BYTES = 256 << 10;

/** Reads the end of the log of every container that fails, within a budget that is told where it is spent. */
export async function readLogs(ask: Ask, objects: readonly KubernetesObject[]): Promise<Logs> {
  const wanted = wantedLogs(objects);
  const asked = wanted.slice(0, MOST_LOGS);
  const answers = await Promise.all(asked.map(async (log) => ({ log, answer: await ask(pathOf(log)) })));
  const logs = new Map<string, string>();
  const refused: string[] = [];
  for (const { log, answer } of answers) {
    if (answer.status === 200) logs.set(logKey(log), trimLog(answer.text));
    else if (!isGone(answer)) refused.push(reason(answer));
  }
  const complaints = [...new Set(refused)].map((why) => {
    return `The logs of ${refused.filter((other) => other === why).length} failing containers could not be read: ${why}.`;
  });
  if (asked.length < wanted.length)
    complaints.push(`Read ${asked.length} of ${wanted.length} logs of failing containers.`);
  return { logs, complaints };
}

function pathOf({ namespace, pod, container, run }: LogRef): string {
  const query = new URLSearchParams({ container, tailLines: String(TAIL_LINES), limitBytes: String(LIMIT_BYTES) });
  if (run === "previous") query.set("previous", "true");
  return `/api/v1/namespaces/${namespace}/pods/${pod}/log?${query}`;
}

/** Between the list and the log, pods go and containers that ended are cleared away. */
function isGone({ status }: Answer): boolean {
  return status === 404 || status === 400;
}

function reason(answer: Answer): string {
  return answer.status === 403 ? missingRight("get", "pods/log", answer) : refusal(answer);
}
