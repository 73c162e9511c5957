import { cannotPull, crashes, killedByProbe, notFound, refused, unready, unschedulable } from "../build/fates.ts";
import { clusterObject, deployment, object, service, statefulSet } from "../build/manifests.ts";
import { ownerOf } from "../build/pods.ts";
import type { Story } from "../build/story.ts";
import { changed, type Manifest, type Tree, withObject } from "../build/tree.ts";
import { imageOf, inContainer, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const CLUSTER = "TidbCluster/db/basic";
const SERVERS = "StatefulSet/db/basic-tidb";
const IMAGE = "docker.io/pingcap/tidb";

function clusterOf(servers: Readonly<Record<string, unknown>>): Tree {
  const tidb = { baseImage: IMAGE, replicas: 2, ...servers };
  return {
    "apps/cluster.yaml": [object("pingcap.com/v1alpha1", "TidbCluster", "basic", { spec: { tidb } }, "db")],
  };
}

function serversOf(image: string): readonly Manifest[] {
  return [statefulSet({ name: "basic-tidb", namespace: "db", image: `${image}:v8.5.0`, replicas: 2 })];
}

const owned: NonNullable<Story["cluster"]> = (cluster) => {
  cluster.get(SERVERS).metadata["ownerReferences"] = [ownerOf(cluster.get(CLUSTER))];
};

const STOREFRONT = "Deployment/shop/storefront";
const ASKS_IN_VAIN = unready(
  "HTTP probe failed with statuscode: 503",
  'level=error err="Get \\"http://catalog:80/api/items\\": dial tcp 10.96.12.34:80: connect: connection refused"\n',
);

/** The storefront on worker-2, the catalog where it is said. */
function spread(catalog: string): NonNullable<Story["cluster"]> {
  return (cluster) => {
    for (const pod of cluster.ofKind("Pod")) {
      if (pod.metadata.name.startsWith("catalog")) pod["spec"] = { ...(pod["spec"] as object), nodeName: catalog };
      if (pod.metadata.name.startsWith("storefront"))
        pod["spec"] = { ...(pod["spec"] as object), nodeName: "worker-2" };
    }
  };
}

const FULL = unschedulable(
  "0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
);
const OPERATED = { category: ["operator_cr"], roots: [CLUSTER, SERVERS] } as const;

/** What breaks demonstrations of microservices: a sidecar, an operator's object, a webhook that nobody runs. */
export const DEMOS: readonly Story[] = [
  {
    id: "sidecar-takes-the-port",
    tells: "A sidecar was added that listens where the catalog does.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, "spec.template.spec.containers.1", {
      name: "metrics",
      image: imageOf("metrics"),
      ports: [{ containerPort: 8080 }],
    }),
    fates: { [CATALOG]: crashes({ exitCode: 2, log: "panic: listen tcp :8080: bind: address already in use\n" }) },
    git: { expected: "propose", category: ["port_conflict"], roots: [CATALOG] },
  },
  {
    id: "sidecar-beside-a-taken-port",
    tells: "The catalog finds its port taken since a sidecar was added that names another: nothing else was changed.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, "spec.template.spec.containers.1", {
      name: "shipper",
      image: imageOf("shipper"),
      ports: [{ containerPort: 2020 }],
    }),
    fates: { [CATALOG]: crashes({ exitCode: 2, log: "panic: listen tcp :8080: bind: address already in use\n" }) },
    git: { expected: "propose", category: ["port_conflict"], roots: [CATALOG] },
  },
  {
    id: "shared-memory-cut",
    tells: "The memory that Postgres shares among its processes was cut.",
    good: withSharedMemory("256Mi"),
    bad: withSharedMemory("1Mi"),
    fates: {
      "Deployment/shop/bookings": crashes({
        log: 'FATAL:  could not resize shared memory segment "/PostgreSQL.2219384112" to 2097152 bytes: No space left on device\n',
      }),
    },
    git: { expected: "propose", category: ["pvc_storage"], roots: ["Deployment/shop/bookings"] },
  },
  {
    id: "program-of-another",
    tells: "The catalog's command starts another program of the same image, which listens elsewhere and says nothing.",
    good: changed(SHOP, CATALOG, inContainer("catalog", "command"), ["/bin/catalog"]),
    bad: changed(SHOP, CATALOG, inContainer("catalog", "command"), ["/bin/orders"]),
    fates: { [CATALOG]: killedByProbe("Liveness", "dial tcp 10.244.1.9:8080: connect: connection refused") },
    git: { expected: "propose", category: ["command_args"], roots: [CATALOG] },
  },
  {
    id: "mesh-denies-all",
    tells: "A policy of the service mesh that lets nothing through came with a commit.",
    good: SHOP,
    bad: withObject(
      SHOP,
      "apps/mesh.yaml",
      object("security.istio.io/v1", "AuthorizationPolicy", "deny-all", { spec: {} }),
    ),
    fates: { [STOREFRONT]: { log: "Error: 7 PERMISSION_DENIED: RBAC: access denied\n".repeat(3) } },
    alerts: [{ alertname: "FrontendErrorRateHigh", namespace: "shop", service: "storefront" }],
    git: { expected: "issue", category: ["webhook_mesh"], roots: ["AuthorizationPolicy/shop/deny-all"] },
  },
  {
    id: "mesh-wants-tls",
    tells: "The service mesh was told to take nothing but mutual TLS; the storefront's proxy is none of it.",
    good: withObject(SHOP, "apps/mesh.yaml", mutualTls("PERMISSIVE")),
    bad: withObject(SHOP, "apps/mesh.yaml", mutualTls("STRICT")),
    fates: {
      [STOREFRONT]: {
        log: "upstream connect error or disconnect/reset before headers. reset reason: connection termination\n".repeat(
          3,
        ),
      },
    },
    alerts: [{ alertname: "FrontendErrorRateHigh", namespace: "shop", service: "storefront" }],
    git: { expected: "issue", category: ["webhook_mesh"], roots: ["PeerAuthentication/shop/default"] },
  },
  {
    id: "mesh-without-a-policy",
    tells: "The proxy cannot reach the catalog, and no policy of the mesh is there that would keep it from it.",
    resembles: ["mesh-turns-away"],
    good: SHOP,
    fates: {
      [STOREFRONT]: {
        log: "upstream connect error or disconnect/reset before headers. reset reason: connection termination\n".repeat(
          3,
        ),
      },
    },
    alerts: [{ alertname: "FrontendErrorRateHigh", namespace: "shop", service: "storefront" }],
    git: { expected: "issue", category: ["app_or_db", "network"], roots: [STOREFRONT] },
  },
  {
    id: "traffic-kept-on-the-node",
    tells: "The catalog's Service was told to keep traffic on its node; no catalog runs on the storefront's.",
    good: SHOP,
    bad: changed(SHOP, "Service/shop/catalog", "spec.internalTrafficPolicy", "Local"),
    fates: { [STOREFRONT]: ASKS_IN_VAIN },
    cluster: spread("worker-1"),
    git: { expected: "propose", category: ["service_port"], roots: ["Service/shop/catalog"] },
  },
  {
    id: "traffic-kept-beside-one",
    tells: "The Service keeps traffic on its node, and a catalog runs beside the storefront: something else is wrong.",
    good: SHOP,
    bad: changed(SHOP, "Service/shop/catalog", "spec.internalTrafficPolicy", "Local"),
    fates: { [STOREFRONT]: ASKS_IN_VAIN },
    cluster: spread("worker-2"),
    git: { expected: "issue", category: ["app_or_db"], roots: [STOREFRONT], isCommit: false },
  },
  {
    id: "webhook-scaled-to-zero",
    tells: "An admission webhook outside git was scaled to zero, so the catalog's new pods may not be made.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "env.DB_PORT.value"), "5433"),
    charted: { good: [guard(1), guardService()], bad: [guard(0), guardService()] },
    fates: {
      [CATALOG]: refused(
        'Internal error occurred: failed calling webhook "pods.guard.test": failed to call webhook: Post "https://guard.guard.svc:443/validate?timeout=10s": no endpoints available for service "guard"',
      ),
    },
    cluster: (cluster) => {
      cluster.add(
        clusterObject("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "guard", {
          webhooks: [
            {
              name: "pods.guard.test",
              failurePolicy: "Fail",
              clientConfig: { service: { namespace: "guard", name: "guard", path: "/validate", port: 443 } },
            },
          ],
        }),
        600,
      );
    },
    git: { expected: "issue", category: ["webhook_mesh"], roots: ["Deployment/guard/guard"], isCommit: false },
  },
  {
    id: "operator-image-unknown",
    tells: "A database operator's object names an image that no registry has.",
    good: clusterOf({}),
    bad: clusterOf({ baseImage: `${IMAGE}-x` }),
    charted: { good: serversOf(IMAGE), bad: serversOf(`${IMAGE}-x`) },
    fates: { [SERVERS]: cannotPull(`${IMAGE}-x:v8.5.0`, notFound(`${IMAGE}-x:v8.5.0`)) },
    cluster: owned,
    git: { expected: "propose", ...OPERATED },
  },
  {
    id: "operator-image-beside-a-dead-registry",
    tells: "A database operator's object got another version, while the registry does not answer.",
    resembles: ["operator-makes-what-fails"],
    good: clusterOf({ baseImage: IMAGE }),
    bad: clusterOf({ baseImage: `${IMAGE}-x` }),
    charted: { good: serversOf(IMAGE), bad: serversOf(`${IMAGE}-x`) },
    fates: { [SERVERS]: cannotPull(`${IMAGE}-x:v8.5.0`, "dial tcp 203.0.113.9:443: i/o timeout") },
    cluster: owned,
    git: { expected: "issue", category: ["network"], roots: [CLUSTER, SERVERS], isCommit: false },
  },
  {
    id: "operator-replicas-slip",
    tells: "A database operator's object asks for a hundred thousand servers.",
    good: clusterOf({}),
    bad: clusterOf({ replicas: 100000 }),
    charted: { good: [], bad: serversOf(IMAGE) },
    fates: { [SERVERS]: FULL },
    cluster: owned,
    git: { expected: "propose", ...OPERATED },
  },
  {
    id: "operator-replicas-grow",
    tells: "A database operator's object asks for one server more than the nodes have room for: people make room.",
    resembles: ["operator-makes-what-fails"],
    good: clusterOf({}),
    bad: clusterOf({ replicas: 3 }),
    charted: { good: [], bad: serversOf(IMAGE) },
    fates: { [SERVERS]: FULL },
    cluster: owned,
    git: {
      expected: "issue",
      category: ["scheduling_resources", "operator_cr"],
      roots: [CLUSTER, SERVERS],
      isCommit: false,
    },
  },
];

function withSharedMemory(sizeLimit: string): Tree {
  return {
    "apps/bookings.yaml": [
      deployment({
        name: "bookings",
        image: "docker.io/library/postgres:17.2",
        port: 5432,
        container: { volumeMounts: [{ name: "shared", mountPath: "/dev/shm" }] },
        pod: { volumes: [{ name: "shared", emptyDir: { medium: "Memory", sizeLimit } }] },
      }),
    ],
  };
}

function mutualTls(mode: string): Manifest {
  return object("security.istio.io/v1", "PeerAuthentication", "default", { spec: { mtls: { mode } } });
}

function guard(replicas: number): Manifest {
  return deployment({ name: "guard", namespace: "guard", replicas, port: 8443 });
}

function guardService(): Manifest {
  return service("guard", { namespace: "guard", port: 443, target: 8443 });
}
