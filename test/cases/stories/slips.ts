import { kustomization, stopped } from "../build/flux.ts";
import { configMap, object } from "../build/manifests.ts";
import { field, type Story } from "../build/story.ts";
import type { Manifest, Tree } from "../build/tree.ts";
import { SHOP } from "./shop.ts";

const OPENED: Tree = { "clusters/prod/apps.yaml": [kustomization("apps", "./apps")], ...SHOP };
const APPS = "Kustomization/flux-system/apps";
const MONITOR = "Kustomization/flux-system/storage-monitor";
const CACHE = "Kustomization/flux-system/cache";
const RELEASE = "HelmRelease/shop/valkey";
const SOURCE = "OCIRepository/shop/valkey";

const settings = (name: string): readonly Manifest[] => [configMap(`${name}-settings`, { level: "info" }, "default")];

/** A monitor that waits for something, beside what there is to wait for. */
function monitored(dependency: string, others: readonly string[]): Tree {
  const monitor = kustomization("storage-monitor", "./storage/monitor", { dependsOn: [{ name: dependency }] });
  return {
    ...OPENED,
    "clusters/prod/storage.yaml": [monitor, ...others.map((name) => kustomization(name, `./storage/${name}`))],
    "storage/monitor/settings.yaml": settings("monitor"),
    ...Object.fromEntries(others.map((name) => [`storage/${name}/settings.yaml`, settings(name)])),
  };
}

const unnamed = (name: string): NonNullable<Story["cluster"]> =>
  stopped(
    MONITOR,
    "DependencyNotReady",
    `dependency 'flux-system/${name}' not found: kustomizations.kustomize.toolkit.fluxcd.io "${name}" not found`,
  );

/** A team's Kustomization, which stands beside the folder that it builds. */
function team(path: string, folders: readonly string[]): Tree {
  return {
    ...OPENED,
    "clusters/prod/teams.yaml": [kustomization("teams", "./teams")],
    "teams/data/cache/flux/cache.yaml": [kustomization("cache", path)],
    "teams/kustomization.yaml":
      "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - data/cache/flux/cache.yaml\n",
    ...Object.fromEntries(folders.map((folder) => [`${folder}/settings.yaml`, settings("cache")])),
  };
}

const unfound = (path: string): string =>
  `kustomization path not found: stat /tmp/kustomization-1234/${path}: no such file or directory`;

const route = (lines: readonly string[], level: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: route\n  namespace: shop\n  annotations:\n${lines.map((line) => `    ${line}\n`).join("")}data:\n  level: ${level}\n  host: shop.example.test\n`;

const WELL = [
  "example.test/class: internal",
  'example.test/host: "{shop}"',
  "example.test/path: /",
  "example.test/tls: auto",
];
const ILL = [
  "example.test/gateway: public",
  "example.test/hosts:",
  "- {shop}:{https}",
  "example.test/rules: >-",
  "example.test/to: *web",
];

function routed(lines: readonly string[], level: string): Tree {
  return {
    ...OPENED,
    "clusters/prod/routes.yaml": [kustomization("routes", "./routes")],
    "routes/route.yaml": route(lines, level),
  };
}

/** A release of a chart that an OCIRepository brings. */
function charted(chart: string, values: Readonly<Record<string, unknown>>): Tree {
  const source = object("source.toolkit.fluxcd.io/v1", "OCIRepository", "valkey", {
    spec: { interval: "1h", url: `oci://ghcr.example.test/charts/${chart}`, ref: { tag: "4.2.1" } },
  });
  const chartRef = { kind: "OCIRepository", name: "valkey" };
  const release = object("helm.toolkit.fluxcd.io/v2", "HelmRelease", "valkey", {
    spec: { interval: "30m", chartRef, values },
  });
  return { ...OPENED, "apps/valkey.yaml": [release], "apps/valkey-source.yaml": [source] };
}

/** A release of a chart of an index, in a version and with values. */
function versioned(version: string, values: Readonly<Record<string, unknown>>): Tree {
  const charts = object("source.toolkit.fluxcd.io/v1", "HelmRepository", "charts", {
    spec: { interval: "1h", url: "https://charts.example.test" },
  });
  const chart = { spec: { chart: "valkey", version, sourceRef: { kind: "HelmRepository", name: "charts" } } };
  const release = object("helm.toolkit.fluxcd.io/v2", "HelmRelease", "valkey", {
    spec: { interval: "30m", chart, values },
  });
  return { ...OPENED, "apps/valkey.yaml": [charts, release] };
}

const DENIED =
  "failed to determine artifact digest: GET https://ghcr.example.test/token?scope=repository%3Acharts%3Apull: DENIED: denied";

/** The release repeats what its source says. */
const undelivered: NonNullable<Story["cluster"]> = (cluster) => {
  stopped(SOURCE, "OCIArtifactPullFailed", DENIED)(cluster);
  const said = `OCIRepository 'shop/valkey' is not ready: ${DENIED}`;
  stopped(RELEASE, "SourceNotReady", said)(cluster);
};

/** A release beside another, each with a field of its own. */
function released(field: string): Tree {
  const release = (name: string, spec: Readonly<Record<string, unknown>>): Manifest =>
    object("helm.toolkit.fluxcd.io/v2", "HelmRelease", name, {
      spec: { interval: "30m", chartRef: { kind: "OCIRepository", name: "charts" }, ...spec },
    });
  return {
    ...OPENED,
    "apps/mail.yaml": [release("mail", { targetNamespace: "mail" })],
    ...(field === "" ? {} : { "apps/valkey.yaml": [release("valkey", { [field]: "data" })] }),
  };
}

const unknownField = (field: string): NonNullable<Story["cluster"]> => {
  const refusal = stopped(
    APPS,
    "ReconciliationFailed",
    `HelmRelease/shop/valkey dry-run failed: failed to create typed patch object (shop/valkey; helm.toolkit.fluxcd.io/v2, Kind=HelmRelease): .spec.${field}: field not declared in schema`,
  );
  return (cluster) => {
    refusal(cluster);
    cluster.remove(RELEASE);
  };
};

/** References that nothing has ever answered to, and what else a slip of the hand leaves behind. */
export const SLIPS: readonly Story[] = [
  {
    id: "dependency-without-the-family-name",
    tells: "A new Kustomization waits for the operator by half its name; the other half is also its own.",
    good: monitored("storage-operator", ["storage-operator", "mail-operator"]),
    bad: monitored("operator", ["storage-operator", "mail-operator"]),
    cluster: unnamed("operator"),
    git: {
      expected: "propose",
      category: ["flux_dependson"],
      roots: [MONITOR],
      fields: [field(MONITOR, "spec.dependsOn.0.name", "storage-operator")],
    },
  },
  {
    id: "dependency-of-another-family",
    tells: "A new Kustomization waits for an operator, and there is only one of another family.",
    good: OPENED,
    bad: monitored("operator", ["mail-operator"]),
    cluster: unnamed("operator"),
    git: { expected: "issue", category: ["flux_dependson"], roots: [MONITOR] },
  },
  {
    id: "path-of-an-older-tree",
    tells: "A new Kustomization was copied with the path of an older tree; what it builds stands below it.",
    good: OPENED,
    bad: team("./old/main/cache/flux/app", ["teams/data/cache/flux/app"]),
    cluster: stopped(CACHE, "ArtifactFailed", unfound("old/main/cache/flux/app")),
    git: {
      expected: "propose",
      category: ["flux_path"],
      roots: [CACHE],
      fields: [field(CACHE, "spec.path", "./teams/data/cache/flux/app")],
    },
  },
  {
    id: "path-from-another-top",
    tells: "A new Kustomization's path begins with a folder that is nowhere; without it the way is there.",
    good: OPENED,
    bad: team("./kubernetes/data/cache", ["data/cache"]),
    cluster: stopped(CACHE, "ArtifactFailed", unfound("kubernetes/data/cache")),
    git: {
      expected: "propose",
      category: ["flux_path"],
      roots: [CACHE],
      fields: [field(CACHE, "spec.path", "./data/cache")],
    },
  },
  {
    id: "path-of-an-older-tree-twice-there",
    tells: "A new Kustomization was copied with the path of an older tree; two folders below it end like that.",
    good: OPENED,
    bad: team("./old/main/cache/flux/app", ["teams/data/cache/flux/blue/flux/app", "teams/data/cache/flux/app"]),
    cluster: stopped(CACHE, "ArtifactFailed", unfound("old/main/cache/flux/app")),
    git: { expected: "issue", category: ["flux_path"], roots: [CACHE] },
  },
  {
    id: "field-in-lower-case",
    tells: "A new release says targetnamespace, which the API server does not know; another one says it right.",
    good: released(""),
    bad: released("targetnamespace"),
    cluster: unknownField("targetnamespace"),
    git: {
      expected: "propose",
      category: ["api_version"],
      roots: [APPS],
      fields: [field(RELEASE, "spec.targetnamespace", null), field(RELEASE, "spec.targetNamespace", "data")],
    },
  },
  {
    id: "field-that-nobody-has",
    tells: "A new release has a field that the API server does not know, and none of the others has one like it.",
    good: released(""),
    bad: released("storage"),
    cluster: unknownField("storage"),
    git: { expected: "issue", category: ["api_version"], roots: [APPS] },
  },
  {
    id: "volume-with-a-namespace",
    tells: "A new volume says no capacity; it says a namespace too, which the message does not repeat.",
    good: OPENED,
    bad: {
      ...OPENED,
      "apps/disk.yaml": [object("v1", "PersistentVolume", "disk", { spec: { nfs: { server: "nas", path: "/" } } })],
    },
    cluster: (cluster) => {
      stopped(
        APPS,
        "ReconciliationFailed",
        'PersistentVolume/disk dry-run failed (Invalid): PersistentVolume "disk" is invalid: [spec.capacity: Required value, spec.capacity: Unsupported value: null: supported values: "storage"]',
      )(cluster);
      cluster.remove("PersistentVolume/shop/disk");
    },
    git: { expected: "issue", category: ["pvc_storage"], roots: [APPS] },
  },
  {
    id: "block-that-is-no-yaml",
    tells: "A commit rewrites a block, which is no YAML any more, and one line elsewhere in the file.",
    good: routed(WELL, "info"),
    bad: routed(ILL, "debug"),
    cluster: stopped(
      "Kustomization/flux-system/routes",
      "BuildFailed",
      "failed to decode Kubernetes YAML from /tmp/kustomization-1234/routes/route.yaml: error converting YAML to JSON: yaml: unknown anchor 'web' referenced",
    ),
    git: { expected: "propose", category: ["kustomize_build"], roots: ["Kustomization/flux-system/routes"] },
  },
  {
    id: "chart-address-misspelled",
    tells: "A commit misspells the address of a chart; the release repeats what its source says.",
    good: charted("valkey", { replicas: 2 }),
    bad: charted("valky", { replicas: 2 }),
    cluster: undelivered,
    git: { expected: "propose", category: ["helm_source"], roots: [SOURCE] },
  },
  {
    id: "chart-exchanged-with-its-values",
    tells: "A commit takes another chart, which nobody may read, and gives the release that chart's values.",
    good: charted("valkey", { replicas: 2 }),
    bad: charted("app-template", { controllers: { valkey: { replicas: 2 } } }),
    cluster: undelivered,
    git: {
      expected: "propose",
      category: ["helm_source"],
      roots: [SOURCE],
      fields: [
        field(SOURCE, "spec.url", "oci://ghcr.example.test/charts/valkey"),
        field(RELEASE, "spec.values", { replicas: 2 }),
      ],
    },
  },
  {
    id: "chart-version-with-its-values",
    tells: "A commit asks for a version of the chart that nobody made, and gives the values of that version.",
    good: versioned("4.2.1", { replicas: 2 }),
    bad: versioned("5.2.1", { replica: { count: 2 } }),
    cluster: stopped(
      RELEASE,
      "SourceNotReady",
      "HelmChart 'shop/shop-valkey' is not ready: invalid chart reference: failed to get chart version for remote reference: no 'valkey' chart with version matching '5.2.1' found",
    ),
    git: {
      expected: "propose",
      category: ["helm_chart_version"],
      roots: [RELEASE],
      fields: [field(RELEASE, "spec.chart.spec.version", "4.2.1"), field(RELEASE, "spec.values", { replicas: 2 })],
    },
  },
];
