import type { ObjectRef } from "../../signal/object.ts";
import type { Lookup } from "../lookup.ts";
import { listAt, textAt } from "../read.ts";
import { isOutdated } from "./workloads.ts";

/** Whether the pods of a workload's former template are killed for want of memory: then asking for more was needed. */
export function formerPodsKilled(lookup: Lookup, workload: ObjectRef): boolean {
  return lookup
    .podsOf(workload)
    .some(
      (pod) =>
        isOutdated(lookup, pod) &&
        listAt(pod, "status", "containerStatuses").some(
          (status) =>
            textAt(status, "lastState", "terminated", "reason") === "OOMKilled" ||
            textAt(status, "state", "terminated", "reason") === "OOMKilled",
        ),
    );
}
