import { isSameObject, type KubernetesObject, refOf } from "../../signal/object.ts";
import { resolveHost } from "../hosts.ts";
import type { Lookup } from "../lookup.ts";
import type { Complaint } from "../message/complaint.ts";
import { complaintsOf } from "../message/log.ts";

/**
 * Whether any program still complains that this Service takes no connection; where nobody listens, that is told at once.
 * One that waited for another at its start and works since complains of nothing any more.
 */
export function isMissed(lookup: Lookup, service: KubernetesObject): boolean {
  return [...lookup.world.logs].some(([key, log]) => {
    const namespace = key.slice(0, key.indexOf("/"));
    const isAbout = (complaint: Complaint): boolean => isOf(lookup, service, { namespace, complaint });
    const lines = log.trimEnd().split("\n");
    return countIn(lines.slice(-2), isAbout) > 0 || countIn(lines.slice(-10), isAbout) > 1;
  });
}

function countIn(lines: readonly string[], isAbout: (complaint: Complaint) => boolean): number {
  return complaintsOf(lines.join("\n")).filter(isAbout).length;
}

type Said = { readonly namespace: string; readonly complaint: Complaint };

function isOf(lookup: Lookup, service: KubernetesObject, { namespace, complaint }: Said): boolean {
  if (complaint.is !== "unreachable" || complaint.how === "timeout") return false;
  const host = resolveHost(lookup, namespace, complaint.host, complaint.port);
  return host.is === "service" && isSameObject(refOf(host.service), refOf(service));
}
