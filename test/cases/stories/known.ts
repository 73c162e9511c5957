import { cannotMount, crashes, killedByProbe, refused, unready, unschedulable } from "../build/fates.ts";
import { claim, configMap, deployment, httpGet, object, pod, service, statefulSet } from "../build/manifests.ts";
import { ownerOf } from "../build/pods.ts";
import { field, type Story } from "../build/story.ts";
import { changed, type Tree } from "../build/tree.ts";
import { inContainer } from "./shop.ts";

const SPACE = "hotel";

/** A booking site as demonstrations have it: many small programs, each with a Service of its own name. */
function hotel(): Tree {
  const env = { CONSUL_ADDR: "consul:8500", MONGO_ADDR: "mongodb-geo:27017" };
  const names = ["search", "geo", "profile", "frontend"];
  const programs = names.map((name, at) =>
    deployment({
      name,
      namespace: SPACE,
      image: "docker.io/bench/hotel:latest",
      port: 8081 + at,
      replicas: 1,
      env,
      container: { command: [name] },
    }),
  );
  const services = names.map((name, at) => service(name, { namespace: SPACE, port: 8081 + at, target: 8081 + at }));
  return {
    "hotel/programs.yaml": programs,
    "hotel/services.yaml": services,
    "hotel/consul.yaml": [
      deployment({ name: "consul", namespace: SPACE, image: "docker.io/library/consul:1.15", port: 8500, replicas: 1 }),
      service("consul", { namespace: SPACE, port: 8500, target: 8500 }),
    ],
    "hotel/mongodb-geo.yaml": [
      claim("geo-pvc", { storageClassName: "standard" }, SPACE),
      deployment({
        name: "mongodb-geo",
        namespace: SPACE,
        image: "docker.io/library/mongo:7.0",
        port: 27017,
        replicas: 1,
        pod: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "geo-pvc" } }] },
      }),
      service("mongodb-geo", { namespace: SPACE, port: 27017, target: 27017 }),
    ],
  };
}

const GEO = "Deployment/hotel/geo";
const MONGO = "Deployment/hotel/mongodb-geo";
const VOLUME = "spec.template.spec.volumes.data.persistentVolumeClaim.claimName";

/** What public collections of incidents do to clusters without Flux, told on a site of our own. */
export const KNOWN: readonly Story[] = [
  {
    id: "peer-port-in-address",
    tells: "The programs were given consul:8501; consul listens on 8500.",
    good: hotel(),
    bad: changed(hotel(), GEO, inContainer("geo", "env.CONSUL_ADDR.value"), "consul:8501"),
    fates: {
      [GEO]: crashes({
        log: 'panic: Get "http://consul:8501/v1/agent/self": dial tcp 10.96.4.4:8501: connect: connection refused\n',
        exitCode: 2,
      }),
    },
    folder: {
      expected: "propose",
      category: ["env_var"],
      roots: [GEO],
      fields: [field(GEO, inContainer("geo", "env.CONSUL_ADDR.value"), "consul:8500")],
    },
  },
  {
    id: "claim-called-broken",
    tells: "The database mounts geo-pvc-broken; the claim is called geo-pvc.",
    good: changed(hotel(), MONGO, VOLUME, "geo-pvc-broken"),
    fates: {
      [MONGO]: unschedulable(
        '0/3 nodes are available: persistentvolumeclaim "geo-pvc-broken" not found. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
      ),
    },
    folder: {
      expected: "propose",
      category: ["pvc_storage"],
      roots: [MONGO],
      fields: [field(MONGO, VOLUME, "geo-pvc")],
    },
  },
  {
    id: "pinned-to-a-node-that-is-not",
    tells: "A program was pinned to a node by name that does not exist.",
    good: changed(hotel(), GEO, "spec.template.spec.nodeSelector", { "kubernetes.io/hostname": "extra-node" }),
    fates: {
      [GEO]: unschedulable(
        "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
      ),
    },
    folder: {
      expected: "issue",
      also: "propose",
      category: ["scheduling_constraints"],
      roots: [GEO],
      fields: [field(GEO, "spec.template.spec.nodeSelector", null)],
    },
  },
  {
    id: "selector-with-a-word-of-its-own",
    tells: "The Service's selector has one label too many, which no pod in the cluster carries.",
    good: changed(hotel(), "Service/hotel/geo", "spec.selector.current_service_name", "geo"),
    folder: {
      expected: "propose",
      also: "issue",
      category: ["service_selector"],
      roots: ["Service/hotel/geo"],
      fields: [field("Service/hotel/geo", "spec.selector.current_service_name", null)],
    },
  },
  {
    id: "probe-for-a-port-nobody-opens",
    tells: "A readiness probe asks port 8080; the program opens 8082.",
    good: changed(hotel(), GEO, inContainer("geo", "readinessProbe"), httpGet("/healthz", 8080)),
    fates: {
      [GEO]: unready('Get "http://10.244.1.7:8080/healthz": dial tcp 10.244.1.7:8080: connect: connection refused'),
    },
    folder: {
      expected: "propose",
      also: "issue",
      category: ["probe"],
      roots: [GEO],
      fields: [field(GEO, inContainer("geo", "readinessProbe.httpGet.port"), 8082, "http")],
    },
  },
  {
    id: "startup-killed-too-soon",
    tells: "A liveness probe asks from the first second and gives up at the first failure.",
    good: changed(hotel(), GEO, inContainer("geo", "livenessProbe"), {
      tcpSocket: { port: 8082 },
      periodSeconds: 1,
      failureThreshold: 1,
      initialDelaySeconds: 0,
    }),
    fates: { [GEO]: killedByProbe("Liveness", "dial tcp 10.244.1.7:8082: connect: connection refused") },
    folder: { expected: "issue", also: "propose", category: ["probe"], roots: [GEO] },
  },
  {
    id: "two-listen-on-one-port",
    tells: "A second container of the pod listens on the port of the first.",
    good: changed(hotel(), GEO, "spec.template.spec.containers.1", {
      name: "proxy",
      image: "docker.io/library/nginx:1.27",
      ports: [{ containerPort: 8082 }],
    }),
    fates: {
      [GEO]: crashes({
        container: "proxy",
        log: "nginx: [emerg] bind() to 0.0.0.0:8082 failed (98: Address already in use)\n",
      }),
    },
    folder: { expected: "issue", category: ["port_conflict"], roots: [GEO] },
  },
  {
    id: "volume-attached-elsewhere",
    tells: "A volume for one node is wanted on two.",
    good: hotel(),
    fates: {
      [MONGO]: {
        ...cannotMount(""),
        events: [
          {
            reason: "FailedAttachVolume",
            message: 'Multi-Attach error for volume "pvc-1f" Volume is already used by pod(s) mongodb-geo-7d-abcde',
            count: 9,
          },
        ],
      },
    },
    folder: { expected: "issue", category: ["pvc_storage"], roots: [MONGO, "PersistentVolumeClaim/hotel/geo-pvc"] },
  },
  {
    id: "sysctl-refused",
    tells: "The pod asks for a kernel setting that the node does not allow.",
    good: changed(hotel(), GEO, "spec.template.spec.securityContext", {
      sysctls: [{ name: "net.ipv4.ip_local_port_range", value: "32768 32770" }],
    }),
    cluster: (cluster) => {
      const found = cluster.ofKind("Pod").find(({ metadata }) => metadata.name.startsWith("geo-"));
      if (found !== undefined)
        found["status"] = {
          phase: "Failed",
          reason: "SysctlForbidden",
          message: 'Pod was rejected: forbidden sysctl: "net.ipv4.ip_local_port_range" not allowlisted',
          startTime: "2026-11-20T09:40:00Z",
        };
      cluster.condition(
        GEO,
        {
          type: "Available",
          status: "False",
          reason: "MinimumReplicasUnavailable",
          message: "Deployment does not have minimum availability.",
        },
        20,
      );
      cluster.set(GEO, "status", { readyReplicas: 0, availableReplicas: 0, unavailableReplicas: 1 });
    },
    folder: { expected: "issue", category: ["security_context"], roots: [GEO] },
  },
  {
    id: "webhook-with-another-certificate",
    tells: "An admission webhook answers with a certificate that the API server does not trust.",
    good: hotel(),
    fates: {
      [GEO]: refused(
        'Internal error occurred: failed calling webhook "guard.hotel.svc": failed to call webhook: Post "https://guard.hotel.svc:443/validate?timeout=5s": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      ),
    },
    folder: {
      expected: "issue",
      category: ["webhook_mesh", "cert_tls"],
      roots: [GEO, "ValidatingWebhookConfiguration/guard"],
    },
  },
  {
    id: "operator-places-badly",
    tells: "An operator's object asks for a place that no node offers; its StatefulSet and pods only follow.",
    good: {
      "db/cluster.yaml": [
        object(
          "pingcap.com/v1alpha1",
          "TidbCluster",
          "basic",
          { spec: { tikv: { replicas: 1, nodeSelector: { disk: "nvme9" } } } },
          "db",
        ),
        statefulSet({
          name: "basic-tikv",
          namespace: "db",
          image: "docker.io/pingcap/tikv:v8.5.0",
          pod: { nodeSelector: { disk: "nvme9" } },
        }),
      ],
    },
    fates: {
      "StatefulSet/db/basic-tikv": unschedulable(
        "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
      ),
    },
    cluster: (cluster) => {
      cluster.get("StatefulSet/db/basic-tikv").metadata["ownerReferences"] = [
        ownerOf(cluster.get("TidbCluster/db/basic")),
      ];
      cluster.condition(
        "TidbCluster/db/basic",
        { type: "Ready", status: "False", reason: "TiKVStoreNotUp", message: "TiKV store(s) are not up" },
        25,
      );
    },
    folder: {
      expected: "issue",
      category: ["operator_cr", "scheduling_constraints"],
      roots: ["TidbCluster/db/basic", "StatefulSet/db/basic-tikv"],
    },
  },
  {
    id: "bare-pod-image-typo",
    tells: "A single pod names a tag that does not exist.",
    good: {
      "web/pod.yaml": [pod({ name: "web", namespace: "web", image: "docker.io/library/nginx:1.27.99", port: 80 })],
    },
    fates: {
      "Pod/web/web": {
        phase: "Pending",
        isReady: false,
        status: {
          image: "docker.io/library/nginx:1.27.99",
          imageID: "",
          started: false,
          state: {
            waiting: {
              reason: "ErrImagePull",
              message:
                'failed to pull and unpack image "docker.io/library/nginx:1.27.99": failed to resolve reference "docker.io/library/nginx:1.27.99": docker.io/library/nginx:1.27.99: not found',
            },
          },
        },
      },
    },
    folder: { expected: "issue", category: ["image_ref"], roots: ["Pod/web/web"] },
  },
  {
    id: "quiet-neighbour-crashes-once",
    tells: "A program was restarted once, five minutes ago, and is ready since: nothing has to be done.",
    resembles: ["started-with-what-breaks-it"],
    good: hotel(),
    cluster: (cluster) => {
      const found = cluster.ofKind("Pod").find(({ metadata }) => metadata.name.startsWith("geo-"));
      const status = found?.["status"] as { containerStatuses: Record<string, unknown>[] };
      status.containerStatuses[0] = {
        ...status.containerStatuses[0],
        restartCount: 1,
        lastState: {
          terminated: {
            exitCode: 1,
            reason: "Error",
            startedAt: "2026-11-20T09:10:00Z",
            finishedAt: "2026-11-20T09:55:00Z",
          },
        },
        state: { running: { startedAt: "2026-11-20T09:55:02Z" } },
      };
    },
    folder: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "pending-no-more",
    tells: "A pod waited for a node until the cluster grew, and runs now.",
    resembles: ["fits-no-node"],
    good: hotel(),
    cluster: (cluster) => {
      const found = cluster.ofKind("Pod").find(({ metadata }) => metadata.name.startsWith("geo-"));
      cluster.event(`Pod/hotel/${found?.metadata.name}`, {
        reason: "FailedScheduling",
        message: "0/2 nodes are available: 2 Insufficient cpu.",
        from: "default-scheduler",
        ago: 12,
      });
    },
    folder: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "flag-of-a-demonstration",
    tells: "A demonstration's flag makes its cart fail; nothing but the flag tells.",
    good: {
      "demo/flags.yaml": [
        configMap(
          "flagd-config",
          {
            "demo.flagd.json": JSON.stringify({
              $schema: "https://flagd.dev/schema/v0/flags.json",
              flags: {
                cartFailure: {
                  description: "Fail cart service",
                  state: "ENABLED",
                  variants: { on: true, off: false },
                  defaultVariant: "on",
                },
                adHighCpu: { state: "ENABLED", variants: { on: true, off: false }, defaultVariant: "off" },
              },
            }),
          },
          "demo",
        ),
        deployment({ name: "cart", namespace: "demo" }),
        service("cart", { namespace: "demo" }),
      ],
    },
    folder: {
      expected: "issue",
      also: "propose",
      category: ["feature_flag"],
      roots: ["ConfigMap/demo/flagd-config", "Deployment/demo/cart"],
      fields: [],
    },
  },
];
