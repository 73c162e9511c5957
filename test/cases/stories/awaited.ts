import type { Cluster } from "../build/cluster.ts";
import { cannotMount, misconfigured, refused } from "../build/fates.ts";
import { kustomization, stopped } from "../build/flux.ts";
import { clusterObject, configMap, object } from "../build/manifests.ts";
import type { Story } from "../build/story.ts";
import { changed, type Manifest, type Tree, withObject } from "../build/tree.ts";
import { inContainer, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const POD = "spec.template.spec";
const CERTIFICATE = "Certificate/shop/shop-tls";
const ROUTE = "VirtualService/shop/catalog";

// What the whole platform shares stands in a folder of its own, which the apps do not wait for.
function beside(apps: Tree, ...shared: readonly Manifest[]): Tree {
  const paths = [kustomization("apps", "./apps"), kustomization("infra", "./infra")];
  return {
    "clusters/prod/apps.yaml": paths,
    ...apps,
    "infra/shared.yaml": [configMap("region", { name: "eu" }), ...shared],
  };
}

function unapplied(...named: readonly string[]): (cluster: Cluster) => void {
  const why = "health check failed after 5m0s: timeout waiting for: [Deployment/infra/gateway status: 'InProgress']";
  return (cluster) => {
    for (const each of named) cluster.remove(each);
    stopped("Kustomization/flux-system/infra", "HealthCheckFailed", why)(cluster);
  };
}

function requested(issuer: string): Tree {
  const spec = { secretName: "shop-tls", issuerRef: { kind: "ClusterIssuer", name: issuer } };
  return withObject(SHOP, "apps/tls.yaml", object("cert-manager.io/v1", "Certificate", "shop-tls", { spec }));
}

function issuer(name: string): Manifest {
  return clusterObject("cert-manager.io/v1", "ClusterIssuer", name, {});
}

function routed(subset: string): Tree {
  const http = [{ route: [{ destination: { host: "catalog", subset } }] }];
  const spec = { hosts: ["catalog"], http };
  return withObject(SHOP, "apps/route.yaml", object("networking.istio.io/v1", "VirtualService", "catalog", { spec }));
}

function subsets(...names: readonly string[]): Manifest {
  const each = names.map((name) => ({ name, labels: { version: name } }));
  return object("networking.istio.io/v1", "DestinationRule", "catalog", { spec: { host: "catalog", subsets: each } });
}

const READING = changed(SHOP, CATALOG, inContainer("catalog", "envFrom"), [{ configMapRef: { name: "endpoints" } }]);
const KEYED = changed(SHOP, CATALOG, inContainer("catalog", "envFrom"), [{ secretRef: { name: "catalog-keys" } }]);
const SEALED = changed(SHOP, CATALOG, `${POD}.volumes`, [{ name: "tls", secret: { secretName: "catalog-tls" } }]);

/** What a commit asks for rightly, and what is not there yet because whoever brings it does not. */
export const AWAITED: readonly Story[] = [
  {
    id: "config-map-not-applied-yet",
    tells: "A commit lets the catalog read a ConfigMap that it adds to the shared folder, which is not applied.",
    good: beside(SHOP),
    bad: beside(READING, configMap("endpoints", { TAX_URL: "http://tax" })),
    cluster: unapplied("ConfigMap/shop/endpoints"),
    fates: { [CATALOG]: misconfigured('configmap "endpoints" not found') },
    git: { expected: "issue", category: ["configmap_missing"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "config-map-of-no-folder",
    tells: "A commit lets the catalog read a ConfigMap that nothing brings; the shared folder is not applied either.",
    good: beside(SHOP),
    bad: beside(READING),
    cluster: unapplied(),
    fates: { [CATALOG]: misconfigured('configmap "endpoints" not found') },
    git: { expected: "propose", category: ["configmap_missing"], roots: [CATALOG] },
  },
  {
    id: "secret-not-fetched",
    tells: "A commit lets the catalog read a Secret that an operator is to fetch, which its store refuses.",
    good: SHOP,
    bad: withObject(
      KEYED,
      "apps/keys.yaml",
      object("external-secrets.io/v1", "ExternalSecret", "catalog", { spec: { target: { name: "catalog-keys" } } }),
    ),
    cluster: (cluster) => {
      const message = "could not get secret data from provider";
      const ready = { type: "Ready", status: "False", reason: "SecretSyncedError", message };
      cluster.condition("ExternalSecret/shop/catalog", ready, 24);
    },
    fates: { [CATALOG]: misconfigured('secret "catalog-keys" not found') },
    git: { expected: "issue", category: ["secret_missing"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "certificate-not-issued-yet",
    tells: "A commit mounts the Secret of a certificate that it asks for, and that is not issued yet.",
    good: SHOP,
    bad: withObject(
      SEALED,
      "apps/tls.yaml",
      object("cert-manager.io/v1", "Certificate", "catalog", { spec: { secretName: "catalog-tls" } }),
    ),
    fates: { [CATALOG]: cannotMount('MountVolume.SetUp failed for volume "tls" : secret "catalog-tls" not found') },
    git: { expected: "issue", category: ["secret_missing"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "account-not-applied-yet",
    tells: "A commit gives the catalog an account that it adds to the shared folder, which is not applied.",
    good: beside(SHOP),
    bad: beside(
      changed(SHOP, CATALOG, `${POD}.serviceAccountName`, "reader"),
      object("v1", "ServiceAccount", "reader", {}),
    ),
    cluster: unapplied("ServiceAccount/shop/reader"),
    fates: {
      [CATALOG]: refused(
        'pods "catalog-5d8f9-" is forbidden: error looking up service account shop/reader: serviceaccount "reader" not found',
      ),
    },
    git: { expected: "issue", category: ["rbac_serviceaccount"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "issuer-not-applied-yet",
    tells: "A commit names an issuer that it adds to the shared folder, which is not applied.",
    good: beside(requested("staging"), issuer("staging")),
    bad: beside(requested("production"), issuer("staging"), issuer("production")),
    cluster: (cluster) => {
      unapplied("ClusterIssuer/production")(cluster);
      const message = 'Referenced "ClusterIssuer" not found: clusterissuer.cert-manager.io "production" not found';
      cluster.condition(CERTIFICATE, { type: "Ready", status: "False", reason: "Pending", message }, 24);
    },
    git: { expected: "issue", category: ["cert_tls"], roots: [CERTIFICATE], isCommit: false },
  },
  {
    id: "subset-not-applied-yet",
    tells: "A commit sends to a subset that it adds in the shared folder, which is not applied.",
    good: beside(routed("v1"), subsets("v1")),
    bad: beside(routed("v2"), subsets("v1", "v2")),
    cluster: (cluster) => {
      unapplied()(cluster);
      cluster.set("DestinationRule/shop/catalog", "spec", { subsets: [{ name: "v1" }] });
    },
    git: { expected: "issue", category: ["webhook_mesh"], roots: [ROUTE], isCommit: false },
  },
];
