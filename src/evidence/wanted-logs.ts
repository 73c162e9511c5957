import { mapOf, mapsOf } from "../signal/json.ts";
import type { KubernetesObject } from "../signal/object.ts";
import type { LogRef } from "./world.ts";

// Two pods of one owner tell the same story; more only cost requests.
const PODS_OF_ONE_OWNER = 2;

/** The logs of containers that fail, as a diagnosis asks for them: healthy ones have nothing to tell. */
export function wantedLogs(objects: Iterable<KubernetesObject>): readonly LogRef[] {
  const asked = new Map<string, number>();
  const wanted: LogRef[] = [];
  for (const pod of objects) {
    if (pod.kind !== "Pod") continue;
    const logs = logsOf(pod);
    if (logs.length === 0) continue;
    const { namespace = "", name, ownerReferences } = pod.metadata;
    const owner = `${namespace}/${ownerReferences?.[0]?.name ?? name}`;
    const count = (asked.get(owner) ?? 0) + 1;
    asked.set(owner, count);
    if (count <= PODS_OF_ONE_OWNER) wanted.push(...logs);
  }
  return wanted;
}

function logsOf(pod: KubernetesObject): LogRef[] {
  const status = mapOf(pod["status"]);
  const containers = [...mapsOf(status["initContainerStatuses"]), ...mapsOf(status["containerStatuses"])];
  return containers.flatMap((container) => {
    const log = {
      namespace: pod.metadata.namespace ?? "",
      pod: pod.metadata.name,
      container: String(container["name"]),
    };
    const state = mapOf(container["state"]);
    const hasEnded = mapOf(container["lastState"])["terminated"] !== undefined;
    const ended = mapOf(state["terminated"]);
    const isFailing = ended["exitCode"] !== undefined ? ended["exitCode"] !== 0 : container["ready"] !== true;
    if (!isFailing && !hasEnded) return [];
    const hasStarted = state["running"] !== undefined || state["terminated"] !== undefined;
    const runs = [...(hasStarted ? (["present"] as const) : []), ...(hasEnded ? (["previous"] as const) : [])];
    return runs.map((run) => ({ ...log, run }));
  });
}
