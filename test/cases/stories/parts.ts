import { cannotPull, crashes } from "../build/fates.ts";
import { kustomization, stopped } from "../build/flux.ts";
import { configMap, deployment, object } from "../build/manifests.ts";
import { field, type Story } from "../build/story.ts";
import { changed, type Tree } from "../build/tree.ts";
import { refused } from "./flux.ts";
import { imageOf, inContainer, SHOP } from "./shop.ts";

const APPS = "Kustomization/flux-system/apps";
const CATALOG = "Deployment/shop/catalog";
const RELEASE = "HelmRelease/shop/valkey";
const roots = [CATALOG];
const ARGS = inContainer("catalog", "args");
const IMAGE = inContainer("catalog", "image");
const MORE = changed(SHOP, CATALOG, ARGS, ["serve", "--listen=:8080", "--threads=6"]);
const WITH_FLUX: Tree = { "clusters/prod/apps.yaml": [kustomization("apps", "./apps")], ...SHOP };

const GOOD_LIMITS = "server:\n  read_timeout: 15s\nlimits:\n  lines: 200\n";

/** The catalog with a file of settings. */
function withFile(text: string): Tree {
  return {
    ...SHOP,
    "apps/catalog.yaml": [
      configMap("catalog-settings", { "config.yaml": text }),
      deployment({
        name: "catalog",
        container: { volumeMounts: [{ name: "settings", mountPath: "/etc/catalog" }] },
        pod: { volumes: [{ name: "settings", configMap: { name: "catalog-settings" } }] },
      }),
    ],
  };
}

function withValues(values: Readonly<Record<string, unknown>>): Tree {
  const chart = { spec: { chart: "valkey", version: "4.2.1", sourceRef: { kind: "HelmRepository", name: "charts" } } };
  return {
    ...WITH_FLUX,
    "apps/valkey.yaml": [
      object("source.toolkit.fluxcd.io/v1", "HelmRepository", "charts", {
        spec: { interval: "1h", url: "https://charts.example.test" },
      }),
      object("helm.toolkit.fluxcd.io/v2", "HelmRelease", "valkey", { spec: { interval: "30m", chart, values } }),
    ],
  };
}

const mounted = (volume: string): Tree =>
  changed(
    changed(WITH_FLUX, CATALOG, inContainer("catalog", "volumeMounts"), [{ name: "cache", mountPath: "/var/cache" }]),
    CATALOG,
    "spec.template.spec.volumes",
    [{ name: volume, emptyDir: {} }],
  );

/** Commits that did several things of which one hurts, and commits that only happened to come before the trouble. */
export const PARTS: readonly Story[] = [
  {
    id: "one-of-two-lines",
    tells: "A commit changed two lines of a file of settings; the program names the one it cannot read.",
    good: withFile(GOOD_LIMITS),
    bad: withFile("server:\n  read_timeout: 20\nlimits:\n  lines: 400\n"),
    fates: {
      [CATALOG]: crashes({
        log: 'FATAL load /etc/catalog/config.yaml: server.read_timeout: time: missing unit in duration "20"\n',
      }),
    },
    git: {
      expected: "propose",
      category: ["configmap_content"],
      roots,
      fields: [
        field(
          "ConfigMap/shop/catalog-settings",
          ["data", "config.yaml"],
          "server:\n  read_timeout: 15s\nlimits:\n  lines: 400\n",
        ),
      ],
    },
  },
  {
    id: "one-of-two-values",
    tells: "A commit changed two values of a release; the chart's schema refuses one of them.",
    good: withValues({ replicas: 2, memory: "128Mi" }),
    bad: withValues({ replicas: "three", memory: "192Mi" }),
    cluster: stopped(
      RELEASE,
      "UpgradeFailed",
      "Helm upgrade failed for release shop/valkey with chart valkey@4.2.1: values don't meet the specifications of the schema(s) in the following chart(s):\nvalkey:\n- at '/replicas': got string, want integer\n",
    ),
    git: {
      expected: "propose",
      category: ["helm_values"],
      roots: [RELEASE],
      fields: [field(RELEASE, "spec.values.replicas", 2), field(RELEASE, "spec.values.memory", "192Mi")],
    },
  },
  {
    id: "flag-called-by-its-feature",
    tells: "A flag was turned on; the program speaks of the feature, and of what it lacks for it.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "env.3"), { name: "FEATURE_BULK_PRICES", value: "true" }),
    fates: { [CATALOG]: crashes({ log: "FATAL bulk_prices: PRICES_URL is not set\n" }) },
    git: { expected: "propose", category: ["env_var", "feature_flag"], roots },
  },
  {
    id: "data-damaged",
    tells: "The catalog was told to use more threads; it does not start since, because its data is damaged.",
    resembles: ["probe-asks-wrongly"],
    good: SHOP,
    bad: MORE,
    fates: { [CATALOG]: crashes({ log: "FATAL open segment _4f: checksum mismatch: index is corrupt\n" }) },
    git: { expected: "issue", category: ["app_or_db"], roots, isCommit: false },
  },
  {
    id: "speaks-of-something-else",
    tells:
      "The catalog was told to use more threads; it does not start since, and says that a peer takes no more clients.",
    resembles: ["probe-asks-wrongly"],
    good: SHOP,
    bad: MORE,
    fates: { [CATALOG]: crashes({ log: "FATAL redis: ERR max number of clients reached\n" }) },
    git: { expected: "issue", category: ["app_or_db"], roots, isCommit: false },
  },
  {
    id: "disk-turned-read-only",
    tells: "The catalog was told to use more threads; the system has made its disk unwritable after an error.",
    good: SHOP,
    bad: MORE,
    fates: { [CATALOG]: crashes({ log: "FATAL open /var/lib/catalog/LOCK: Read-only file system\n" }) },
    git: { expected: "issue", category: ["pvc_storage"], roots, isCommit: false },
  },
  {
    id: "node-has-no-room-for-image",
    tells: "The catalog was upgraded; the node has no room left for the image.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, IMAGE, imageOf("catalog", "1.4.3")),
    fates: {
      [CATALOG]: cannotPull(
        imageOf("catalog", "1.4.3"),
        "failed to extract layer sha256:1d2: write /var/lib/containerd/snapshots/812/fs/usr/lib/libx.so: no space left on device",
      ),
    },
    git: { expected: "issue", category: ["node_infra"], roots, isCommit: false },
  },
  {
    id: "one-of-two-flags",
    tells: "A commit added two flags; the program does not know one of them.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, ARGS, ["serve", "--listen=:8080", "--cache-mb=64", "--cache-polcy=lru"]),
    fates: { [CATALOG]: crashes({ exitCode: 2, log: "Error: unknown flag: --cache-polcy\n" }) },
    git: {
      expected: "propose",
      category: ["command_args"],
      roots,
      fields: [field(CATALOG, ARGS, ["serve", "--listen=:8080", "--cache-mb=64"])],
    },
  },
  {
    id: "volume-renamed-mount-not",
    tells: "A volume got another name, and the mount of it did not.",
    good: mounted("cache"),
    bad: mounted("scratch"),
    cluster: refused(
      ["scratch", "cache"],
      'Deployment/shop/catalog dry-run failed (Invalid): Deployment.apps "catalog" is invalid: spec.template.spec.containers[0].volumeMounts[0].name: Not found: "cache"',
    ),
    git: { expected: "propose", category: ["configmap_missing"], roots: [APPS] },
  },
  {
    id: "namespace-being-deleted",
    tells: "Somebody deletes the namespace; a commit that was merged since cannot be applied there.",
    good: WITH_FLUX,
    bad: changed(WITH_FLUX, CATALOG, ARGS, ["serve", "--listen=:8080", "--threads=6"]),
    cluster: stopped(
      APPS,
      "ReconciliationFailed",
      'Deployment/shop/catalog dry-run failed (Forbidden): deployments.apps "catalog" is forbidden: unable to create new content in namespace shop because it is being terminated',
    ),
    git: { expected: "issue", category: ["gitops_namespace"], roots: [APPS], isCommit: false },
  },
];
