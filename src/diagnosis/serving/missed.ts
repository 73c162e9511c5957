import { isSameObject, type KubernetesObject, refOf } from "../../signal/object.ts";
import { resolveHost } from "../hosts.ts";
import type { Lookup } from "../lookup.ts";
import { complaintsOf } from "../message/log.ts";

/** Whether any program complains that it gets no answer from this Service. */
export function isMissed(lookup: Lookup, service: KubernetesObject): boolean {
  return [...lookup.world.logs].some(([key, log]) => {
    const namespace = key.slice(0, key.indexOf("/"));
    return complaintsOf(log).some((complaint) => {
      if (complaint.is !== "unreachable") return false;
      const host = resolveHost(lookup, namespace, complaint.host, complaint.port);
      return host.is === "service" && isSameObject(refOf(host.service), refOf(service));
    });
  });
}
