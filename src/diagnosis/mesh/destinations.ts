import type { FieldPath } from "../../manifest/path.ts";
import type { KubernetesObject } from "../../signal/object.ts";
import type { Lookup } from "../lookup.ts";
import { listAt, numberAt, textAt } from "../read.ts";

/** A place where an Istio VirtualService sends requests to. */
export type Destination = {
  /** As it is written. */
  readonly host: string;
  readonly subset: string | undefined;
  readonly port: number | null;
  readonly path: FieldPath;
};

/** The Service that a host of Istio means. */
export type Meant = { readonly namespace: string; readonly name: string };

/** Where a VirtualService sends requests to; what has no weight beside others gets none. */
export function destinationsOf(route: KubernetesObject | undefined): readonly Destination[] {
  return ["http", "tls", "tcp"].flatMap((protocol) =>
    listAt(route, "spec", protocol).flatMap((rule, at) => {
      const targets = listAt(rule, "route");
      return targets.flatMap((target, index) => {
        const host = textAt(target, "destination", "host");
        if (host === undefined || (targets.length > 1 && (numberAt(target, "weight") ?? 0) === 0)) return [];
        const subset = textAt(target, "destination", "subset");
        const port = numberAt(target, "destination", "port", "number") ?? null;
        return [{ host, subset, port, path: ["spec", protocol, at, "route", index, "destination"] }];
      });
    }),
  );
}

/** The Service of the cluster that a host means in a namespace; undefined where it means another thing. */
export function meantBy(host: string, namespace: string | undefined): Meant | undefined {
  if (!host.includes(".") && namespace !== undefined) return host.includes("*") ? undefined : { namespace, name: host };
  const [, name, second] = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc\.[a-z0-9.-]+$/.exec(host) ?? [];
  return name === undefined || second === undefined ? undefined : { namespace: second, name };
}

/** The DestinationRules about a Service, wherever they stand. */
export function rulesAbout(lookup: Lookup, meant: Meant): readonly KubernetesObject[] {
  return lookup.all("networking.istio.io/DestinationRule").filter((rule) => isAbout(rule, meant));
}

/** Whether a DestinationRule is about this Service. */
export function isAbout(rule: KubernetesObject, meant: Meant): boolean {
  const host = textAt(rule, "spec", "host") ?? "";
  const own = meantBy(host, rule.metadata.namespace);
  // `*.shop.svc.cluster.local`
  const isWild = host.startsWith("*") && `${meant.name}.${meant.namespace}.svc.cluster.local`.endsWith(host.slice(1));
  return isWild || (own?.name === meant.name && own.namespace === meant.namespace);
}

/** The subsets that DestinationRules name. */
export function subsetsOf(rules: readonly KubernetesObject[]): readonly string[] {
  return rules.flatMap((rule) => listAt(rule, "spec", "subsets").flatMap((subset) => textAt(subset, "name") ?? []));
}
