import type { Cluster } from "../build/cluster.ts";
import { kustomization, namespaceGone, stopped } from "../build/flux.ts";
import { configMap, object } from "../build/manifests.ts";
import type { Story } from "../build/story.ts";
import { minutesAgo } from "../build/time.ts";
import { changed, type Manifest, type Tree, withObject } from "../build/tree.ts";
import { inContainer, SHOP } from "./shop.ts";

const APPS = "Kustomization/flux-system/apps";
const INFRA = "Kustomization/flux-system/infrastructure";
const THIRD = [kustomization("reports", "./infrastructure", { dependsOn: [{ name: "apps" }] })];
const OPENED: Tree = { "clusters/prod/apps.yaml": [kustomization("apps", "./apps")], ...SHOP };

const MONITORED = withObject(
  OPENED,
  "apps/extra.yaml",
  object("monitoring.coreos.com/v1", "ServiceMonitor", "catalog", {
    spec: { selector: { matchLabels: { app: "catalog" } }, endpoints: [{ port: "http" }] },
  }),
);

const LISTED: Tree = {
  "apps/kustomization.yaml":
    "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - namespace.yaml\n  - storefront.yaml\n  - catalog.yaml\n  - orders.yaml\n  - postgres.yaml\n",
  ...OPENED,
};

/** Kustomizations that do not build or find their way. */
export const BUILDS: readonly Story[] = [
  {
    id: "resource-file-misspelled",
    tells: "The list of resources names catlog.yaml; the file is called catalog.yaml.",
    resembles: ["flux-path-missing"],
    good: LISTED,
    bad: {
      ...LISTED,
      "apps/kustomization.yaml": String(LISTED["apps/kustomization.yaml"]).replace("catalog.yaml", "catlog.yaml"),
    },
    cluster: stopped(
      APPS,
      "BuildFailed",
      "kustomize build failed: accumulating resources: accumulation err='accumulating resources from 'catlog.yaml': open /tmp/kustomization-1234/apps/catlog.yaml: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '/tmp/kustomization-1234/apps/catlog.yaml' : lstat /tmp/kustomization-1234/apps/catlog.yaml: no such file or directory",
    ),
    git: { expected: "propose", category: ["kustomize_build"], roots: [APPS] },
  },
  {
    id: "yaml-malformed",
    tells: "A manifest is no YAML any more.",
    good: withText(
      OPENED,
      "apps/motd.yaml",
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: motd\n  namespace: shop\ndata:\n  text: hello\n",
    ),
    bad: withText(
      OPENED,
      "apps/motd.yaml",
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: motd\n   namespace: shop\ndata:\n  text: hello\n",
    ),
    cluster: stopped(
      APPS,
      "BuildFailed",
      "kustomize build failed: accumulating resources: accumulation err='accumulating resources from 'motd.yaml': MalformedYAMLError: yaml: line 4: mapping values are not allowed in this context in File: motd.yaml': failed to find kustomization.yaml",
    ),
    git: { expected: "propose", category: ["kustomize_build"], roots: [APPS] },
  },
  {
    id: "path-misspelled",
    tells: "The Kustomization's path was misspelled.",
    good: OPENED,
    bad: changed(OPENED, APPS, "spec.path", "./appps"),
    cluster: stopped(
      APPS,
      "ArtifactFailed",
      "kustomization path not found: stat /tmp/kustomization-1234/appps: no such file or directory",
    ),
    git: { expected: "propose", category: ["flux_path"], roots: [APPS] },
  },
  {
    id: "source-name-misspelled",
    tells: "The Kustomization names a source that does not exist.",
    good: OPENED,
    bad: changed(OPENED, APPS, "spec.sourceRef.name", "fleet-system"),
    cluster: stopped(
      APPS,
      "ArtifactFailed",
      'Source artifact not found, retrying in 30s: GitRepository.source.toolkit.fluxcd.io "fleet-system" not found',
    ),
    git: { expected: "propose", category: ["flux_source"], roots: [APPS] },
  },
  {
    id: "dependency-misspelled",
    tells: "The Kustomization waits for one that does not exist.",
    good: withInfra("infrastructure"),
    bad: withInfra("infrastucture"),
    cluster: stopped(
      APPS,
      "DependencyNotReady",
      "dependency 'flux-system/infrastucture' not found: kustomizations.kustomize.toolkit.fluxcd.io \"infrastucture\" not found",
    ),
    git: { expected: "propose", category: ["flux_dependson"], roots: [APPS] },
  },
  {
    id: "dependency-renamed",
    tells: "The Kustomization waits for one that was never there, in place of one that still is.",
    good: withInfra("infrastructure"),
    bad: withInfra("networking"),
    cluster: stopped(
      APPS,
      "DependencyNotReady",
      "dependency 'flux-system/networking' not found: kustomizations.kustomize.toolkit.fluxcd.io \"networking\" not found",
    ),
    git: { expected: "propose", category: ["flux_dependson"], roots: [APPS] },
  },
  {
    id: "dependency-cycle",
    tells: "Two Kustomizations wait for each other since a commit, and a third one for them.",
    good: withInfra("infrastructure", {}, THIRD),
    bad: withInfra("infrastructure", { dependsOn: [{ name: "apps" }] }, THIRD),
    cluster: (cluster) => {
      stopped(APPS, "DependencyNotReady", "dependency 'flux-system/infrastructure' is not ready")(cluster);
      stopped(INFRA, "DependencyNotReady", "dependency 'flux-system/apps' is not ready")(cluster);
      stopped(
        "Kustomization/flux-system/reports",
        "DependencyNotReady",
        "dependency 'flux-system/apps' is not ready",
      )(cluster);
    },
    git: { expected: "propose", category: ["flux_dependson"], roots: [INFRA] },
  },
  {
    id: "dependency-not-ready-yet",
    tells: "The Kustomization waits for another, which was reconciled a moment ago: nothing is wrong.",
    resembles: ["flux-dependency-missing", "flux-dependency-cycle"],
    good: withInfra("infrastructure"),
    cluster: (cluster) => {
      cluster.condition(
        APPS,
        {
          type: "Ready",
          status: "False",
          reason: "DependencyNotReady",
          message: "dependency 'flux-system/infrastructure' revision is not up to date",
          observedGeneration: 1,
        },
        0.5,
      );
    },
    git: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "dependency-being-applied",
    tells: "The Kustomization waits for another, which has just begun its health checks: nothing is wrong.",
    good: withInfra("infrastructure"),
    cluster: (cluster) => {
      checking(cluster, 0.4);
      waiting(cluster, 0.3);
    },
    git: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "dependency-never-ready",
    tells: "The Kustomization waits for another, whose health checks have run for much longer than they should.",
    good: withInfra("infrastructure"),
    cluster: (cluster) => {
      checking(cluster, 40);
      waiting(cluster, 40);
    },
    git: { expected: "issue", category: ["flux_health", "unknown"], roots: [INFRA] },
  },
  {
    id: "namespace-not-in-git",
    tells: "A new ConfigMap lives in a namespace that nothing makes.",
    resembles: ["flux-apply-invalid"],
    good: OPENED,
    bad: withObject(OPENED, "apps/extra.yaml", configMap("banner", { text: "hi" }, "marketing")),
    cluster: namespaceGone("marketing", "ConfigMap/marketing/banner"),
    git: {
      expected: "propose",
      also: "issue",
      category: ["gitops_namespace"],
      roots: [APPS, "ConfigMap/marketing/banner", "Namespace/marketing"],
    },
  },
  {
    id: "kind-not-installed",
    tells: "A manifest is of a kind that the cluster does not know.",
    good: OPENED,
    bad: MONITORED,
    cluster: (cluster) => {
      cluster.remove("ServiceMonitor/shop/catalog");
      stopped(
        APPS,
        "ReconciliationFailed",
        'ServiceMonitor/shop/catalog dry-run failed: no matches for kind "ServiceMonitor" in version "monitoring.coreos.com/v1"',
      )(cluster);
    },
    git: {
      expected: "propose",
      also: "issue",
      category: ["api_version", "operator_cr"],
      roots: [APPS, "ServiceMonitor/shop/catalog"],
    },
  },
  {
    id: "version-served-again",
    tells: "The operator was installed after the message was written: Flux only has not tried again.",
    resembles: ["flux-version-not-served"],
    good: MONITORED,
    cluster: stopped(
      APPS,
      "ReconciliationFailed",
      'ServiceMonitor/shop/catalog dry-run failed: no matches for kind "ServiceMonitor" in version "monitoring.coreos.com/v1"',
    ),
    git: { expected: "issue", also: "none", category: ["unknown"], roots: [APPS], isCommit: false },
  },
  {
    id: "version-with-other-fields",
    tells: "A version is served no more whose successor has other fields: its new name alone would not do.",
    good: changed(SHOP, "Ingress/shop/storefront", "apiVersion", "networking.k8s.io/v1beta1"),
    cluster: (cluster) => {
      cluster.remove("Ingress/shop/storefront");
      stopped(
        APPS,
        "ReconciliationFailed",
        'Ingress/shop/storefront dry-run failed: no matches for kind "Ingress" in version "networking.k8s.io/v1beta1"',
      )(cluster);
    },
    git: { expected: "issue", category: ["api_version"], roots: [APPS], isCommit: false },
  },
  {
    id: "version-misspelled",
    tells: "A commit wrote a version that never was.",
    good: SHOP,
    bad: changed(SHOP, "Ingress/shop/storefront", "apiVersion", "networking.k8s.io/v2"),
    cluster: (cluster) => {
      Object.assign(cluster.get("Ingress/shop/storefront"), { apiVersion: "networking.k8s.io/v1" });
      stopped(
        APPS,
        "ReconciliationFailed",
        'Ingress/shop/storefront dry-run failed: no matches for kind "Ingress" in version "networking.k8s.io/v2"',
      )(cluster);
    },
    git: { expected: "propose", category: ["api_version"], roots: [APPS] },
  },
  {
    id: "selector-is-immutable",
    tells: "A Deployment's selector was changed, which the API server does not allow.",
    good: OPENED,
    bad: changed(
      changed(OPENED, "Deployment/shop/catalog", "spec.selector.matchLabels.app", "catalog2"),
      "Deployment/shop/catalog",
      "spec.template.metadata.labels.app",
      "catalog2",
    ),
    cluster: (cluster) => {
      for (const each of [...cluster.objects.values()].filter(({ metadata }) => metadata.name.startsWith("catalog")))
        Object.assign(each, JSON.parse(JSON.stringify(each).replaceAll('"app":"catalog2"', '"app":"catalog"')));
      for (const pod of cluster.ofKind("Pod").filter(({ metadata }) => metadata.name.startsWith("catalog")))
        pod.metadata["creationTimestamp"] = minutesAgo(9000);
      stopped(
        APPS,
        "ReconciliationFailed",
        'Deployment/shop/catalog dry-run failed (Invalid): Deployment.apps "catalog" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"catalog2"}}: field is immutable',
      )(cluster);
    },
    git: {
      expected: "propose",
      also: "issue",
      category: ["immutable_field"],
      roots: [APPS, "Deployment/shop/catalog"],
    },
  },
  {
    id: "field-unknown",
    tells: "A field of the Deployment was misspelled.",
    resembles: ["flux-apply-refused"],
    good: OPENED,
    bad: changed(OPENED, "Deployment/shop/catalog", inContainer("catalog", "imagePullPolcy"), "Always"),
    cluster: (cluster) => {
      for (const each of [...cluster.objects.values()].filter(({ metadata }) => metadata.name.startsWith("catalog")))
        Object.assign(each, JSON.parse(JSON.stringify(each).replaceAll(',"imagePullPolcy":"Always"', "")));
      stopped(
        APPS,
        "ReconciliationFailed",
        'Deployment/shop/catalog dry-run failed: failed to create typed patch object (shop/catalog; apps/v1, Kind=Deployment): .spec.template.spec.containers[name="catalog"].imagePullPolcy: field not declared in schema',
      )(cluster);
    },
    git: { expected: "propose", category: ["api_version"], roots: [APPS, "Deployment/shop/catalog"] },
  },
  {
    id: "label-malformed",
    tells: "A label's value has a space in it.",
    good: changed(OPENED, "Deployment/shop/catalog", "metadata.labels.team", "shop-front"),
    bad: changed(OPENED, "Deployment/shop/catalog", "metadata.labels.team", "shop front"),
    cluster: refused(
      ["shop front", "shop-front"],
      "Deployment/shop/catalog dry-run failed (Invalid): Deployment.apps \"catalog\" is invalid: metadata.labels: Invalid value: \"shop front\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')\n",
    ),
    git: { expected: "propose", category: ["api_version"], roots: [APPS, "Deployment/shop/catalog"] },
  },
  {
    id: "node-port-out-of-range",
    tells: "A Service asks for a node port outside of the range, which only the API server's own apply finds.",
    good: nodePort(30_080),
    bad: nodePort(80),
    cluster: refused(
      ['"nodePort":80', '"nodePort":30080'],
      'Service/shop/catalog apply failed: Service "catalog" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767\n',
    ),
    git: { expected: "propose", category: ["service_port", "api_version"], roots: [APPS, "Service/shop/catalog"] },
  },
  {
    id: "quantity-malformed",
    tells: "A request for memory has a unit that does not exist; the API server does not say which field it is.",
    good: asking("64Mi"),
    bad: asking("64MB"),
    cluster: refused(
      ["64MB", "64Mi"],
      "Deployment/shop/catalog dry-run failed: failed to convert new object (shop/catalog; apps/v1, Kind=Deployment) to proper version: unable to convert unstructured object to apps/v1, Kind=Deployment: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'\n",
    ),
    git: {
      expected: "propose",
      category: ["scheduling_resources", "api_version"],
      roots: [APPS, "Deployment/shop/catalog"],
    },
  },
  {
    id: "variable-missing",
    tells: "A manifest asks for a variable that nobody sets any more.",
    good: substituted({ region: "eu-1" }),
    bad: substituted({}),
    cluster: stopped(
      APPS,
      "BuildFailed",
      "post build failed for 'region-info': envsubst error: variable not set (strict mode): \"region\"",
    ),
    git: { expected: "propose", category: ["flux_substitution"], roots: [APPS] },
  },
  {
    id: "variable-is-no-number",
    tells: "How many former templates the catalog keeps is a variable, and a commit wrote it as a word.",
    good: keeping("3"),
    bad: keeping("few"),
    cluster: (cluster) => {
      cluster.set("Deployment/shop/catalog", "spec", { revisionHistoryLimit: 3 });
      stopped(
        APPS,
        "ReconciliationFailed",
        "Deployment/shop/catalog dry-run failed: failed to create typed patch object (shop/catalog; apps/v1, Kind=Deployment): .spec.revisionHistoryLimit: expected numeric (int or float), got string",
      )(cluster);
    },
    git: { expected: "propose", category: ["flux_substitution"], roots: [APPS] },
  },
  {
    id: "repository-credentials-refused",
    tells: "The git server refuses Flux's credentials: no manifest is wrong.",
    resembles: ["flux-source-missing"],
    good: OPENED,
    cluster: stopped(
      "GitRepository/flux-system/flux-system",
      "GitOperationFailed",
      "failed to checkout and determine revision: unable to clone 'ssh://git@git.example.test/platform/fleet': ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey], no supported methods remain",
    ),
    git: { expected: "issue", category: ["flux_source"], roots: ["GitRepository/flux-system/flux-system"] },
  },
  {
    id: "decryption-key-missing",
    tells: "The key that opens the encrypted secrets is not in the cluster.",
    good: OPENED,
    cluster: stopped(
      APPS,
      "BuildFailed",
      "secrets.yaml: failed to decrypt and format 'shop/api-keys' Secret data: error getting data key: 0 successful groups required, got 0",
    ),
    git: { expected: "issue", category: ["flux_decryption"], roots: [APPS] },
  },
  {
    id: "health-check-misspelled",
    tells: "The Kustomization waits for Deployment catlog to be well; it is called catalog.",
    good: checked("catalog"),
    bad: checked("catlog"),
    cluster: stopped(
      APPS,
      "HealthCheckFailed",
      "health check failed after 5m0.02s: timeout waiting for: [Deployment/shop/catlog status: 'NotFound']",
    ),
    git: { expected: "propose", category: ["flux_health"], roots: [APPS] },
  },
  {
    id: "rule-expression-refused",
    tells: "An alerting rule's expression was broken, and the rules' own webhook refuses it.",
    good: ruled("rate(http_errors_total[5m]) > 1"),
    bad: ruled("rate(http_errors_total[5m] > 1"),
    cluster: (cluster) => {
      cluster.set("PrometheusRule/shop/catalog", "spec", { groups: [] });
      stopped(
        APPS,
        "ReconciliationFailed",
        'PrometheusRule/shop/catalog dry-run failed (Forbidden): admission webhook "prometheusrulemutate.monitoring.coreos.com" denied the request: Rules are not valid: group "catalog", rule 0, "CatalogErrors": could not parse expression: 1:29: parse error: unexpected character inside brackets: \'>\'',
      )(cluster);
    },
    git: { expected: "propose", also: "issue", category: ["alert_rule"], roots: [APPS, "PrometheusRule/shop/catalog"] },
  },
  {
    id: "suspended-on-purpose",
    tells: "A Kustomization was suspended on purpose and is as it was: nothing is wrong.",
    good: changed(OPENED, APPS, "spec.suspend", true),
    git: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "reconciling-now",
    tells: "A Kustomization is being applied: nothing is wrong.",
    resembles: ["flux-build-failed", "flux-setting", "flux-reason"],
    good: OPENED,
    cluster: (cluster) => {
      cluster.condition(
        APPS,
        {
          type: "Ready",
          status: "Unknown",
          reason: "Progressing",
          message: "Reconciliation in progress",
          observedGeneration: 1,
        },
        0.2,
      );
      cluster.condition(
        APPS,
        {
          type: "Reconciling",
          status: "True",
          reason: "Progressing",
          message: "Building manifests for revision main@sha1:1 with a timeout of 5m0s",
          observedGeneration: 1,
        },
        0.2,
      );
    },
    git: { expected: "none", category: ["no_op"], roots: [] },
  },
];

/** The infrastructure runs its health checks, since so many minutes. */
function checking(cluster: Cluster, since: number): void {
  const message = "Running health checks for revision main@sha1:1 with a timeout of 5m0s";
  for (const [type, status] of [
    ["Ready", "Unknown"],
    ["Reconciling", "True"],
  ] as const) {
    cluster.condition(INFRA, { type, status, reason: "Progressing", message, observedGeneration: 1 }, since);
  }
}

/** The apps wait for the infrastructure, since so many minutes. */
function waiting(cluster: Cluster, since: number): void {
  const message = "dependency 'flux-system/infrastructure' is not ready";
  cluster.condition(
    APPS,
    { type: "Ready", status: "False", reason: "DependencyNotReady", message, observedGeneration: 1 },
    since,
  );
}

function checked(name: string): Tree {
  const healthChecks = [{ apiVersion: "apps/v1", kind: "Deployment", name, namespace: "shop" }];
  return { ...OPENED, "clusters/prod/apps.yaml": [kustomization("apps", "./apps", { wait: false, healthChecks })] };
}

function ruled(expr: string): Tree {
  const groups = [{ name: "catalog", rules: [{ alert: "CatalogErrors", expr, for: "5m" }] }];
  return withObject(
    OPENED,
    "apps/rules.yaml",
    object("monitoring.coreos.com/v1", "PrometheusRule", "catalog", { spec: { groups } }),
  );
}

function withText(tree: Tree, file: string, text: string): Tree {
  return { ...tree, [file]: text };
}

/** Flux is refused what git says; the cluster keeps what it had. */
export function refused([now, before]: readonly [string, string], message: string): NonNullable<Story["cluster"]> {
  return (cluster) => {
    for (const each of cluster.objects.values())
      Object.assign(each, JSON.parse(JSON.stringify(each).replaceAll(now, before)));
    stopped(APPS, "ReconciliationFailed", message)(cluster);
  };
}

function nodePort(port: number): Tree {
  const open = changed(OPENED, "Service/shop/catalog", "spec.type", "NodePort");
  return changed(open, "Service/shop/catalog", "spec.ports.0.nodePort", port);
}

function asking(memory: string): Tree {
  return changed(OPENED, "Deployment/shop/catalog", inContainer("catalog", "resources"), { requests: { memory } });
}

function withInfra(dependency: string, infrastructure = {}, others: readonly Manifest[] = []): Tree {
  return {
    ...OPENED,
    "clusters/prod/apps.yaml": [
      kustomization("infrastructure", "./infrastructure", infrastructure),
      kustomization("apps", "./apps", { dependsOn: [{ name: dependency }] }),
      ...others,
    ],
    "infrastructure/config.yaml": [configMap("cluster-info", { region: "eu" }, "default")],
  };
}

function substituted(substitute: Readonly<Record<string, string>>): Tree {
  const apps = kustomization("apps", "./apps", { postBuild: { substitute: { cluster: "prod", ...substitute } } });
  return {
    ...OPENED,
    "clusters/prod/apps.yaml": [apps],
    "apps/region.yaml": [configMap("region-info", { region: "${region}" })],
  };
}

function keeping(kept: string): Tree {
  const apps = kustomization("apps", "./apps", { postBuild: { substitute: { kept } } });
  const tree = { ...OPENED, "clusters/prod/apps.yaml": [apps] };
  return changed(tree, "Deployment/shop/catalog", "spec.revisionHistoryLimit", "${kept}");
}

const REPOSITORY: Manifest = object("source.toolkit.fluxcd.io/v1", "HelmRepository", "charts", {
  spec: { interval: "1h", url: "https://charts.example.test" },
});

/** The shop with a release of a chart that lies elsewhere. */
export function release(spec: Readonly<Record<string, unknown>>, version = "4.2.1"): Tree {
  const sourceRef = { kind: "HelmRepository", name: "charts" };
  const chart = { spec: { chart: "valkey", version, sourceRef } };
  return {
    ...OPENED,
    "apps/valkey.yaml": [
      REPOSITORY,
      object("helm.toolkit.fluxcd.io/v2", "HelmRelease", "valkey", { spec: { interval: "30m", chart, ...spec } }),
    ],
  };
}

/** That release. */
export const RELEASE = "HelmRelease/shop/valkey";

/** What that release says while it is not ready. */
export function releases(reason: string, message: string): NonNullable<Story["cluster"]> {
  return (cluster) => {
    cluster.condition(
      "HelmRepository/shop/charts",
      { type: "Ready", status: "True", reason: "Succeeded", message: "stored artifact: revision 'sha256:1'" },
      3000,
    );
    cluster.condition(RELEASE, { type: "Ready", status: "False", reason, message, observedGeneration: 2 }, 20);
    cluster.condition(
      APPS,
      {
        type: "Ready",
        status: "False",
        reason: "HealthCheckFailed",
        message: `health check failed after 30s: failed early due to stalled resources: [HelmRelease/shop/valkey status: 'Failed']`,
        observedGeneration: 1,
      },
      18,
    );
  };
}

/** Helm releases. */
export const RELEASES: readonly Story[] = [
  {
    id: "chart-version-unknown",
    tells: "The release asks for a version of its chart that was never published.",
    good: release({}),
    bad: release({}, "4.22.1"),
    cluster: (cluster) => {
      releases(
        "SourceNotReady",
        "HelmChart 'shop/shop-valkey' is not ready: invalid chart reference: failed to get chart version for remote reference: no 'valkey' chart with version matching '4.22.1' found",
      )(cluster);
      const chart = object("source.toolkit.fluxcd.io/v1", "HelmChart", "shop-valkey", {
        spec: { chart: "valkey", version: "4.22.1", sourceRef: { kind: "HelmRepository", name: "charts" } },
      });
      cluster.add(chart, 3000);
      cluster.condition(
        "HelmChart/shop/shop-valkey",
        {
          type: "Ready",
          status: "False",
          reason: "InvalidChartReference",
          message:
            "invalid chart reference: failed to get chart version for remote reference: no 'valkey' chart with version matching '4.22.1' found",
        },
        20,
      );
      cluster.set(RELEASE, "status", { helmChart: "shop/shop-valkey" });
    },
    git: { expected: "propose", category: ["helm_chart_version"], roots: [RELEASE, "HelmChart/shop/shop-valkey"] },
  },
  {
    id: "values-refused-by-schema",
    tells: "The chart's schema refuses a value.",
    good: release({ values: { replica: { replicas: 2 } } }),
    bad: release({ values: { replica: { replicas: "two" } } }),
    cluster: releases(
      "UpgradeFailed",
      "Helm upgrade failed for release shop/valkey with chart valkey@4.2.1: values don't meet the specifications of the schema(s) in the following chart(s):\nvalkey:\n- at '/replica/replicas': got string, want integer\n",
    ),
    git: { expected: "propose", category: ["helm_values"], roots: [RELEASE] },
  },
  {
    id: "values-break-template",
    tells: "A value makes the chart's template fail.",
    good: release({ values: { auth: { enabled: true, existingSecret: "valkey" } } }),
    bad: release({ values: { auth: "yes" } }),
    cluster: releases(
      "UpgradeFailed",
      'Helm upgrade failed for release shop/valkey with chart valkey@4.2.1: template: valkey/templates/secret.yaml:1:14: executing "valkey/templates/secret.yaml" at <.Values.auth.enabled>: can\'t evaluate field enabled in type interface {}',
    ),
    git: { expected: "propose", category: ["helm_values"], roots: [RELEASE] },
  },
  {
    id: "upgrade-times-out",
    tells: "Helm waited in vain for what it upgraded; nobody changed the release.",
    good: release({}),
    cluster: releases(
      "UpgradeFailed",
      "Helm upgrade failed for release shop/valkey with chart valkey@4.2.1: timed out waiting for the condition",
    ),
    git: { expected: "issue", category: ["helm_upgrade"], roots: [RELEASE] },
  },
  {
    id: "chart-repository-down",
    tells: "The chart repository does not answer; nobody changed anything.",
    good: release({}),
    cluster: (cluster) => {
      cluster.condition(
        "HelmRepository/shop/charts",
        {
          type: "Ready",
          status: "False",
          reason: "IndexationFailed",
          message:
            'failed to fetch Helm repository index: failed to cache index to temporary file: Get "https://charts.example.test/index.yaml": dial tcp: lookup charts.example.test on 10.96.0.10:53: no such host',
        },
        40,
      );
    },
    git: { expected: "issue", category: ["helm_source", "network"], roots: ["HelmRepository/shop/charts"] },
  },
  {
    id: "release-is-well",
    tells: "A release is installed and well.",
    resembles: ["helm-release-failed"],
    good: release({}),
    cluster: (cluster) => {
      cluster.condition(
        "HelmRepository/shop/charts",
        { type: "Ready", status: "True", reason: "Succeeded", message: "stored artifact: revision 'sha256:1'" },
        3000,
      );
      cluster.condition(
        RELEASE,
        {
          type: "Ready",
          status: "True",
          reason: "UpgradeSucceeded",
          message: "Helm upgrade succeeded for release shop/valkey.v3 with chart valkey@4.2.1",
        },
        3000,
      );
    },
    git: { expected: "none", category: ["no_op"], roots: [] },
  },
];
