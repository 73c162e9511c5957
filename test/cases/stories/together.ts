import { kustomization, stopped } from "../build/flux.ts";
import { object } from "../build/manifests.ts";
import { field, type Story } from "../build/story.ts";
import { type Manifest, type Tree, withObject } from "../build/tree.ts";
import { SHOP } from "./shop.ts";

const APPS = "Kustomization/flux-system/apps";
const INFRA = "Kustomization/flux-system/infrastructure";
const RELEASE = "HelmRelease/shop/cache";
const OPENED: Tree = { "clusters/prod/apps.yaml": [kustomization("apps", "./apps")], ...SHOP };

type Port = { readonly name: string; readonly port: number };

const HTTP: Port = { name: "http", port: 8006 };

/** A machine outside the cluster: its Service, and where it is, in one file. */
function outside(ports: readonly Port[], named: readonly Port[] = ports): Tree {
  const service = object("v1", "Service", "nas", {
    spec: { ports: named.map((port) => ({ ...port, targetPort: port.port })) },
  });
  const slice = object("discovery.k8s.io/v1", "EndpointSlice", "nas", {
    addressType: "IPv4",
    endpoints: [{ addresses: ["192.0.2.7"] }],
    ports: ports.map((port) => ({ ...port, protocol: "TCP" })),
  });
  return { ...OPENED, "apps/nas.yaml": [service, slice] };
}

const refused: NonNullable<Story["cluster"]> = (cluster) => {
  cluster.set("Service/shop/nas", "spec", { ports: [{ ...HTTP, targetPort: HTTP.port }] });
  stopped(
    APPS,
    "ReconciliationFailed",
    'Service/shop/nas dry-run failed (Invalid): Service "nas" is invalid: spec.ports[1].name: Duplicate value: "http"',
  )(cluster);
};

function waiting(names: readonly string[]): Tree {
  return {
    ...OPENED,
    "clusters/prod/infrastructure.yaml": [
      ...["config", "secrets"].map((name) => kustomization(name, `./infrastructure/${name}`)),
      kustomization("infrastructure", "./infrastructure/base", { dependsOn: names.map((name) => ({ name })) }),
    ],
    ...Object.fromEntries(
      ["config", "secrets", "base"].map((name) => [
        `infrastructure/${name}/settings.yaml`,
        [object("v1", "ConfigMap", `${name}-settings`, { data: { level: "info" } })],
      ]),
    ),
  };
}

const source = (name: string): Manifest =>
  object("source.toolkit.fluxcd.io/v1", "OCIRepository", name, {
    spec: { interval: "1h", url: `oci://ghcr.example.test/charts/${name}`, ref: { tag: "4.2.1" } },
  });

const release = (name: string, chart: string): Manifest =>
  object("helm.toolkit.fluxcd.io/v2", "HelmRelease", name, {
    spec: { interval: "30m", chartRef: { kind: "OCIRepository", name: chart } },
  });

/** A release, and what else there is. */
function cached(chart: string, sources: Tree): Tree {
  return { ...OPENED, "apps/cache/release.yaml": [release("cache", chart)], ...sources };
}

const sourceless = (name: string): NonNullable<Story["cluster"]> =>
  stopped(
    RELEASE,
    "ArtifactFailed",
    `could not get Source object: OCIRepository.source.toolkit.fluxcd.io "${name}" not found`,
  );

const CACHE = "Kustomization/flux-system/cache";

/** A new folder whose list names one file, and the files that stand in it. */
function listed(name: string, files: readonly string[]): Tree {
  return {
    ...OPENED,
    "clusters/prod/cache.yaml": [kustomization("cache", "./cache")],
    "cache/kustomization.yaml": `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - ${name}\n`,
    ...Object.fromEntries(
      files.map((file) => [
        `cache/${file}`,
        [object("v1", "ConfigMap", file.replace(/\.yaml$/, ""), { data: { level: "info" } })],
      ]),
    ),
  };
}

const unlisted = (name: string): NonNullable<Story["cluster"]> =>
  stopped(
    CACHE,
    "BuildFailed",
    `kustomize build failed: accumulating resources: accumulation err='accumulating resources from '${name}': open /tmp/kustomization-1234/cache/${name}: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '/tmp/kustomization-1234/cache/${name}' : lstat /tmp/kustomization-1234/cache/${name}: no such file or directory`,
  );

function mailed(name: string): Tree {
  return {
    ...OPENED,
    "clusters/prod/mail.yaml": [
      kustomization(name, `./mail/${name}`),
      kustomization("letters", "./mail/letters", { dependsOn: [{ name: "mailer" }] }),
    ],
    ...Object.fromEntries(
      [name, "letters"].map((folder) => [
        `mail/${folder}/${folder}.yaml`,
        [object("v1", "ConfigMap", `${folder}-settings`, { data: { sends: folder } })],
      ]),
    ),
  };
}

const unmailed: NonNullable<Story["cluster"]> = stopped(
  "Kustomization/flux-system/letters",
  "DependencyNotReady",
  "dependency 'flux-system/mailer' not found: kustomizations.kustomize.toolkit.fluxcd.io \"mailer\" not found",
);

/** What stands in one file, one folder or one list, and was written as one. */
export const TOGETHER: readonly Story[] = [
  {
    id: "service-and-slice-of-one-commit",
    tells: "A commit gave a machine's Service and its EndpointSlice a second port, of the first one's name.",
    good: outside([HTTP]),
    bad: outside([HTTP, { name: "http", port: 8008 }]),
    cluster: refused,
    git: { expected: "propose", category: ["service_port"], roots: [APPS] },
  },
  {
    id: "service-alone-of-one-commit",
    tells: "A commit gave a machine's Service a second port of the first one's name, and its EndpointSlice none.",
    good: outside([HTTP]),
    bad: outside([HTTP], [HTTP, { name: "http", port: 8008 }]),
    cluster: refused,
    git: { expected: "propose", category: ["service_port"], roots: [APPS] },
  },
  {
    id: "dependencies-written-anew",
    tells: "In the place of two names that it waited for stands one that was never there: what was meant is not told.",
    good: waiting(["config", "secrets"]),
    bad: waiting(["sources"]),
    cluster: stopped(
      INFRA,
      "DependencyNotReady",
      "dependency 'flux-system/sources' not found: kustomizations.kustomize.toolkit.fluxcd.io \"sources\" not found",
    ),
    git: { expected: "issue", category: ["flux_dependson"], roots: [INFRA] },
  },
  {
    id: "source-in-the-same-folder",
    tells: "A new release asks for a source that was never there; another one stands beside it, for nobody else.",
    good: cached("valkey", { "apps/cache/source.yaml": [source("valkey")], "apps/mail.yaml": [source("mail")] }),
    bad: cached("redis", { "apps/cache/source.yaml": [source("valkey")], "apps/mail.yaml": [source("mail")] }),
    cluster: sourceless("redis"),
    git: {
      expected: "propose",
      category: ["helm_source"],
      roots: [RELEASE],
      fields: [field(RELEASE, "spec.chartRef.name", "valkey")],
    },
  },
  {
    id: "source-of-another-in-the-same-folder",
    tells: "A new release asks for a source that was never there; the one beside it is another release's.",
    good: OPENED,
    bad: withObject(
      cached("redis", { "apps/cache/source.yaml": [source("mail")] }),
      "apps/mail.yaml",
      release("mail", "mail"),
    ),
    cluster: sourceless("redis"),
    git: { expected: "issue", category: ["helm_source"], roots: [RELEASE] },
  },
  {
    id: "source-by-more-words",
    tells: "A new release asks for the source acme-helm-charts; it is called acme.",
    good: cached("valkey", { "apps/sources.yaml": [source("acme"), source("valkey")] }),
    bad: cached("acme-helm-charts", { "apps/sources.yaml": [source("acme"), source("valkey")] }),
    cluster: sourceless("acme-helm-charts"),
    git: {
      expected: "propose",
      category: ["helm_source"],
      roots: [RELEASE],
      fields: [field(RELEASE, "spec.chartRef.name", "acme")],
    },
  },
  {
    id: "two-files-left-out-of-the-list",
    tells: "A commit added a folder with two files, and a list that names a third: which is meant is not told.",
    resembles: ["flux-path-missing"],
    good: OPENED,
    bad: listed("config.yaml", ["valkey.yaml", "sentinel.yaml"]),
    cluster: unlisted("config.yaml"),
    git: { expected: "issue", category: ["kustomize_build"], roots: [CACHE] },
  },
  {
    id: "dependency-replaced-as-the-subject-says",
    tells: "A commit put one Kustomization in the place of another, and says so; a third still waits for the old one.",
    good: mailed("mailer"),
    bad: mailed("courier"),
    subject: "Replace mailer with courier",
    cluster: unmailed,
    git: {
      expected: "propose",
      category: ["flux_dependson"],
      roots: ["Kustomization/flux-system/letters"],
      fields: [field("Kustomization/flux-system/letters", "spec.dependsOn.0.name", "courier")],
    },
  },
  {
    id: "dependency-gone-as-another-came",
    tells: "A commit removed one Kustomization and added another; whether it takes its place is not told.",
    good: mailed("mailer"),
    bad: mailed("courier"),
    subject: "Clean up",
    cluster: unmailed,
    git: { expected: "issue", category: ["flux_dependson"], roots: ["Kustomization/flux-system/letters"] },
  },
];
