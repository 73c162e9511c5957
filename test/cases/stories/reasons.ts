import { kustomization, stopped } from "../build/flux.ts";
import { object } from "../build/manifests.ts";
import type { Story } from "../build/story.ts";
import { changed, type Tree, withObject } from "../build/tree.ts";
import { SHOP } from "./shop.ts";

const APPS = "Kustomization/flux-system/apps";
const APPLIED: Tree = { "clusters/prod/apps.yaml": [kustomization("apps", "./apps")], ...SHOP };

const HOOK = "Receiver/shop/deploys";
const WITH_HOOK = withObject(
  SHOP,
  "apps/receiver.yaml",
  object("notification.toolkit.fluxcd.io/v1", "Receiver", "deploys", {
    spec: {
      type: "generic",
      secretRef: { name: "hook-token" },
      resources: [{ kind: "GitRepository", name: "flux-system", namespace: "flux-system" }],
      resourceFilter: "req.branch == 'main'",
    },
  }),
);

const SCANNED = "ImageRepository/shop/catalog";
const WITH_SCAN = withObject(
  SHOP,
  "apps/scan.yaml",
  object("image.toolkit.fluxcd.io/v1", "ImageRepository", "catalog", {
    spec: { image: "registry.example.test/shop/catalog", interval: "5m" },
  }),
);

function unready(named: string, reason: string, message: string, minutes = 24): NonNullable<Story["cluster"]> {
  return (cluster) =>
    cluster.condition(named, { type: "Ready", status: "False", reason, message, observedGeneration: 1 }, minutes);
}

// What the API server refused is not what runs.
function withoutNodePort(spec: unknown): Readonly<Record<string, unknown>> {
  const { ports, ...rest } = spec as { readonly ports: readonly { readonly nodePort?: number }[] };
  return { ...rest, ports: ports.map(({ nodePort: _, ...port }) => port) };
}

/** Flux objects that stop with a message of no known form: only their reason tells. */
export const REASONS: readonly Story[] = [
  {
    id: "receiver-filter-broken",
    tells: "A commit broke the expression of a Receiver's filter.",
    good: WITH_HOOK,
    bad: changed(WITH_HOOK, HOOK, "spec.resourceFilter", "req.branch == 'main"),
    cluster: unready(HOOK, "InvalidCELExpression", "failed to parse expression: Syntax error: token recognition error"),
    git: { expected: "propose", category: ["operator_cr"], roots: [HOOK] },
  },
  {
    id: "receiver-without-token",
    tells: "Nobody made the Secret of a Receiver.",
    good: WITH_HOOK,
    cluster: unready(HOOK, "TokenNotFound", "unable to read token from secret 'shop/hook-token'"),
    git: { expected: "issue", category: ["secret_missing"], roots: [HOOK] },
  },
  {
    id: "scan-of-no-image",
    tells: "An ImageRepository scans what is no image any more.",
    good: WITH_SCAN,
    bad: changed(WITH_SCAN, SCANNED, "spec.image", "https://registry.example.test/shop/catalog"),
    cluster: unready(SCANNED, "ImageURLInvalid", ".spec.image value should not start with URL scheme"),
    git: { expected: "propose", category: ["image_ref"], roots: [SCANNED] },
  },
  {
    id: "scan-tried-again",
    tells: "A registry did not answer a minute ago: Flux asks again; a commit beside it has nothing to do with it.",
    good: WITH_SCAN,
    bad: changed(WITH_SCAN, SCANNED, "spec.interval", "10m"),
    cluster: unready(SCANNED, "ReadOperationFailed", "GET https://registry.example.test/v2/: unexpected status", 2),
    git: { expected: "none", category: ["image_ref"], roots: [SCANNED] },
  },
  {
    id: "another-manager-holds-a-field",
    tells:
      "Another program holds the replicas of the catalog, which a commit wants to set: who may is for people to say.",
    good: APPLIED,
    bad: changed(APPLIED, "Deployment/shop/catalog", "spec.replicas", 3),
    cluster: unready(
      APPS,
      "ReconciliationFailed",
      'Deployment/shop/catalog apply failed: Apply failed with 1 conflict: conflict with "hpa-tuner" using apps/v1: .spec.replicas',
    ),
    git: { expected: "issue", category: ["drift"], roots: [APPS, "Deployment/shop/catalog"], isCommit: false },
  },
  {
    id: "two-writers-met",
    tells: "Somebody changed the catalog in the moment in which Flux did: it tries again.",
    good: APPLIED,
    bad: changed(APPLIED, "Deployment/shop/catalog", "spec.replicas", 3),
    cluster: unready(
      APPS,
      "ReconciliationFailed",
      'Deployment/shop/catalog dry-run failed (Conflict): Operation cannot be fulfilled on deployments.apps "catalog": the object has been modified; please apply your changes to the latest version and try again',
      2,
    ),
    git: { expected: "none", category: ["drift"], roots: [APPS] },
  },
  {
    id: "node-port-taken",
    tells: "A commit asked for a node port that another Service has.",
    resembles: ["flux-apply-conflict"],
    good: changed(APPLIED, "Service/shop/catalog", "spec.type", "NodePort"),
    bad: changed(
      changed(APPLIED, "Service/shop/catalog", "spec.type", "NodePort"),
      "Service/shop/catalog",
      "spec.ports.0.nodePort",
      30080,
    ),
    cluster: (cluster) => {
      cluster.set("Service/shop/catalog", "spec", withoutNodePort(cluster.get("Service/shop/catalog")["spec"]));
      stopped(
        APPS,
        "ReconciliationFailed",
        'Service/shop/catalog dry-run failed (Invalid): Service "catalog" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
      )(cluster);
    },
    git: { expected: "propose", category: ["service_port"], roots: [APPS, "Service/shop/catalog"] },
  },
];
