import { type KubernetesObject, refOf } from "../../signal/object.ts";
import { resolveHost } from "../hosts.ts";
import type { Lookup } from "../lookup.ts";
import { numberAt, textAt } from "../read.ts";
import type { Symptom } from "../symptom.ts";
import { heardEntries } from "../variables.ts";
import { type Container, containersOf, podTemplateOf } from "../workload.ts";
import { symptomOf } from "./now.ts";

// `catalog:8080`, `http://catalog:8080/v1`, `redis.data.svc.cluster.local:6379`: a name and a port, and nothing else.
const ADDRESS =
  /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^\s@/,]+@)?([a-z](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)*):(\d{1,5})(?:\/[^\s,]*)?$/;

/** Variables that send a program to a port which the Service of that name does not have. */
export function addressSymptoms(lookup: Lookup, workload: KubernetesObject): readonly Symptom[] {
  if (numberAt(workload, "spec", "replicas") === 0) return [];
  return containersOf(podTemplateOf(workload)).flatMap((container) => inContainer(lookup, workload, container));
}

function inContainer(lookup: Lookup, workload: KubernetesObject, container: Container): readonly Symptom[] {
  const namespace = workload.metadata.namespace ?? "";
  return heardEntries(container).flatMap((entry) => {
    const [variable, value] = [textAt(entry, "name") ?? "", textAt(entry, "value") ?? ""];
    const match = ADDRESS.exec(value);
    if (match?.[1] === undefined) return [];
    const [host, port] = [match[1], Number(match[2])];
    const found = resolveHost(lookup, namespace, host, port);
    if (found.is !== "service" || found.hasPort || textAt(found.service, "spec", "type") === "ExternalName") return [];
    const text = `${variable} of ${container.name} is ${value}, and Service ${found.service.metadata.name} has no port ${port}`;
    const ailment = {
      is: "misaddressed",
      container: container.name,
      isInit: container.isInit,
      pod: refOf(workload),
      host,
      port,
    } as const;
    return [symptomOf(workload, ailment, { text, field: `env[${variable}]` })];
  });
}
