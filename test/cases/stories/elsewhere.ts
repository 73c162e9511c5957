import type { Cluster, Live } from "../build/cluster.ts";
import { cannotPull, notFound, unauthorized } from "../build/fates.ts";
import { kustomization, namespaceGone, stopped } from "../build/flux.ts";
import { configMap, deployment, object, service } from "../build/manifests.ts";
import type { Story } from "../build/story.ts";
import { minutesAgo } from "../build/time.ts";
import { changed, type Manifest, type Tree, withObject } from "../build/tree.ts";
import { RELEASE, release, releases } from "./flux.ts";
import { imageOf, inContainer, namespace, SHOP } from "./shop.ts";

type Map = Readonly<Record<string, unknown>>;

const CATALOG = "Deployment/shop/catalog";
const CPU = inContainer("catalog", "resources.limits.cpu");
const MEMORY = inContainer("catalog", "resources.limits.memory");
const APPS = "Kustomization/flux-system/apps";
const ADDONS = "GitRepository/flux-system/addons";

const CUT = { good: changed(SHOP, CATALOG, CPU, "500m"), bad: changed(SHOP, CATALOG, CPU, "400m") };

function issue(category: NonNullable<Story["git"]>["category"], root: string): NonNullable<Story["git"]> {
  return { expected: "issue", category, roots: [root], isCommit: false };
}

function scaler(name: string, target: string): Manifest {
  const cpu = { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } };
  const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: target };
  const spec = { scaleTargetRef, minReplicas: 2, maxReplicas: 4, metrics: [{ type: "Resource", resource: cpu }] };
  return object("autoscaling/v2", "HorizontalPodAutoscaler", name, { spec });
}

function says(name: string, type: string, reason: string, message: string): NonNullable<Story["cluster"]> {
  return (cluster) =>
    cluster.condition(`HorizontalPodAutoscaler/shop/${name}`, { type, status: "False", reason, message }, 25);
}

function edge(name: string, backend: string): Manifest {
  const to = { service: { name: backend, port: { number: 80 } } };
  const rules = [{ host: `${name}.example.test`, http: { paths: [{ path: "/", pathType: "Prefix", backend: to }] } }];
  return object("networking.k8s.io/v1", "Ingress", name, { spec: { ingressClassName: "nginx", rules } });
}

/** The apps, and what another Kustomization brings, which cannot go on. */
function beside(apps: Tree, dependsOn: readonly string[], ...others: readonly Manifest[]): Tree {
  const spec = dependsOn.length === 0 ? {} : { dependsOn: dependsOn.map((name) => ({ name })) };
  const paths = [kustomization("infra", "./infra"), kustomization("apps", "./apps", spec)];
  const region = configMap("region", { name: "eu" }, "default");
  return { ...apps, "clusters/prod/apps.yaml": paths, "infra/shared.yaml": [region, ...others] };
}

const HELD =
  'ConfigMap/default/region dry-run failed: failed calling webhook "v.kyverno.svc": failed to call webhook: Post "https://kyverno.kyverno.svc:443/mutate": no endpoints available for service "kyverno"';

function unapplied(...named: readonly string[]): NonNullable<Story["cluster"]> {
  return (cluster) => {
    for (const each of named) remove(cluster, each);
    stopped("Kustomization/flux-system/infra", "ReconciliationFailed", HELD)(cluster);
  };
}

/** Takes an object away with all that was made of it. */
function remove(cluster: Cluster, named: string): void {
  const name = named.split("/").at(-1);
  cluster.remove(named);
  for (const [each, { metadata }] of [...cluster.objects])
    if (metadata.name.startsWith(`${name}-`)) cluster.objects.delete(each);
}

/** Three pods of the catalog's new template run for a while; one does not. */
function onlyOneFails(cluster: Cluster): void {
  const isFailing = (pod: Live): boolean => JSON.stringify(pod["status"]).includes('"ready":false');
  const pods = cluster.ofKind("Pod").filter((pod) => pod.metadata.name.startsWith("catalog-") && isFailing(pod));
  for (const pod of pods.slice(1)) {
    const { containerStatuses } = pod["status"] as { containerStatuses: readonly Map[] };
    const conditions = [{ type: "Ready", status: "True", lastTransitionTime: minutesAgo(20) }];
    const running = { ready: true, restartCount: 0, state: { running: { startedAt: minutesAgo(21) } } };
    pod["status"] = { phase: "Running", conditions, containerStatuses: [{ ...containerStatuses[0], ...running }] };
  }
}

const FIVE = changed(SHOP, CATALOG, "spec.replicas", 5);
const MIRRORED = "mirror.example.test/shop/catalog:1.4.2";

const CHECKED = {
  wait: false,
  healthChecks: [{ apiVersion: "apps/v1", kind: "Deployment", name: "gate", namespace: "shop" }],
};
const MIRROR = object("source.toolkit.fluxcd.io/v1", "HelmRepository", "mirror", {
  spec: { interval: "1h", url: "https://mirror.example.test" },
});
const REGION: Tree = { "regions/us/apps/region.yaml": [configMap("region", { name: "us" })] };

function addons(ref: Map): Tree {
  const spec = { interval: "5m", url: "https://git.example.test/platform/addons", ref };
  const source = object("source.toolkit.fluxcd.io/v1", "GitRepository", "addons", { spec }, "flux-system");
  return { ...SHOP, "clusters/prod/apps.yaml": [kustomization("apps", "./apps"), source] };
}

/** The shop as it follows a tag of this very repository. */
function tagged(pageSize: string): Tree {
  const spec = { interval: "1m", url: "ssh://git@git.example.test/platform/fleet", ref: { tag: "v1" } };
  const source = object("source.toolkit.fluxcd.io/v1", "GitRepository", "stable", { spec }, "flux-system");
  const sourceRef = { kind: "GitRepository", name: "stable" };
  const tree = changed(SHOP, CATALOG, inContainer("catalog", "image"), imageOf("catalog", pageSize));
  return { ...tree, "clusters/prod/apps.yaml": [source, kustomization("apps", "./apps", { sourceRef })] };
}

function released(status: Map, reason: string, message: string): NonNullable<Story["cluster"]> {
  return (cluster) => {
    releases(reason, message)(cluster);
    cluster.set(RELEASE, "status", status);
  };
}

function deployed(chartVersion: string, version: number): Map {
  return { chartName: "valkey", chartVersion, configDigest: "sha256:aa", status: "superseded", version };
}

/** Changes near a fault that has its cause elsewhere: in what is not applied yet, in the outer world, in other fields. */
export const ELSEWHERE: readonly Story[] = [
  {
    id: "throttled-by-others",
    tells: "A store outside throttles requests; a commit gave the catalog a little less of the processor.",
    ...CUT,
    alerts: [{ alertname: "DynamoDBThrottledRequests", namespace: "shop", deployment: "catalog" }],
    git: issue(["app_or_db", "load"], CATALOG),
  },
  {
    id: "throttled-beside-the-cut",
    tells: "The injected proxy is throttled; a commit gave the program beside it less of the processor.",
    ...CUT,
    alerts: [{ alertname: "CPUThrottlingHigh", namespace: "shop", deployment: "catalog", container: "istio-proxy" }],
    git: issue(["cpu_limit"], CATALOG),
  },
  {
    id: "autoscaler-misses-the-proxy",
    tells: "The injected proxy asks for no CPU, so the load cannot be told; a commit lowered a limit of memory.",
    good: changed(withObject(SHOP, "apps/scaler.yaml", scaler("catalog", "catalog")), CATALOG, MEMORY, "512Mi"),
    bad: withObject(SHOP, "apps/scaler.yaml", scaler("catalog", "catalog")),
    cluster: says(
      "catalog",
      "ScalingActive",
      "FailedGetResourceMetric",
      "the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container istio-proxy of Pod catalog-6c9f-abcde",
    ),
    git: issue(["hpa_pdb_rollout"], "HorizontalPodAutoscaler/shop/catalog"),
  },
  {
    id: "autoscaler-named-as-its-target",
    tells: "The cart's autoscaler scales the cart, which is not deployed here; carts are another program.",
    good: { ...SHOP, "apps/carts.yaml": [deployment({ name: "checkouts" }), scaler("checkout", "checkout")] },
    cluster: says(
      "checkout",
      "AbleToScale",
      "FailedGetScale",
      'the HPA controller was unable to get the target\'s current scale: deployments.apps "checkout" not found',
    ),
    git: issue(["hpa_pdb_rollout"], "HorizontalPodAutoscaler/shop/checkout"),
    folder: issue(["hpa_pdb_rollout"], "HorizontalPodAutoscaler/shop/checkout"),
  },
  {
    id: "autoscaler-before-its-target",
    tells: "The autoscaler was pointed to a new Deployment, which another Kustomization has not applied yet.",
    good: beside({ ...SHOP, "apps/scaler.yaml": [scaler("catalog", "catalog")] }, []),
    bad: beside({ ...SHOP, "apps/scaler.yaml": [scaler("catalog", "browse")] }, [], deployment({ name: "browse" })),
    cluster: (cluster) => {
      unapplied("Deployment/shop/browse")(cluster);
      const message = 'unable to get the target\'s current scale: deployments.apps "browse" not found';
      says("catalog", "AbleToScale", "FailedGetScale", `the HPA controller was ${message}`)(cluster);
    },
    git: issue(["hpa_pdb_rollout"], "HorizontalPodAutoscaler/shop/catalog"),
  },
  {
    id: "route-before-its-service",
    tells: "The Ingress was sent to a new Service, which another Kustomization has not applied yet.",
    good: beside({ ...SHOP, "apps/edge.yaml": [edge("edge", "catalog")] }, []),
    bad: beside({ ...SHOP, "apps/edge.yaml": [edge("edge", "browse")] }, [], service("browse")),
    cluster: unapplied("Service/shop/browse"),
    git: issue(["ingress_route"], "Ingress/shop/edge"),
  },
  {
    id: "route-named-as-its-service",
    tells: "The Ingress of the order sends to a Service of its name, which is not deployed here; orders are another.",
    good: withObject(SHOP, "apps/edge.yaml", edge("order", "order")),
    git: issue(["ingress_route"], "Ingress/shop/order"),
    folder: issue(["ingress_route"], "Ingress/shop/order"),
  },
  {
    id: "service-of-a-removed-program",
    tells: "A commit removed a program with its Service; the Service alone would bring nothing back.",
    good: {
      ...SHOP,
      "apps/legacy.yaml": [deployment({ name: "legacy" })],
      "apps/legacy-service.yaml": [service("legacy")],
      "apps/edge.yaml": [edge("edge", "legacy")],
    },
    bad: { ...SHOP, "apps/edge.yaml": [edge("edge", "legacy")] },
    git: { expected: "issue", category: ["ingress_route"], roots: ["Ingress/shop/edge"] },
  },
  {
    id: "image-got-elsewhere",
    tells: "A commit moved the image to a mirror; other nodes got it from there, one cannot reach it.",
    good: FIVE,
    bad: changed(FIVE, CATALOG, inContainer("catalog", "image"), MIRRORED),
    fates: {
      [CATALOG]: cannotPull(
        MIRRORED,
        'failed to do request: Head "https://mirror.example.test/v2/": dial tcp 192.0.2.9:443: i/o timeout',
      ),
    },
    cluster: onlyOneFails,
    git: issue(["network"], CATALOG),
  },
  {
    id: "image-has-no-such-platform",
    tells: "A new version runs on most nodes; one is of another architecture, for which there is none.",
    good: FIVE,
    bad: changed(FIVE, CATALOG, inContainer("catalog", "image"), imageOf("catalog", "1.5.0")),
    fates: { [CATALOG]: cannotPull(imageOf("catalog", "1.5.0"), "no match for platform in manifest: not found") },
    cluster: onlyOneFails,
    git: issue(["image_ref"], CATALOG),
  },
  {
    id: "image-named-as-its-program",
    tells: "The image of the order was never pushed; the orders are another program.",
    good: { ...SHOP, "apps/order.yaml": [deployment({ name: "order" })] },
    fates: { "Deployment/shop/order": cannotPull(imageOf("order"), notFound(imageOf("order"))) },
    git: issue(["image_ref"], "Deployment/shop/order"),
    folder: issue(["image_ref"], "Deployment/shop/order"),
  },
  {
    id: "image-not-pushed-yet",
    tells: "A new program came in a version of its own, which was not pushed; all the others have one other tag.",
    good: SHOP,
    bad: { ...SHOP, "apps/search.yaml": [deployment({ name: "search", image: imageOf("search", "2.0.0") })] },
    fates: { "Deployment/shop/search": cannotPull(imageOf("search", "2.0.0"), notFound(imageOf("search", "2.0.0"))) },
    git: issue(["image_ref"], "Deployment/shop/search"),
  },
  {
    id: "pull-secret-not-made-yet",
    tells: "The registry was closed; a commit names a pull secret that nobody has made, and took none away.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, "spec.template.spec.imagePullSecrets", [{ name: "registry" }]),
    fates: { [CATALOG]: cannotPull(imageOf("catalog"), unauthorized(imageOf("catalog"))) },
    git: issue(["image_pull_secret"], CATALOG),
  },
  {
    id: "namespace-not-applied-yet",
    tells: "A commit brought a banner and its namespace; what brings the namespace cannot go on.",
    good: beside(SHOP, []),
    bad: beside(
      withObject(SHOP, "apps/banner.yaml", configMap("banner", { text: "hi" }, "marketing")),
      [],
      namespace("marketing"),
    ),
    cluster: (cluster) => {
      namespaceGone("marketing", "ConfigMap/marketing/banner")(cluster);
      unapplied()(cluster);
    },
    git: issue(["webhook_mesh"], "Kustomization/flux-system/infra"),
  },
  {
    id: "dependency-not-applied-yet",
    tells: "The apps wait for another Kustomization, which a third has not applied yet.",
    good: beside(SHOP, ["infra"]),
    bad: beside(SHOP, ["controllers"], kustomization("controllers", "./apps")),
    cluster: (cluster) => {
      unapplied("Kustomization/flux-system/controllers")(cluster);
      const message = "dependency 'flux-system/controllers' not found";
      stopped(
        APPS,
        "DependencyNotReady",
        `${message}: kustomizations.kustomize.toolkit.fluxcd.io "controllers" not found`,
      )(cluster);
    },
    git: issue(["flux_dependson"], APPS),
  },
  {
    id: "health-check-of-what-comes",
    tells: "A health check names a Deployment that another Kustomization has not applied yet.",
    good: beside(SHOP, []),
    bad: {
      ...beside(SHOP, [], deployment({ name: "gate" })),
      "clusters/prod/apps.yaml": [kustomization("infra", "./infra"), kustomization("apps", "./apps", CHECKED)],
    },
    cluster: (cluster) => {
      unapplied("Deployment/shop/gate")(cluster);
      const message =
        "health check failed after 5m0.02s: timeout waiting for: [Deployment/shop/gate status: 'NotFound']";
      stopped(APPS, "HealthCheckFailed", message)(cluster);
    },
    git: { expected: "issue", category: ["webhook_mesh"], roots: ["Kustomization/flux-system/infra"], isCommit: false },
  },
  {
    id: "chart-source-not-applied-yet",
    tells: "A release takes its chart from a source that another Kustomization has not applied yet.",
    good: beside(release({}), []),
    bad: beside(changed(release({}), RELEASE, "spec.chart.spec.sourceRef.name", "mirror"), [], MIRROR),
    cluster: (cluster) => {
      unapplied("HelmRepository/shop/mirror")(cluster);
      const message = 'failed to get source: HelmRepository.source.toolkit.fluxcd.io "mirror" not found';
      releases("SourceNotReady", `HelmChart 'shop/shop-valkey' is not ready: ${message}`)(cluster);
    },
    git: issue(["helm_source"], RELEASE),
  },
  {
    id: "values-not-synced-yet",
    tells: "A release takes values from a Secret that an operator has not made yet.",
    good: release({ valuesFrom: [{ kind: "Secret", name: "valkey-old" }] }),
    bad: withObject(
      release({ valuesFrom: [{ kind: "Secret", name: "valkey-new" }] }),
      "apps/synced.yaml",
      object("external-secrets.io/v1", "ExternalSecret", "valkey-new", { spec: { target: { name: "valkey-new" } } }),
    ),
    cluster: (cluster) => {
      cluster.add(object("v1", "Secret", "valkey-old", {}), 9000);
      const message = "could not resolve Secret chart values reference 'shop/valkey-new' with key 'values.yaml'";
      releases("ValuesError", `${message}: secrets "valkey-new" not found`)(cluster);
    },
    git: issue(["helm_values"], RELEASE),
  },
  {
    id: "path-for-another-place",
    tells: "The folder of one region was never added; the only one that comes near is another region's.",
    good: { ...SHOP, "clusters/prod/apps.yaml": [kustomization("apps", "./apps")], ...REGION },
    bad: {
      ...SHOP,
      "clusters/prod/apps.yaml": [kustomization("apps", "./apps"), kustomization("regional", "./regions/eu/apps")],
      ...REGION,
    },
    cluster: stopped(
      "Kustomization/flux-system/regional",
      "ArtifactFailed",
      "kustomization path not found: stat /tmp/kustomization-1234/regions/eu/apps: no such file or directory",
    ),
    git: { expected: "issue", category: ["flux_path"], roots: ["Kustomization/flux-system/regional"] },
  },
  {
    id: "address-changed-by-hand",
    tells: "Somebody made a Service headless by hand; a commit only said what its port speaks.",
    good: SHOP,
    bad: changed(SHOP, "Service/shop/catalog", "spec.ports.0.appProtocol", "http"),
    cluster: (cluster) => {
      cluster.set("Service/shop/catalog", "spec", {
        clusterIP: "None",
        ports: [{ name: "http", port: 80, targetPort: 8080 }],
      });
      stopped(
        APPS,
        "ReconciliationFailed",
        'Service/shop/catalog dry-run failed (Invalid): Service "catalog" is invalid: spec.clusterIPs[0]: Invalid value: ["10.96.1.1"]: may not change once set',
      )(cluster);
    },
    git: issue(["immutable_field"], APPS),
  },
  {
    id: "branch-was-fetched-since",
    tells: "A source follows another branch since a commit, and fetched it; then its key was taken back.",
    good: addons({ branch: "main" }),
    bad: addons({ branch: "release" }),
    cluster: (cluster) => {
      const revision = "release@sha1:9999999999999999999999999999999999999999";
      cluster.set(ADDONS, "status", { artifact: { revision, lastUpdateTime: minutesAgo(24) } });
      const message = "failed to checkout and determine revision: unable to clone: authentication required";
      cluster.condition(ADDONS, { type: "Ready", status: "False", reason: "GitOperationFailed", message }, 15);
    },
    git: issue(["flux_source"], ADDONS),
  },
  {
    id: "source-follows-a-tag",
    tells: "The shop follows a tag of this repository: what is merged into its branch does not reach it.",
    good: tagged("1.4.2"),
    bad: tagged("1.5.0"),
    fates: { [CATALOG]: cannotPull(imageOf("catalog", "1.5.0"), notFound(imageOf("catalog", "1.5.0"))) },
    git: { expected: "issue", category: ["image_ref"], roots: [CATALOG] },
  },
  {
    id: "chart-version-was-deployed",
    tells: "The version of the chart was deployed days ago; its repository has lost it since.",
    good: release({}, "4.2.0"),
    bad: release({}),
    committed: 9000,
    cluster: released(
      { history: [deployed("4.2.1", 4), deployed("4.2.0", 3)] },
      "SourceNotReady",
      "HelmChart 'shop/shop-valkey' is not ready: invalid chart reference: failed to get chart version for remote reference: no 'valkey' chart with version matching '4.2.1' found",
    ),
    git: issue(["helm_chart_version"], RELEASE),
  },
  {
    id: "values-were-taken-before",
    tells: "A range took a new chart, whose schema refuses a value that the one before took.",
    good: release({ values: { replica: { replicas: 1 } } }, "4.x"),
    bad: release({ values: { replica: { replicas: 2 } } }, "4.x"),
    committed: 9000,
    cluster: released(
      {
        ...{ lastAttemptedRevision: "4.3.0", lastAttemptedConfigDigest: "sha256:aa" },
        history: [deployed("4.2.1", 4)],
      },
      "UpgradeFailed",
      "Helm upgrade failed for release shop/valkey with chart valkey@4.3.0: values don't meet the specifications of the schema(s) in the following chart(s):\nvalkey:\n- at '/replica': additional properties 'replicas' not allowed\n",
    ),
    git: issue(["helm_values"], RELEASE),
  },
  {
    id: "hook-of-an-upgrade-fails",
    tells: "A Job that runs before the upgrade fails: that may be what it asks as well as the new version.",
    good: release({}),
    bad: release({}, "4.3.0"),
    cluster: released(
      {
        ...{ lastAttemptedRevision: "4.3.0", lastAttemptedConfigDigest: "sha256:aa" },
        history: [deployed("4.2.1", 4)],
      },
      "UpgradeFailed",
      "Helm upgrade failed for release shop/valkey with chart valkey@4.3.0: pre-upgrade hooks failed: 1 error occurred:\n\t* job valkey-migrate failed: BackoffLimitExceeded",
    ),
    git: issue(["helm_upgrade"], RELEASE),
  },
];
