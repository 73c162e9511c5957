import { kustomization, stopped } from "../build/flux.ts";
import { configMap, object } from "../build/manifests.ts";
import { field, type Story } from "../build/story.ts";
import type { Manifest, Tree } from "../build/tree.ts";
import { SHOP } from "./shop.ts";

const APPS = "Kustomization/flux-system/apps";
const CHARTS = "HelmRepository/shop/charts";
const RELEASE = "HelmRelease/shop/valkey";

type Map = Readonly<Record<string, unknown>>;

/** The apps with this in their spec, beside other Kustomizations and files. */
function apps(spec: Map, others: readonly Manifest[] = [], files: Tree = {}): Tree {
  return { "clusters/prod/apps.yaml": [...others, kustomization("apps", "./apps", spec)], ...SHOP, ...files };
}

const NAMES: Tree = {
  "infrastructure/names.yaml": [configMap("names", { region: "eu" }, "flux-system")],
  "infrastructure/config.yaml": [configMap("cluster-info", { region: "eu" }, "default")],
};

const from = (name: string): Map => ({ postBuild: { substituteFrom: [{ kind: "ConfigMap", name }] } });
const infra = (name = "infrastructure", path = "./infrastructure"): Manifest => kustomization(name, path);
const needs = (name: string): Map => ({ dependsOn: [{ name }] });
const GONE =
  "dependency 'flux-system/infrastructure' not found: kustomizations.kustomize.toolkit.fluxcd.io \"infrastructure\" not found";

function charts(url: string): Tree {
  const spec = { interval: "1h", url };
  return apps({}, [], {
    "apps/charts.yaml": [object("source.toolkit.fluxcd.io/v1", "HelmRepository", "charts", { spec })],
  });
}

function release(spec: Map): Tree {
  const sourceRef = { kind: "HelmRepository", name: "charts" };
  const chart = { spec: { chart: "valkey", version: "4.2.1", sourceRef } };
  const valkey = object("helm.toolkit.fluxcd.io/v2", "HelmRelease", "valkey", {
    spec: { interval: "30m", chart, ...spec },
  });
  const values = configMap("valkey-values", { "values.yaml": "replicas: 2\n" });
  return { ...charts("https://charts.example.test"), "apps/valkey.yaml": [valkey, values] };
}

/** What a Flux object takes from elsewhere: dependencies, variables, keys, charts, values. */
export const SETTINGS: readonly Story[] = [
  {
    id: "dependency-under-another-name",
    tells: "The Kustomization that the apps wait for has another name by now, and builds the same folder.",
    good: apps(needs("infrastructure"), [infra()], NAMES),
    bad: apps(needs("infrastructure"), [infra("platform")], NAMES),
    cluster: stopped(APPS, "DependencyNotReady", GONE),
    git: {
      expected: "propose",
      category: ["flux_dependson"],
      roots: [APPS],
      fields: [field(APPS, ["spec", "dependsOn", 0, "name"], "platform")],
    },
  },
  {
    id: "dependency-split",
    tells: "The Kustomization that the apps wait for was split in two; nobody can tell which of them is meant.",
    good: apps(needs("infrastructure"), [infra()], NAMES),
    bad: apps(
      needs("infrastructure"),
      [infra("infrastructure-core", "./infrastructure"), infra("infrastructure-extra", "./infrastructure")],
      NAMES,
    ),
    cluster: stopped(APPS, "DependencyNotReady", GONE),
    git: { expected: "issue", category: ["flux_dependson"], roots: [APPS] },
  },
  {
    id: "folder-gone-another-came",
    tells: "The folder that a Kustomization builds was removed by a commit that also brought quite another one.",
    good: apps({}, [infra("legacy", "./legacy/site")], { "legacy/site/a.yaml": [configMap("site", { a: "b" })] }),
    bad: apps({}, [infra("legacy", "./legacy/site")], { "legacy/shop/b.yaml": [configMap("till", { c: "d" })] }),
    cluster: stopped(
      "Kustomization/flux-system/legacy",
      "ArtifactFailed",
      "kustomization path not found: stat /tmp/kustomization-1234/legacy/site: no such file or directory",
    ),
    git: { expected: "issue", category: ["flux_path"], roots: ["Kustomization/flux-system/legacy"] },
  },
  {
    id: "variables-source-misspelled",
    tells: "The apps take their variables from a ConfigMap that does not exist.",
    good: apps(from("names"), [infra()], NAMES),
    bad: apps(from("nmaes"), [infra()], NAMES),
    cluster: stopped(
      APPS,
      "BuildFailed",
      "post build failed for 'apps/v1, Kind=Deployment/catalog': substitute from 'ConfigMap/nmaes' error: configmaps \"nmaes\" not found",
    ),
    git: { expected: "propose", category: ["flux_substitution"], roots: [APPS] },
  },
  {
    id: "decryption-secret-misspelled",
    tells: "A commit named another Secret for the decryption key, and there is none of that name.",
    good: apps({ decryption: { provider: "sops", secretRef: { name: "sops-age" } } }),
    bad: apps({ decryption: { provider: "sops", secretRef: { name: "sops-gpg" } } }),
    cluster: stopped(
      APPS,
      "BuildFailed",
      "cannot get sops decryption Secret 'flux-system/sops-gpg': secrets \"sops-gpg\" not found",
    ),
    git: { expected: "propose", also: "issue", category: ["flux_decryption"], roots: [APPS] },
  },
  {
    id: "decryption-switched-off",
    tells: "A commit took the decryption out, and an encrypted Secret is met.",
    good: apps({ decryption: { provider: "sops", secretRef: { name: "sops-age" } } }),
    bad: apps({}),
    cluster: stopped(
      APPS,
      "ReconciliationFailed",
      "Secret/shop/postgres is SOPS encrypted, configuring decryption is required for this secret to be reconciled",
    ),
    git: { expected: "propose", also: "issue", category: ["flux_decryption"], roots: [APPS] },
  },
  {
    id: "admission-webhook-down",
    tells: "The API server cannot call an admission webhook; no manifest is wrong.",
    good: apps({}),
    cluster: stopped(
      APPS,
      "ReconciliationFailed",
      'Deployment/shop/catalog dry-run failed (InternalError): Internal error occurred: failed calling webhook "check.policies.example.test": failed to call webhook: Post "https://check.policies.svc:443/validate?timeout=10s": dial tcp 10.96.12.7:443: connect: connection refused',
    ),
    git: { expected: "issue", category: ["webhook_mesh"], roots: [APPS] },
  },
  {
    id: "health-check-overtaken",
    tells: "A health check was cancelled because the next revision had come: nothing is wrong.",
    resembles: ["flux-health-check-dangling"],
    good: apps({}),
    cluster: (cluster) => {
      const message = "New reconciliation triggered by GitRepository/flux-system/flux-system";
      const said = { type: "Ready", status: "False", reason: "HealthCheckCanceled", message, observedGeneration: 1 };
      cluster.condition(APPS, said, 0.3);
    },
    git: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "chart-repository-misspelled",
    tells: "A commit misspelled the address of the chart repository.",
    good: charts("https://charts.example.test"),
    bad: charts("https://chrats.example.test"),
    cluster: stopped(
      CHARTS,
      "IndexationFailed",
      'failed to fetch Helm repository index: failed to cache index to temporary file: Get "https://chrats.example.test/index.yaml": dial tcp: lookup chrats.example.test on 10.96.0.10:53: no such host',
    ),
    git: { expected: "propose", category: ["helm_source"], roots: [CHARTS] },
  },
  {
    id: "values-source-misspelled",
    tells: "The release takes values from a ConfigMap that does not exist.",
    good: release({ valuesFrom: [{ kind: "ConfigMap", name: "valkey-values" }] }),
    bad: release({ valuesFrom: [{ kind: "ConfigMap", name: "valkey-value" }] }),
    cluster: stopped(
      RELEASE,
      "ValuesError",
      "could not resolve ConfigMap chart values reference 'shop/valkey-value' with key 'values.yaml': configmaps \"valkey-value\" not found",
    ),
    git: { expected: "propose", category: ["helm_values"], roots: [RELEASE] },
  },
  {
    id: "values-source-renamed-twice-gone",
    tells: "An operator makes the ConfigMaps that the release takes values from; the former one is gone, too.",
    good: release({ valuesFrom: [{ kind: "ConfigMap", name: "bucket-one" }] }),
    bad: release({ valuesFrom: [{ kind: "ConfigMap", name: "archive" }] }),
    cluster: stopped(
      RELEASE,
      "ValuesError",
      "could not resolve ConfigMap chart values reference 'shop/archive' with key 'values.yaml': configmaps \"archive\" not found",
    ),
    git: { expected: "issue", category: ["helm_values"], roots: [RELEASE] },
  },
  {
    id: "values-source-begun-with-values",
    tells: "The release begins to take values from a ConfigMap that nobody made, and turns on what needs them.",
    good: release({ values: { replicas: 2 } }),
    bad: release({ values: { replicas: 2, auth: true }, valuesFrom: [{ kind: "ConfigMap", name: "archive" }] }),
    cluster: stopped(
      RELEASE,
      "ValuesError",
      "could not resolve ConfigMap chart values reference 'shop/archive' with key 'values.yaml': configmaps \"archive\" not found",
    ),
    git: { expected: "issue", category: ["helm_values"], roots: [RELEASE] },
  },
  {
    id: "values-source-given-up",
    tells: "The release was told to take no values from elsewhere; Flux has not applied that yet.",
    good: release({ valuesFrom: [{ kind: "ConfigMap", name: "archive" }] }),
    bad: release({}),
    cluster: (cluster) => {
      cluster.set(RELEASE, "spec", { valuesFrom: [{ kind: "ConfigMap", name: "archive" }] });
      stopped(
        RELEASE,
        "ValuesError",
        "could not resolve ConfigMap chart values reference 'shop/archive' with key 'values.yaml': configmaps \"archive\" not found",
      )(cluster);
    },
    git: { expected: "none", category: ["helm_values"], roots: [RELEASE] },
  },
  {
    id: "release-given-up",
    tells: "Helm gave up after its retries and went back; what it failed of stands in another condition.",
    good: release({ values: { replicas: 2 } }),
    bad: release({ values: { replicas: "two" } }),
    cluster: (cluster) => {
      const failed =
        "Helm upgrade failed for release shop/valkey with chart valkey@4.2.1: values don't meet the specifications of the schema(s) in the following chart(s):\nvalkey:\n- at '/replicas': got string, want integer\n";
      stopped(
        RELEASE,
        "RollbackSucceeded",
        "Helm rollback to previous release shop/valkey.v3 with chart valkey@4.2.1 succeeded",
      )(cluster);
      const gaveUp = { reason: "RetriesExceeded", message: "Failed to upgrade after 4 attempt(s)" };
      cluster.condition(RELEASE, { type: "Stalled", status: "True", ...gaveUp, observedGeneration: 1 }, 24);
      const released = { reason: "UpgradeFailed", message: failed };
      cluster.condition(RELEASE, { type: "Released", status: "False", ...released, observedGeneration: 1 }, 24);
    },
    git: { expected: "propose", category: ["helm_values"], roots: [RELEASE] },
  },
];
