import type { Rendering } from "../../../src/manifest/rendered.ts";
import { groupOf, type KubernetesObject, type ObjectRef, refOf, refText } from "../../../src/signal/object.ts";

/** What happened when a Kustomization was built and applied. */
export type Round =
  /** Applied; its own health check waits for these. */
  | { readonly is: "applied"; readonly waitsFor: readonly ObjectRef[] }
  | { readonly is: "not-built"; readonly because: string };

/** A GitRepository that holds this revision. */
export function fetched(source: KubernetesObject, revision: string, now: Date): KubernetesObject {
  const status = source["status"] as { artifact?: object };
  const message = `stored artifact for revision '${revision}'`;
  const conditions = ["Ready", "ArtifactInStorage"].map((type) => condition(type, "True", "Succeeded", message, now));
  return {
    ...source,
    status: { ...status, artifact: { ...status.artifact, revision, lastUpdateTime: now.toISOString() }, conditions },
  };
}

/** A Kustomization after it tried this revision, in Flux's own words. */
export function tried(kustomization: KubernetesObject, revision: string, round: Round, now: Date): KubernetesObject {
  const status = {
    ...(kustomization["status"] as object),
    lastAttemptedRevision: revision,
    observedGeneration: kustomization.metadata.generation ?? 1,
  };
  switch (round.is) {
    case "not-built":
      return {
        ...kustomization,
        status: { ...status, conditions: [condition("Ready", "False", "BuildFailed", round.because, now)] },
      };
    case "applied": {
      if (round.waitsFor.length > 0) return unhealthy(kustomization, status, round.waitsFor, now);
      const conditions = [
        condition("Ready", "True", "ReconciliationSucceeded", `Applied revision: ${revision}`, now),
        condition("Healthy", "True", "Succeeded", "Health check passed in 12.73215ms", now),
      ];
      return { ...kustomization, status: { ...status, lastAppliedRevision: revision, conditions } };
    }
  }
}

function unhealthy(
  kustomization: KubernetesObject,
  status: object,
  waitsFor: readonly ObjectRef[],
  now: Date,
): KubernetesObject {
  const waited = waitsFor.map((ref) => `${refText(ref)} status: 'InProgress'`).join(", ");
  const message = `health check failed after 5m0s: timeout waiting for: [${waited}]`;
  const conditions = ["Ready", "Healthy"].map((type) => condition(type, "False", "HealthCheckFailed", message, now));
  return { ...kustomization, status: { ...status, conditions } };
}

/** A release or chart that was stuck, once what kept it is gone; anything else as it is. */
export function released(object: KubernetesObject, now: Date): KubernetesObject {
  const reason = { HelmRelease: "UpgradeSucceeded", HelmChart: "ChartPullSucceeded" }[object.kind];
  if (reason === undefined) return object;
  const generation = object.metadata.generation ?? 1;
  const conditions = [condition("Ready", "True", reason, `${refText(refOf(object))} is done`, now)];
  return {
    ...object,
    status: { ...(object["status"] as object | undefined), observedGeneration: generation, conditions },
  };
}

/** The inventory that Flux keeps of what it applied. */
export function inventoried(kustomization: KubernetesObject, rendering: Rendering): KubernetesObject {
  if (!rendering.ok) return kustomization;
  const entries = rendering.objects.map(({ object }) => ({
    id: [object.metadata.namespace ?? "", object.metadata.name, groupOf(object.apiVersion), object.kind].join("_"),
    v: object.apiVersion.split("/").at(-1) ?? "",
  }));
  return { ...kustomization, status: { ...(kustomization["status"] as object), inventory: { entries } } };
}

function condition(type: string, status: string, reason: string, message: string, now: Date) {
  return { type, status, reason, message, lastTransitionTime: now.toISOString(), observedGeneration: 1 };
}
