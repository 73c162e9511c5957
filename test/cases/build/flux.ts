import type { Cluster } from "./cluster.ts";
import { APPLIED, MADE, minutesAgo } from "./time.ts";
import { type Manifest, manifestsOf, type Named, type Tree } from "./tree.ts";

type Map = Readonly<Record<string, unknown>>;

const SOURCE: Manifest = {
  apiVersion: "source.toolkit.fluxcd.io/v1",
  kind: "GitRepository",
  metadata: { name: "flux-system", namespace: "flux-system" },
  spec: { interval: "1m0s", ref: { branch: "main" }, url: "ssh://git@git.example.test/platform/fleet" },
};

/** A Flux Kustomization. */
export function kustomization(name: string, path: string, rest: Map = {}): Manifest {
  const sourceRef = { kind: "GitRepository", name: "flux-system" };
  return {
    apiVersion: "kustomize.toolkit.fluxcd.io/v1",
    kind: "Kustomization",
    metadata: { name, namespace: "flux-system" },
    spec: { interval: "10m0s", path, prune: true, wait: true, timeout: "5m0s", sourceRef, ...rest },
  };
}

const ENTRY = kustomization("flux-system", "./clusters/prod", { wait: false });

/** The tree with what makes Flux apply it: the entry point, and one Kustomization of everything under apps/. */
export function withFlux(tree: Tree): Tree {
  const isOwn = manifestsOf(tree).some(
    ({ kind, apiVersion }) => kind === "Kustomization" && apiVersion.startsWith("kustomize.toolkit"),
  );
  return {
    "clusters/prod/flux-system/gotk-sync.yaml": [SOURCE, ENTRY],
    ...(isOwn ? {} : { "clusters/prod/apps.yaml": [kustomization("apps", "./apps")] }),
    ...tree,
  };
}

/** How Flux stands at a revision: all applied, and what of it is not well yet. */
export function addFluxStatus(cluster: Cluster, revision: string, failing: readonly string[]): void {
  for (const source of cluster.ofKind("GitRepository")) {
    const told = {
      reason: "Succeeded",
      message: `stored artifact for revision '${revision}'`,
      observedGeneration: 1,
      lastTransitionTime: minutesAgo(APPLIED + 1),
    };
    source["status"] ??= {
      artifact: {
        revision,
        lastUpdateTime: minutesAgo(APPLIED + 1),
        path: "gitrepository/flux-system/flux-system/latest.tar.gz",
      },
      conditions: [{ type: "Ready", status: "True", ...told }],
    };
  }
  for (const each of cluster.ofKind("Kustomization")) {
    const isWaiting = each.metadata.name !== "flux-system" && failing.length > 0;
    each["status"] ??= isWaiting ? failed(revision, cluster.former, failing) : applied(revision);
  }
}

function applied(revision: string): Map {
  const told = {
    reason: "ReconciliationSucceeded",
    message: `Applied revision: ${revision}`,
    observedGeneration: 1,
    lastTransitionTime: minutesAgo(APPLIED),
  };
  return {
    conditions: [{ type: "Ready", status: "True", ...told }],
    lastAppliedRevision: revision,
    lastAttemptedRevision: revision,
    observedGeneration: 1,
  };
}

function failed(revision: string, former: string, failing: readonly string[]): Map {
  const waiting = failing.map((named) => `${named} status: 'InProgress'`).join(", ");
  const message = `health check failed after 5m0.03s: timeout waiting for: [${waiting}]`;
  const told = { reason: "HealthCheckFailed", message, observedGeneration: 1, lastTransitionTime: minutesAgo(15) };
  return {
    conditions: [
      { type: "Ready", status: "False", ...told },
      { type: "Healthy", status: "False", ...told },
    ],
    lastAppliedRevision: former,
    lastAttemptedRevision: revision,
    observedGeneration: 1,
  };
}

/** A Flux object cannot go on since a revision, and says why. */
export function stopped(named: Named, reason: string, message: string): (cluster: Cluster) => void {
  return (cluster) => {
    const object = cluster.get(named);
    object["status"] = { ...(object["status"] as Map), conditions: [], lastAppliedRevision: cluster.former };
    cluster.condition(named, { type: "Ready", status: "False", reason, message, observedGeneration: 1 }, 24);
  };
}

/** A namespace is not there, and the Kustomization of the apps cannot apply what should live in it. */
export function namespaceGone(namespace: string, named: Named): (cluster: Cluster) => void {
  return (cluster) => {
    cluster.remove(named);
    cluster.remove(`Namespace/${namespace}`);
    const message = `${named} not found: namespaces "${namespace}" not found`;
    stopped("Kustomization/flux-system/apps", "ReconciliationFailed", message)(cluster);
  };
}

/** Marks what a Kustomization applies as its own. */
export function fluxLabels(cluster: Cluster, tree: Tree): void {
  const paths = manifestsOf(tree)
    .filter(({ kind, apiVersion }) => kind === "Kustomization" && apiVersion.startsWith("kustomize.toolkit"))
    .map(({ metadata, ...rest }) => ({
      name: metadata.name,
      path: String((rest["spec"] as Map)["path"]).replace(/^\.\//, ""),
    }));
  for (const [file, held] of Object.entries(tree)) {
    if (typeof held === "string") continue;
    const owner = paths.find(({ path }) => file.startsWith(`${path}/`));
    if (owner === undefined) continue;
    for (const object of held) {
      const live = cluster.objects.get(
        [object.kind, object.metadata.namespace, object.metadata.name].filter(Boolean).join("/"),
      );
      if (live === undefined) continue;
      live.metadata["labels"] = {
        ...(live.metadata["labels"] as Map),
        "kustomize.toolkit.fluxcd.io/name": owner.name,
        "kustomize.toolkit.fluxcd.io/namespace": "flux-system",
      };
      live.metadata["managedFields"] = [
        { manager: "kustomize-controller", operation: "Apply", time: minutesAgo(MADE) },
      ];
    }
  }
}
