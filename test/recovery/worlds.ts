import type { World } from "../../src/evidence/world.ts";
import type { JsonMap, KubernetesObject } from "../../src/signal/object.ts";
import { minute } from "../incident/incidents.ts";

const OLD = "a".repeat(40);
export const NEW = "b".repeat(40);

/** What Flux holds, and how the root fares. */
export type Held = {
  readonly artifact?: string;
  readonly applied?: string;
  readonly attempted?: string;
  readonly available?: number;
  readonly ready?: JsonMap;
  readonly suspend?: boolean;
  readonly ref?: JsonMap;
  readonly interval?: string;
};

/** The cluster of one Deployment that one Kustomization applies from one GitRepository. */
export function cluster(held: Held): World {
  const { artifact = OLD, applied = OLD, attempted = applied, available = 0, ready = {}, suspend = false } = held;
  const { ref = { branch: "main" }, interval = "10m" } = held;
  const flux = { namespace: "flux-system", generation: 1 };
  const objects: KubernetesObject[] = [
    deployment("checkout", available),
    {
      apiVersion: "kustomize.toolkit.fluxcd.io/v1",
      kind: "Kustomization",
      metadata: { name: "apps", ...flux },
      spec: { interval, suspend, sourceRef: { kind: "GitRepository", name: "fleet" } },
      status: {
        lastAppliedRevision: `main@sha1:${applied}`,
        lastAttemptedRevision: `main@sha1:${attempted}`,
        conditions: [
          { type: "Ready", status: "True", lastTransitionTime: minute(7).toISOString(), message: "Applied", ...ready },
        ],
      },
    },
    {
      apiVersion: "source.toolkit.fluxcd.io/v1",
      kind: "GitRepository",
      metadata: { name: "fleet", ...flux },
      spec: { interval: held.interval ?? "1m0s", url: "https://github.com/larkspur/fleet", ref },
      status: { artifact: { revision: `main@sha1:${artifact}`, lastUpdateTime: minute(6).toISOString() } },
    },
  ];
  const listed = new Set(["apps/Deployment", "/Pod"]);
  return { now: minute(0), objects, listed, logs: new Map(), unknown: [] };
}

/** A Deployment of two replicas that Flux applies. */
export function deployment(name: string, available: number): KubernetesObject {
  const labels = { "kustomize.toolkit.fluxcd.io/name": "apps", "kustomize.toolkit.fluxcd.io/namespace": "flux-system" };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "shop", labels, generation: 4 },
    spec: { replicas: 2 },
    status: { observedGeneration: 4, replicas: 2, updatedReplicas: 2, availableReplicas: available },
  };
}
