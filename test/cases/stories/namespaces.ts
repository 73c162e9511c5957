import { kustomization } from "../build/flux.ts";
import { object } from "../build/manifests.ts";
import { field, type Story } from "../build/story.ts";
import type { Manifest, Tree } from "../build/tree.ts";
import { SHOP } from "./shop.ts";

const OPENED: Tree = { "clusters/prod/apps.yaml": [kustomization("apps", "./apps", { wait: false })], ...SHOP };
const RELEASE = "HelmRelease/shop/valkey";

function repository(namespace: string): Manifest {
  const spec = { interval: "1h", url: "https://charts.example.test" };
  return object("source.toolkit.fluxcd.io/v1", "HelmRepository", "charts", { spec }, namespace);
}

function release(name: string, rest: Readonly<Record<string, unknown>> = {}, namespace = "shop"): Manifest {
  const chart = { spec: { chart: name, version: "4.2.1", sourceRef: { kind: "HelmRepository", name: "charts" } } };
  return object(
    "helm.toolkit.fluxcd.io/v2",
    "HelmRelease",
    name,
    { spec: { interval: "30m", chart, ...rest } },
    namespace,
  );
}

const OPERATOR = release("valkey-operator", {}, "data");
const WAITING = release("valkey", { dependsOn: [{ name: "valkey-operator" }] });

function withFiles(...sources: readonly Manifest[]): Tree {
  return { ...OPENED, "apps/sources.yaml": sources };
}

function fails(reason: string, message: string): NonNullable<Story["cluster"]> {
  return (cluster) => {
    for (const { metadata } of cluster.ofKind("HelmRepository")) {
      const word = { reason: "Succeeded", message: "stored artifact: revision 'sha256:1'" };
      cluster.condition(
        `HelmRepository/${metadata.namespace}/${metadata.name}`,
        { type: "Ready", status: "True", ...word },
        3000,
      );
    }
    cluster.condition(RELEASE, { type: "Ready", status: "False", reason, message, observedGeneration: 1 }, 20);
  };
}

const UNSOURCED =
  "HelmChart 'shop/shop-valkey' is not ready: failed to get source: HelmRepository.source.toolkit.fluxcd.io \"charts\" not found";

/** References that lead to another namespace, and do not say so. */
export const NAMESPACES: readonly Story[] = [
  {
    id: "source-in-another-namespace",
    tells: "A new release looks for its chart repository in its own namespace; it is in flux-system.",
    good: withFiles(repository("flux-system")),
    bad: { ...withFiles(repository("flux-system")), "apps/valkey.yaml": [release("valkey")] },
    cluster: fails("SourceNotReady", UNSOURCED),
    git: {
      expected: "propose",
      category: ["helm_source"],
      roots: [RELEASE],
      fields: [field(RELEASE, "spec.chart.spec.sourceRef.namespace", "flux-system")],
    },
  },
  {
    id: "source-in-two-other-namespaces",
    tells: "A new release looks for its chart repository in its own namespace; two others have one of that name.",
    good: withFiles(repository("flux-system"), repository("data")),
    bad: { ...withFiles(repository("flux-system"), repository("data")), "apps/valkey.yaml": [release("valkey")] },
    cluster: fails("SourceNotReady", UNSOURCED),
    git: { expected: "issue", category: ["helm_source"], roots: [RELEASE] },
  },
  {
    id: "dependency-in-another-namespace",
    tells: "A new release waits for its operator in its own namespace; the operator is in another.",
    good: { ...withFiles(repository("data"), repository("shop")), "apps/operator.yaml": [OPERATOR] },
    bad: { ...withFiles(repository("data"), repository("shop")), "apps/operator.yaml": [OPERATOR, WAITING] },
    cluster: fails(
      "DependencyNotReady",
      "unable to get 'shop/valkey-operator' dependency: helmreleases.helm.toolkit.fluxcd.io \"valkey-operator\" not found",
    ),
    git: {
      expected: "propose",
      category: ["flux_dependson"],
      roots: [RELEASE],
      fields: [field(RELEASE, ["spec", "dependsOn", 0, "namespace"], "data")],
    },
  },
];
