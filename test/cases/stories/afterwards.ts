import { cannotPull, crashes, killedByProbe, outOfMemory, unauthorized, unschedulable } from "../build/fates.ts";
import type { Story } from "../build/story.ts";
import { APPLIED, minutesAgo } from "../build/time.ts";
import { changed, type Tree } from "../build/tree.ts";
import { imageOf, inContainer, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const POSTGRES = "StatefulSet/shop/postgres";
const roots = [CATALOG];
const IMAGE = inContainer("catalog", "image");
const NEXT = imageOf("catalog", "1.4.3");
const UPGRADED = changed(SHOP, CATALOG, IMAGE, NEXT);
const SETTINGS = "ConfigMap/shop/catalog-settings";

type Change = NonNullable<Story["cluster"]>;

/** The catalog's rollout was done before its pods failed: the former ones are gone. */
const rolledOut: Change = (cluster) => {
  const [former] = cluster.ofKind("ReplicaSet").filter(({ metadata }) => metadata.name.startsWith("catalog-"));
  if (former === undefined) throw new Error("the catalog has no ReplicaSet");
  former["spec"] = { ...(former["spec"] as object), replicas: 0 };
  former["status"] = { replicas: 0 };
  for (const [named, pod] of cluster.objects)
    if (pod.kind === "Pod" && pod.metadata.name.startsWith(former.metadata.name)) cluster.objects.delete(named);
  const deployment = cluster.get(CATALOG);
  const told = { lastUpdateTime: minutesAgo(APPLIED - 2), lastTransitionTime: minutesAgo(APPLIED) };
  deployment["status"] = {
    ...(deployment["status"] as object),
    conditions: [{ type: "Progressing", status: "True", reason: "NewReplicaSetAvailable", message: "", ...told }],
  };
};

/** The catalog's port by this name, and the probe that asks it. */
function withPort(tree: Tree, name: string): Tree {
  const port = changed(tree, CATALOG, inContainer("catalog", "ports"), [{ name, containerPort: 8080 }]);
  const probe = { httpGet: { path: "/readyz", port: name }, periodSeconds: 10 };
  return changed(port, CATALOG, inContainer("catalog", "readinessProbe"), probe);
}

const NAMED = changed(withPort(SHOP, "http"), "Service/shop/catalog", "spec.ports.0.targetPort", "http");

/** Changes that look guilty and are not, and causes that only later commits or other lines tell. */
export const AFTERWARDS: readonly Story[] = [
  {
    id: "later-certificate-expired",
    tells: "The catalog was upgraded and came up; then a certificate of another company expired.",
    good: SHOP,
    bad: UPGRADED,
    cluster: rolledOut,
    fates: {
      [CATALOG]: crashes({
        log: 'ERROR Post "https://rates.example.com/v1": tls: failed to verify certificate: x509: certificate has expired or is not yet valid\n',
      }),
    },
    git: { expected: "issue", category: ["cert_tls"], roots, isCommit: false },
  },
  {
    id: "later-panic",
    tells: "The catalog was told to say more and came up; it panics since, for reasons of its own.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "args.2"), "--verbose"),
    cluster: rolledOut,
    fates: { [CATALOG]: crashes({ exitCode: 2, log: "panic: runtime error: index out of range [3] with length 3\n" }) },
    git: { expected: "issue", category: ["app_or_db"], roots, isCommit: false },
  },
  {
    id: "later-memory-grew",
    tells: "The catalog's probe was relaxed; long after the program reached its memory limit.",
    good: changed(SHOP, CATALOG, inContainer("catalog", "livenessProbe.periodSeconds"), 10),
    bad: changed(SHOP, CATALOG, inContainer("catalog", "livenessProbe.periodSeconds"), 30),
    cluster: rolledOut,
    fates: { [CATALOG]: outOfMemory() },
    git: { expected: "issue", category: ["oom_limit"], roots, isCommit: false },
  },
  {
    id: "registry-answers-503",
    tells: "The catalog was moved to a new tag while its registry was out of order.",
    good: SHOP,
    bad: UPGRADED,
    fates: {
      [CATALOG]: cannotPull(
        NEXT,
        "unexpected status from HEAD request to https://registry.example.test/v2/shop/catalog/manifests/1.4.3: 503 Service Unavailable",
      ),
    },
    git: { expected: "issue", category: ["network"], roots, isCommit: false },
  },
  {
    id: "registry-refuses-any-tag",
    tells: "The catalog was moved to a new tag when the nodes' credentials had run out.",
    good: SHOP,
    bad: UPGRADED,
    fates: { [CATALOG]: cannotPull(NEXT, unauthorized(NEXT)) },
    git: { expected: "issue", category: ["image_pull_secret"], roots, isCommit: false },
  },
  {
    id: "listens-elsewhere",
    tells: "The catalog was told to listen on another port than the one its probes ask.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "args.1"), "--listen=:8090"),
    fates: {
      [CATALOG]: killedByProbe(
        "Liveness",
        'Get "http://10.244.1.7:8080/healthz": dial tcp 10.244.1.7:8080: connect: connection refused',
        "INFO listening on :8090\n",
      ),
    },
    git: { expected: "propose", category: ["command_args"], roots },
  },
  {
    id: "probe-more-patient",
    tells: "The catalog's probe was given more time, and the catalog is too slow even so.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "livenessProbe.timeoutSeconds"), 5),
    fates: {
      [CATALOG]: killedByProbe(
        "Liveness",
        'Get "http://10.244.1.7:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      ),
    },
    git: { expected: "issue", category: ["probe"], roots, isCommit: false },
  },
  {
    id: "port-renamed-half",
    tells: "A port was renamed with the probe that asks it; the Service still sends to the old name.",
    good: NAMED,
    bad: withPort(NAMED, "web"),
    cluster: (cluster) => {
      for (const slice of cluster.ofKind("EndpointSlice"))
        if (slice.metadata.name.startsWith("catalog")) slice["ports"] = [];
    },
    git: { expected: "propose", category: ["service_port"], roots: ["Service/shop/catalog"] },
  },
  {
    id: "settings-lost-what-is-asked",
    tells: "A line went from a file of settings; the catalog says which one it needs.",
    good: changed(SHOP, SETTINGS, ["data", "catalog.yaml"], "cache:\n  backend: redis\n  size: 40\n"),
    bad: changed(SHOP, SETTINGS, ["data", "catalog.yaml"], "cache:\n  size: 40\n"),
    fates: { [CATALOG]: crashes({ log: "FATAL config: cache.backend is required\n" }) },
    git: { expected: "propose", category: ["configmap_content"], roots },
  },
  {
    id: "address-part-unknown",
    tells: "The catalog's database address got the name of a database that is not there.",
    good: changed(SHOP, CATALOG, inContainer("catalog", "env.DB_HOST.value"), "postgres://app@postgres:5432/core"),
    bad: changed(SHOP, CATALOG, inContainer("catalog", "env.DB_HOST.value"), "postgres://app@postgres:5432/shopping"),
    fates: { [CATALOG]: crashes({ log: 'FATAL pq: database "shopping" does not exist (SQLSTATE 3D000)\n' }) },
    git: { expected: "propose", category: ["env_var"], roots },
  },
  {
    id: "folder-not-writable",
    tells: "Postgres was told to keep its data in a folder that it may not make.",
    good: SHOP,
    bad: changed(SHOP, POSTGRES, "spec.template.spec.containers.postgres.env", [{ name: "PGDATA", value: "/pg/data" }]),
    fates: { [POSTGRES]: crashes({ log: "mkdir: cannot create directory '/pg': Permission denied\n" }) },
    git: { expected: "propose", category: ["env_var"], roots: [POSTGRES] },
  },
  {
    id: "sidecar-without-its-file",
    tells: "A proxy came as the pod's first init container; the file that it reads did not come with it.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, "spec.template.spec.initContainers", [
      { name: "proxy", image: imageOf("proxy"), restartPolicy: "Always", args: ["--config=/etc/proxy/proxy.yaml"] },
    ]),
    fates: {
      [CATALOG]: crashes({ container: "proxy", log: "FATAL open /etc/proxy/proxy.yaml: no such file or directory\n" }),
    },
    git: { expected: "propose", category: ["init_container"], roots },
  },
  {
    id: "token-not-mounted",
    tells: "The orders were no longer given the token that they ask the API server with.",
    good: SHOP,
    bad: changed(SHOP, "Deployment/shop/orders", "spec.template.spec.automountServiceAccountToken", false),
    fates: {
      "Deployment/shop/orders": crashes({
        log: "FATAL open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory\n",
      }),
    },
    git: { expected: "propose", category: ["rbac_serviceaccount"], roots: ["Deployment/shop/orders"] },
  },
  {
    id: "node-under-pressure",
    tells: "A node's disk is full: it put the catalog off, and nothing else takes it.",
    resembles: ["disk-limit-reached"],
    good: SHOP,
    cluster: (cluster) => {
      for (const node of cluster.ofKind("Node")) {
        if (node.metadata.name !== "worker-1") {
          node["spec"] = { ...(node["spec"] as object), unschedulable: true };
          continue;
        }
        const taint = { key: "node.kubernetes.io/disk-pressure", effect: "NoSchedule" };
        node["spec"] = { ...(node["spec"] as object), taints: [taint] };
        const pressure = { type: "DiskPressure", status: "True", reason: "KubeletHasDiskPressure", message: "" };
        const status = node["status"] as { readonly conditions: readonly { readonly type: string }[] };
        const others = status.conditions.filter(({ type }) => type !== "DiskPressure");
        node["status"] = {
          ...status,
          conditions: [...others, { ...pressure, lastTransitionTime: minutesAgo(APPLIED) }],
        };
      }
    },
    fates: {
      [CATALOG]: unschedulable(
        "0/3 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }, 2 node(s) were unschedulable.",
      ),
    },
    git: { expected: "issue", category: ["node_infra"], roots: ["Node/worker-1"] },
  },
];
