import type { KubernetesObject } from "../signal/object.ts";
import type { Lookup } from "./lookup.ts";
import { textAt } from "./read.ts";
import { servicePortsOf } from "./symptoms/services.ts";

/** What a host name or address means when a pod of this namespace asks for it. */
export type Host =
  | { readonly is: "service"; readonly service: KubernetesObject; readonly hasPort: boolean }
  /** A name that looks like a Service's, and no Service bears it. */
  | { readonly is: "no-service"; readonly name: string; readonly namespace: string }
  | { readonly is: "outside" }
  | { readonly is: "itself" };

/** Resolves a host as the cluster's DNS and proxies would. */
export function resolveHost(lookup: Lookup, namespace: string, host: string, port: number | null): Host {
  if (/^(localhost|127\.|::1|0\.0\.0\.0)/.test(host)) return { is: "itself" };
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return byAddress(lookup, host, port);
  const [name = "", second, third] = host.split(".");
  if (second === undefined) return byName(lookup, namespace, name, port);
  const isClusterName = /\.svc(\.|$)/.test(host) || host.endsWith(".cluster.local");
  const namespaces = lookup.all("/Namespace").map((object) => object.metadata.name);
  if (third === undefined || third === "svc") {
    if (isClusterName || namespaces.includes(second)) return byName(lookup, second, name, port);
  }
  // A pod of a StatefulSet is asked for as POD.SERVICE[.NAMESPACE…].
  const behind = lookup.find("/Service", third !== undefined && namespaces.includes(third) ? third : namespace, second);
  if (behind !== undefined) return { is: "service", service: behind, hasPort: hasPort(behind, port) };
  return { is: "outside" };
}

function byName(lookup: Lookup, namespace: string, name: string, port: number | null): Host {
  const service = lookup.find("/Service", namespace, name);
  // Only another name for what is outside, whatever ports it says.
  if (textAt(service, "spec", "type") === "ExternalName") return { is: "outside" };
  if (service !== undefined) return { is: "service", service, hasPort: hasPort(service, port) };
  return { is: "no-service", name, namespace };
}

function byAddress(lookup: Lookup, address: string, port: number | null): Host {
  const service = lookup.all("/Service").find((candidate) => textAt(candidate, "spec", "clusterIP") === address);
  return service === undefined ? { is: "outside" } : { is: "service", service, hasPort: hasPort(service, port) };
}

/** Whether a Service answers on a port; one that nobody named may be any. */
export function hasPort(service: KubernetesObject, port: number | null): boolean {
  if (port === null) return true;
  // A headless Service answers with the pods themselves, on whatever port they open.
  if (textAt(service, "spec", "clusterIP") === "None") return true;
  return servicePortsOf(service).some((candidate) => candidate.port === port);
}
