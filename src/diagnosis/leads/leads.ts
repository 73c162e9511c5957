import type { Lookup } from "../lookup.ts";
import type { Symptom } from "../symptom.ts";
import { fluxLeads } from "./flux.ts";
import { agentsOf, claimsOf, closedNodesOf, flagsAbout, nodeOf, peersOf } from "./pod.ts";
import { backendsOf, type Leads, targetOf, webhookLeads } from "./service.ts";

/** Where a symptom leads to, by what it is. */
export function leadsOf(lookup: Lookup, symptom: Symptom): Leads {
  const { ailment } = symptom;
  switch (ailment.is) {
    case "unschedulable":
      return [
        ...(ailment.predicates.some(({ obstacle }) => obstacle.is === "claim-unbound")
          ? claimsOf(lookup, ailment.pod)
          : []),
        ...closedNodesOf(lookup, ailment.pod),
      ];
    case "on-lost-node":
      return [{ apiVersion: "v1", kind: "Node", namespace: null, name: ailment.node }];
    case "evicted":
      return nodeOf(lookup, ailment.pod);
    case "no-sandbox":
    case "mount":
      return agentsOf(lookup, ailment);
    case "crash":
    case "unready":
    case "waiting":
      return [
        ...flagsAbout(lookup, ailment.pod),
        ...(ailment.is === "crash" && ailment.reason === "OOMKilled" ? [] : peersOf(lookup, ailment)),
      ];
    case "refused":
      return webhookLeads(lookup, ailment.refusal);
    case "no-backends":
      return backendsOf(lookup, symptom.object);
    case "autoscaler":
      return targetOf(lookup, symptom.object, ailment.reason);
    case "flux":
      return fluxLeads(lookup, symptom);
    default:
      return [];
  }
}
