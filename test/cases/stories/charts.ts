import { stringify } from "yaml";
import { cannotPull, crashes, notFound, outOfMemory, unready } from "../build/fates.ts";
import { configMap, deployment, httpGet, object } from "../build/manifests.ts";
import { field, type Story } from "../build/story.ts";
import type { Manifest, Tree } from "../build/tree.ts";
import { imageOf, namespace } from "./shop.ts";

type Map = Readonly<Record<string, unknown>>;

/** What the chart's templates take, as its values.yaml says it. */
type Values = {
  readonly replicas: number;
  readonly image: { readonly repository: string; readonly tag: string };
  readonly database: string;
  readonly probe: { readonly path: string };
  readonly memory: string;
  readonly logLevel: string;
};

const DEFAULTS: Values = {
  replicas: 2,
  image: { repository: "registry.example.test/shop/catalog", tag: "1.4.2" },
  database: "postgres",
  probe: { path: "/readyz" },
  memory: "256Mi",
  logLevel: "info",
};

const LOST_DATABASE = crashes({
  log: "2026/11/20 09:58:02 FATAL connect to database: dial tcp: lookup postgress on 10.96.0.10:53: no such host\n",
});

const TEMPLATE = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  labels:
    app: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels:
      app: {{ .Release.Name }}
  template:
    metadata:
      labels:
        app: {{ .Release.Name }}
    spec:
      containers:
        - name: {{ .Release.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          ports:
            - name: http
              containerPort: 8080
          env:
            - name: DB_HOST
              value: {{ .Values.database | quote }}
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              memory: {{ .Values.memory }}
          readinessProbe:
            httpGet:
              path: {{ .Values.probe.path }}
              port: 8080
            periodSeconds: 10
`;

const CATALOG = "Deployment/shop/catalog";
const RELEASE = "HelmRelease/shop/catalog";

/** The catalog as a release of a chart that lies elsewhere. */
function remote(values: Map, version = "3.1.0"): Tree {
  const source = object("source.toolkit.fluxcd.io/v1", "HelmRepository", "charts", {
    spec: { interval: "1h", url: "https://charts.example.test" },
  });
  const chart = { spec: { chart: "web", version, sourceRef: { kind: "HelmRepository", name: "charts" } } };
  return {
    "apps/namespace.yaml": [namespace("shop")],
    "apps/catalog.yaml": [
      source,
      object("helm.toolkit.fluxcd.io/v2", "HelmRelease", "catalog", { spec: { interval: "10m", chart, values } }),
    ],
  };
}

/** The same with its values in a file, of which kustomize makes a ConfigMap. */
function remoteWithFile(database: string): Tree {
  const { "apps/catalog.yaml": held = [], ...others } = remote({});
  const valuesFrom = [{ kind: "ConfigMap", name: "catalog-values" }];
  const generated = { name: "catalog-values", namespace: "shop", files: ["values.yaml=catalog-values.yaml"] };
  const kustomization = {
    resources: ["namespace.yaml", "catalog.yaml"],
    generatorOptions: { disableNameSuffixHash: true },
    configMapGenerator: [generated],
  };
  const catalog = (typeof held === "string" ? [] : held).map((each) =>
    each.kind === "HelmRelease" ? { ...each, spec: { ...(each["spec"] as Map), valuesFrom } } : each,
  );
  return {
    ...others,
    "apps/catalog.yaml": catalog,
    "apps/catalog-values.yaml": `# What the catalog is told.\nenv:\n  DB_HOST: ${database}\n  LOG_LEVEL: info\n`,
    "apps/kustomization.yaml": stringify(kustomization),
  };
}

function release(name: string, spec: Map): Manifest {
  const sourceRef = { kind: "GitRepository", name: "flux-system", namespace: "flux-system" };
  const chart = { spec: { chart: "./charts/web", sourceRef } };
  return object("helm.toolkit.fluxcd.io/v2", "HelmRelease", name, { spec: { interval: "10m", chart, ...spec } });
}

/** A repository with a chart of its own, and the catalog as a release of it. */
function tree(spec: Map, defaults: Values = DEFAULTS, template = TEMPLATE): Tree {
  return {
    "apps/namespace.yaml": [namespace("shop")],
    "apps/catalog.yaml": [release("catalog", spec)],
    "charts/web/Chart.yaml": stringify({ apiVersion: "v2", name: "web", version: "0.1.0" }),
    "charts/web/values.yaml": stringify(defaults),
    "charts/web/templates/deployment.yaml": template,
  };
}

/** What Helm makes of the chart. */
function made(name: string, values: Partial<Values> = {}, probePort = 8080): Manifest {
  const all = { ...DEFAULTS, ...values };
  const app = deployment({
    name,
    replicas: all.replicas,
    image: `${all.image.repository}:${all.image.tag}`,
    env: { DB_HOST: all.database },
    container: {
      resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: all.memory } },
      readinessProbe: httpGet(all.probe.path, probePort),
    },
  });
  const owner = {
    "helm.toolkit.fluxcd.io/name": name,
    "helm.toolkit.fluxcd.io/namespace": "shop",
    "app.kubernetes.io/managed-by": "Helm",
  };
  return { ...app, metadata: { ...app.metadata, labels: { app: name, ...owner } } };
}

const APPLIED: NonNullable<Story["cluster"]> = (cluster) => {
  for (const { metadata } of cluster.ofKind("HelmRelease")) {
    const message = `Helm upgrade succeeded for release shop/${metadata.name}.v3 with chart web@0.1.0`;
    const told = { type: "Ready", status: "True", reason: "UpgradeSucceeded", message };
    cluster.condition(`HelmRelease/shop/${metadata.name}`, told, 25);
  }
};

const roots = [CATALOG, RELEASE];
const TAG = { image: { ...DEFAULTS.image, tag: "1.5.0-rc9" } };

/** Releases of a chart that lies in the same repository. */
export const CHARTS: readonly Story[] = [
  {
    id: "chart-values-tag",
    tells: "A release's values name a tag that the registry does not have.",
    good: tree({ values: { image: { tag: "1.4.1" }, replicas: 2 } }),
    bad: tree({ values: { image: { tag: "1.5.0-rc9" }, replicas: 2 } }),
    charted: {
      good: [made("catalog", { image: { ...DEFAULTS.image, tag: "1.4.1" } })],
      bad: [made("catalog", TAG)],
    },
    fates: { [CATALOG]: cannotPull(imageOf("catalog", "1.5.0-rc9"), notFound(imageOf("catalog", "1.5.0-rc9"))) },
    cluster: APPLIED,
    git: { expected: "propose", category: ["image_ref"], roots },
  },
  {
    id: "chart-values-from-config-map",
    tells: "A ConfigMap of values, beside other changes, gives the release a database that does not exist.",
    good: {
      ...tree({ valuesFrom: [{ kind: "ConfigMap", name: "catalog-values" }] }),
      "apps/values.yaml": [configMap("catalog-values", { "values.yaml": "logLevel: info\ndatabase: postgres\n" })],
    },
    bad: {
      ...tree({ valuesFrom: [{ kind: "ConfigMap", name: "catalog-values" }] }),
      "apps/values.yaml": [configMap("catalog-values", { "values.yaml": "logLevel: info\ndatabase: postgress\n" })],
    },
    charted: { good: [made("catalog")], bad: [made("catalog", { database: "postgress" })] },
    fates: {
      [CATALOG]: LOST_DATABASE,
    },
    cluster: APPLIED,
    git: { expected: "propose", category: ["env_var"], roots },
  },
  {
    id: "chart-default-memory",
    tells: "The chart's own memory limit was lowered, for every release that takes it; the catalog needs more.",
    good: { ...tree({}), "apps/search.yaml": [release("search", {})] },
    bad: { ...tree({}, { ...DEFAULTS, memory: "64Mi" }), "apps/search.yaml": [release("search", {})] },
    charted: {
      good: [made("catalog"), made("search")],
      bad: [made("catalog", { memory: "64Mi" }), made("search", { memory: "64Mi" })],
    },
    fates: { [CATALOG]: outOfMemory("loading 40000 items\n") },
    cluster: APPLIED,
    git: { expected: "propose", category: ["oom_limit"], roots },
  },
  {
    id: "chart-values-probe",
    tells: "A release's values send the readiness probe to a path that the program does not serve.",
    good: tree({ values: { probe: { path: "/readyz" } } }),
    bad: tree({ values: { probe: { path: "/health/ready" } } }),
    charted: { good: [made("catalog")], bad: [made("catalog", { probe: { path: "/health/ready" } })] },
    fates: { [CATALOG]: unready("HTTP probe failed with statuscode: 404") },
    cluster: APPLIED,
    git: { expected: "propose", category: ["probe"], roots },
  },
  {
    id: "chart-template-probe",
    tells: "A template of the chart probes a port on which nothing listens.",
    good: tree({}),
    bad: tree({}, DEFAULTS, TEMPLATE.replace("port: 8080\n            period", "port: 8081\n            period")),
    charted: { good: [made("catalog")], bad: [made("catalog", {}, 8081)] },
    fates: {
      [CATALOG]: unready('Get "http://10.244.1.9:8081/readyz": dial tcp 10.244.1.9:8081: connect: connection refused'),
    },
    cluster: APPLIED,
    git: { expected: "propose", category: ["probe"], roots },
  },
  {
    id: "chart-values-innocent",
    tells: "A value that no template reads was changed; the registry does not answer.",
    good: tree({ values: { logLevel: "info" } }),
    bad: tree({ values: { logLevel: "debug" } }),
    charted: { good: [made("catalog")], bad: [made("catalog")] },
    fates: {
      [CATALOG]: cannotPull(
        imageOf("catalog"),
        `failed to do request: Head "https://registry.example.test/v2/shop/catalog/manifests/1.4.2": dial tcp: lookup registry.example.test on 10.0.0.2:53: no such host`,
      ),
    },
    cluster: APPLIED,
    git: { expected: "issue", category: ["network", "image_ref"], roots, isCommit: false },
  },
  {
    id: "chart-template-breaks",
    tells: "A template of the chart asks for a value that no release has.",
    good: tree({ values: { replicas: 2 } }),
    bad: tree({ values: { replicas: 2 } }, DEFAULTS, TEMPLATE.replace("Values.probe.path", "Values.probes.ready.path")),
    charted: { good: [made("catalog")], bad: [made("catalog")] },
    cluster: (cluster) => {
      const message =
        'Helm upgrade failed for release shop/catalog with chart web@0.1.0: template: web/templates/deployment.yaml:34:30: executing "web/templates/deployment.yaml" at <.Values.probes.ready.path>: nil pointer evaluating interface {}.ready';
      const told = { type: "Ready", status: "False", reason: "UpgradeFailed", message, observedGeneration: 2 };
      cluster.condition(RELEASE, told, 20);
    },
    git: { expected: "propose", category: ["helm_values", "helm_upgrade"], roots: [RELEASE] },
  },
  {
    id: "chart-elsewhere-tag",
    tells: "The values of a release, whose chart lies elsewhere, name a tag that the registry does not have.",
    good: remote({ image: { tag: "1.4.2" }, config: { level: "info" } }),
    bad: remote({ image: { tag: "1.5.0-rc9" }, config: { level: "debug" } }),
    charted: { good: [made("catalog")], bad: [made("catalog", TAG)] },
    fates: { [CATALOG]: cannotPull(imageOf("catalog", "1.5.0-rc9"), notFound(imageOf("catalog", "1.5.0-rc9"))) },
    cluster: APPLIED,
    git: {
      expected: "propose",
      category: ["image_ref"],
      roots,
      fields: [field(RELEASE, "spec.values.image.tag", "1.4.2")],
    },
  },
  {
    id: "chart-elsewhere-env",
    tells: "The values of a release, whose chart lies elsewhere, name a database that does not exist.",
    good: remote({ env: { DB_HOST: "postgres" } }),
    bad: remote({ env: { DB_HOST: "postgress" } }),
    charted: { good: [made("catalog")], bad: [made("catalog", { database: "postgress" })] },
    fates: {
      [CATALOG]: LOST_DATABASE,
    },
    cluster: APPLIED,
    git: { expected: "propose", category: ["env_var"], roots },
  },
  {
    id: "chart-elsewhere-values-file",
    tells: "A generated ConfigMap of values, for a chart that lies elsewhere, names a database that does not exist.",
    good: remoteWithFile("postgres"),
    bad: remoteWithFile("postgress"),
    charted: { good: [made("catalog")], bad: [made("catalog", { database: "postgress" })] },
    fates: {
      [CATALOG]: LOST_DATABASE,
    },
    cluster: APPLIED,
    git: { expected: "propose", category: ["env_var"], roots },
  },
  {
    id: "chart-elsewhere-innocent",
    tells: "A release of a chart elsewhere got more replicas; its new chart version, not the values, brought the tag.",
    good: remote({ replicaCount: 2 }),
    bad: remote({ replicaCount: 3 }, "3.2.0"),
    charted: { good: [made("catalog")], bad: [made("catalog", { ...TAG, replicas: 3 })] },
    fates: { [CATALOG]: cannotPull(imageOf("catalog", "1.5.0-rc9"), notFound(imageOf("catalog", "1.5.0-rc9"))) },
    cluster: APPLIED,
    git: { expected: "issue", category: ["image_ref", "helm_chart_version"], roots, isCommit: false },
  },
];
