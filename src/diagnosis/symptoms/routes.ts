import type { FieldPath } from "../../manifest/path.ts";
import { type KubernetesObject, refOf, refText } from "../../signal/object.ts";
import type { Lookup } from "../lookup.ts";
import { destinationsOf, meantBy } from "../mesh/destinations.ts";
import { listAt, numberAt, textAt } from "../read.ts";
import type { Symptom } from "../symptom.ts";
import { symptomOf } from "./now.ts";
import { servicePortsOf } from "./services.ts";

/** A place where an Ingress, or a route of the Gateway API or of Istio, names a Service of its namespace. */
export type Backend = {
  readonly service: string;
  readonly port: string | number | null;
  readonly namePath: FieldPath;
  readonly portPath: FieldPath;
};

/** The kinds of the Gateway API that send requests to Services. */
export const ROUTES = ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"].map(
  (kind) => `gateway.networking.k8s.io/${kind}`,
);

/** Backends of an Ingress or a route that do not exist. */
export function routeSymptoms(lookup: Lookup, route: KubernetesObject): readonly Symptom[] {
  const namespace = route.metadata.namespace ?? null;
  if (!lookup.isListed("/Service", namespace)) return [];
  const told = new Map(backendsOf(route).map((backend) => [`${backend.service}:${backend.port}`, backend]));
  return [...told.values()].flatMap(({ service: name, port }) => {
    const service = lookup.find("/Service", namespace, name);
    const ports = service === undefined ? [] : servicePortsOf(service);
    const isOpen = port === null || ports.some((each) => each.port === port || each.name === port);
    if (service !== undefined && isOpen) return [];
    const text =
      service === undefined
        ? `it sends to Service ${name}, which does not exist`
        : `it sends to port ${port} of ${refText(refOf(service))}, which has no such port`;
    return [symptomOf(route, { is: "backend-missing", service: name, port }, { text, field: "spec.rules" })];
  });
}

/** Where an Ingress or a route names the Services that it sends to. */
export function backendsOf(object: KubernetesObject | undefined): readonly Backend[] {
  if (object?.kind === "Ingress") return ingressBackends(object);
  return object?.kind === "VirtualService" ? meshBackends(object) : routeBackends(object);
}

function ingressBackends(ingress: KubernetesObject): readonly Backend[] {
  const rules = listAt(ingress, "spec", "rules").flatMap((rule, at) =>
    listAt(rule, "http", "paths").map(
      (_, index): FieldPath => ["spec", "rules", at, "http", "paths", index, "backend"],
    ),
  );
  return [...rules, ["spec", "defaultBackend"]].flatMap((path) => {
    const service = textAt(ingress, ...path, "service", "name");
    if (service === undefined) return [];
    const number = numberAt(ingress, ...path, "service", "port", "number");
    const port = number ?? textAt(ingress, ...path, "service", "port", "name") ?? null;
    const portPath = [...path, "service", "port", number === undefined ? "name" : "number"];
    return [{ service, port, namePath: [...path, "service", "name"], portPath }];
  });
}

function routeBackends(route: KubernetesObject | undefined): readonly Backend[] {
  return listAt(route, "spec", "rules").flatMap((rule, at) =>
    listAt(rule, "backendRefs").flatMap((backend, index) => {
      const service = textAt(backend, "name");
      const isService = (textAt(backend, "kind") ?? "Service") === "Service" && !textAt(backend, "group");
      const isHere = (textAt(backend, "namespace") ?? route?.metadata.namespace) === route?.metadata.namespace;
      if (service === undefined || !isService || !isHere) return [];
      const path = ["spec", "rules", at, "backendRefs", index];
      const port = numberAt(backend, "port") ?? null;
      return [{ service, port, namePath: [...path, "name"], portPath: [...path, "port"] }];
    }),
  );
}

function meshBackends(route: KubernetesObject): readonly Backend[] {
  const { namespace } = route.metadata;
  return destinationsOf(route).flatMap(({ host, port, path }) => {
    const meant = meantBy(host, namespace);
    if (meant === undefined || meant.namespace !== namespace) return [];
    return [{ service: meant.name, port, namePath: [...path, "host"], portPath: [...path, "port", "number"] }];
  });
}
