import { crashes, unready } from "../build/fates.ts";
import { clusterObject, configMap, deployment, object, service } from "../build/manifests.ts";
import { field, type Story } from "../build/story.ts";
import { minutesAgo } from "../build/time.ts";
import { changed, type Manifest, withObject } from "../build/tree.ts";
import { imageOf, inContainer, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";

function nodeLost(name: string): NonNullable<Story["cluster"]> {
  return (cluster) => {
    const lost = {
      reason: "NodeStatusUnknown",
      message: "Kubelet stopped posting node status.",
      lastHeartbeatTime: minutesAgo(14),
    };
    cluster.condition(`Node/${name}`, { type: "Ready", status: "Unknown", ...lost }, 13);
    cluster.set(`Node/${name}`, "spec", {
      taints: [{ key: "node.kubernetes.io/unreachable", effect: "NoExecute", timeAdded: minutesAgo(13) }],
    });
    for (const pod of cluster.ofKind("Pod").filter((each) => (each["spec"] as { nodeName?: string }).nodeName === name))
      cluster.condition(`Pod/${pod.metadata.namespace}/${pod.metadata.name}`, { type: "Ready", status: "False" }, 13);
  };
}

/** Nodes and the cluster itself. */
export const NODES: readonly Story[] = [
  {
    id: "node-lost",
    tells: "A node's kubelet has fallen silent; its pods are not the manifests' fault.",
    good: SHOP,
    cluster: nodeLost("worker-1"),
    alerts: [{ alertname: "KubeNodeNotReady", node: "worker-1" }],
    git: { expected: "issue", also: "none", category: ["node_infra"], roots: ["Node/worker-1"] },
    folder: { expected: "issue", also: "none", category: ["node_infra"], roots: ["Node/worker-1"] },
  },
  {
    id: "node-disk-pressure",
    tells: "A node's disk is full, and the kubelet puts pods off it.",
    resembles: ["disk-limit-reached"],
    good: SHOP,
    cluster: (cluster) => {
      cluster.condition(
        "Node/worker-2",
        {
          type: "DiskPressure",
          status: "True",
          reason: "KubeletHasDiskPressure",
          message: "kubelet has disk pressure",
          lastHeartbeatTime: minutesAgo(0),
        },
        12,
      );
      const pod = cluster.ofKind("Pod").find((each) => (each["spec"] as { nodeName?: string }).nodeName === "worker-2");
      const message = "The node was low on resource: ephemeral-storage. Threshold quantity: 8Gi, available: 7Gi. ";
      if (pod !== undefined) pod["status"] = { phase: "Failed", reason: "Evicted", message };
    },
    git: { expected: "issue", also: "none", category: ["node_infra"], roots: ["Node/worker-2"] },
    folder: { expected: "issue", also: "none", category: ["node_infra"], roots: ["Node/worker-2"] },
  },
  {
    id: "node-network-unavailable",
    tells: "A node's network was not set up; a bad commit beside it has nothing to do with it.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, "metadata.labels.team", "web"),
    cluster: (cluster) =>
      cluster.condition(
        "Node/worker-3",
        {
          type: "NetworkUnavailable",
          status: "True",
          reason: "NoRouteCreated",
          message: "RouteController failed to create a route",
        },
        40,
      ),
    git: {
      expected: "issue",
      also: "none",
      category: ["node_infra", "network"],
      roots: ["Node/worker-3"],
      isCommit: false,
    },
  },
];

const EXPERIMENT = configMap("flagd-config", {
  "demo.flagd.json": JSON.stringify({
    flags: { catalogFailure: { state: "ENABLED", variants: { on: true, off: false }, defaultVariant: "off" } },
  }),
});

/** What only a person can decide or end: certificates, operators, scans, flags, rules. */
export const DECISIONS: readonly Story[] = [
  {
    id: "certificate-not-issued",
    tells: "The certificate's issuer does not exist.",
    good: withObject(
      SHOP,
      "apps/tls.yaml",
      object("cert-manager.io/v1", "Certificate", "shop-tls", {
        spec: {
          secretName: "shop-tls",
          dnsNames: ["shop.example.test"],
          issuerRef: { name: "letsencrypt", kind: "ClusterIssuer" },
        },
      }),
    ),
    cluster: (cluster) =>
      cluster.condition(
        "Certificate/shop/shop-tls",
        {
          type: "Ready",
          status: "False",
          reason: "DoesNotExist",
          message: "Issuing certificate as Secret does not exist",
        },
        600,
      ),
    alerts: [{ alertname: "CertManagerCertNotReady", namespace: "shop", name: "shop-tls", exported_namespace: "shop" }],
    git: { expected: "issue", category: ["cert_tls"], roots: ["Certificate/shop/shop-tls"] },
    folder: { expected: "issue", category: ["cert_tls"], roots: ["Certificate/shop/shop-tls"] },
  },
  {
    id: "certificate-expired-at-peer",
    tells: "A peer's certificate has expired.",
    good: SHOP,
    fates: {
      [CATALOG]: crashes({
        log: 'FATAL Get "https://auth.example.com/keys": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-20T09:58:00Z is after 2026-11-19T00:00:00Z\n',
      }),
    },
    git: { expected: "issue", category: ["cert_tls"], roots: [CATALOG] },
  },
  {
    id: "operator-object-refused",
    tells: "A database operator cannot bring its cluster to what was asked for.",
    good: withObject(
      SHOP,
      "apps/db.yaml",
      object("db.example.test/v1", "DatabaseCluster", "main", {
        spec: { replicas: 3, storage: { className: "standard" } },
      }),
    ),
    cluster: (cluster) =>
      cluster.condition(
        "DatabaseCluster/shop/main",
        { type: "Ready", status: "False", reason: "ReconcileError", message: "cannot place replica 3: quorum lost" },
        40,
      ),
    git: { expected: "issue", category: ["operator_cr"], roots: ["DatabaseCluster/shop/main"] },
    folder: { expected: "issue", category: ["operator_cr"], roots: ["DatabaseCluster/shop/main"] },
  },
  {
    id: "operator-object-starting",
    tells: "An operator was asked for something two minutes ago and works on it: nothing is wrong.",
    resembles: ["names-itself"],
    good: withObject(
      SHOP,
      "apps/db.yaml",
      object("db.example.test/v1", "DatabaseCluster", "main", { spec: { replicas: 3 } }),
    ),
    cluster: (cluster) =>
      cluster.condition(
        "DatabaseCluster/shop/main",
        { type: "Ready", status: "False", reason: "Creating", message: "Setting up" },
        2,
      ),
    folder: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "flag-switched-on",
    tells: "A feature flag was switched on that makes the catalog fail.",
    good: {
      ...SHOP,
      "apps/flags.yaml": [
        EXPERIMENT,
        deployment({
          name: "flagd",
          image: "ghcr.io/open-feature/flagd:v0.12.9",
          pod: { volumes: [{ name: "flags", configMap: { name: "flagd-config" } }] },
        }),
        service("flagd"),
      ],
    },
    bad: {
      ...SHOP,
      "apps/flags.yaml": [
        configMap("flagd-config", {
          "demo.flagd.json": JSON.stringify({
            flags: { catalogFailure: { state: "ENABLED", variants: { on: true, off: false }, defaultVariant: "on" } },
          }),
        }),
        deployment({
          name: "flagd",
          image: "ghcr.io/open-feature/flagd:v0.12.9",
          pod: { volumes: [{ name: "flags", configMap: { name: "flagd-config" } }] },
        }),
        service("flagd"),
      ],
    },
    fates: {
      [CATALOG]: unready("HTTP probe failed with statuscode: 500", "ERROR Product Catalog Fail Feature Flag Enabled\n"),
    },
    git: {
      expected: "issue",
      also: "propose",
      category: ["feature_flag", "configmap_content"],
      roots: ["ConfigMap/shop/flagd-config", CATALOG, "Deployment/shop/flagd"],
    },
    folder: {
      expected: "issue",
      category: ["feature_flag", "configmap_content", "app_or_db"],
      roots: ["ConfigMap/shop/flagd-config", CATALOG, "Deployment/shop/flagd"],
    },
  },
  {
    id: "scan-missing-owner",
    tells: "Gatekeeper's audit finds a namespace without the label that every one must have.",
    good: withObject(
      SHOP,
      "policy/owner.yaml",
      constraint("K8sRequiredLabels", "must-have-owner", { labels: [{ key: "owner" }] }),
    ),
    cluster: violates("K8sRequiredLabels/must-have-owner", {
      kind: "Namespace",
      name: "shop",
      message: 'you must provide labels: {"owner"}',
    }),
    folder: {
      expected: "issue",
      also: "propose",
      category: ["policy_scan"],
      roots: ["Namespace/shop", "K8sRequiredLabels/must-have-owner"],
      fields: [field("Namespace/shop", "metadata.labels.owner", "*")],
    },
  },
  {
    id: "scan-missing-limits",
    tells: "Gatekeeper's audit finds containers without a CPU limit.",
    good: withObject(
      SHOP,
      "policy/limits.yaml",
      constraint("K8sContainerLimits", "limits", { cpu: "1", memory: "1Gi" }),
    ),
    cluster: violates("K8sContainerLimits/limits", {
      kind: "Deployment",
      namespace: "shop",
      name: "catalog",
      message: "container <catalog> has no cpu limit",
    }),
    folder: {
      expected: "issue",
      also: "propose",
      category: ["policy_scan"],
      roots: [CATALOG, "K8sContainerLimits/limits"],
      fields: [field(CATALOG, inContainer("catalog", "resources.limits.cpu"), "*")],
    },
  },
  {
    id: "scan-clean",
    tells: "Gatekeeper's audit finds nothing.",
    resembles: ["breaks-a-policy"],
    good: withObject(
      SHOP,
      "policy/owner.yaml",
      constraint("K8sRequiredLabels", "must-have-app", { labels: [{ key: "app" }] }),
    ),
    cluster: (cluster) => {
      cluster.get("K8sRequiredLabels/must-have-app")["status"] = { auditTimestamp: minutesAgo(1), totalViolations: 0 };
    },
    folder: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "report-privileged",
    tells: "Kyverno reports a container that may gain rights.",
    good: SHOP,
    cluster: (cluster) => {
      cluster.add(
        {
          ...object("wgpolicyk8s.io/v1alpha2", "PolicyReport", "7f1c", {}),
          scope: { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "catalog" },
          summary: { pass: 11, fail: 1, warn: 0, error: 0, skip: 0 },
          results: [
            {
              policy: "disallow-privilege-escalation",
              rule: "privilege-escalation",
              result: "fail",
              severity: "medium",
              message:
                "validation error: Privilege escalation is disallowed. rule privilege-escalation failed at path /spec/template/spec/containers/0/securityContext/",
            },
          ],
        },
        60,
      );
    },
    alerts: [{ alertname: "PolicyViolation", namespace: "shop", deployment: "catalog" }],
    git: { expected: "issue", also: "propose", category: ["policy_scan"], roots: [CATALOG, "PolicyReport/shop/7f1c"] },
  },
  {
    id: "slow-under-load",
    tells: "Everything runs and is slow under load; nothing in the cluster's state tells of a fault.",
    good: SHOP,
    alerts: [{ alertname: "HighRequestLatency", namespace: "shop", service: "storefront" }],
    git: {
      expected: "none",
      also: "issue",
      category: ["load", "app_or_db", "unknown"],
      roots: ["Service/shop/storefront", "Deployment/shop/storefront"],
    },
  },
  {
    id: "alert-own-jobs-fail",
    tells: "A program that is ready fails at jobs of its own making; no Job of the cluster is meant.",
    good: SHOP,
    alerts: [{ alertname: "CatalogJobsFailing", namespace: "shop", deployment: "catalog" }],
    git: { expected: "issue", category: ["app_or_db"], roots: [CATALOG] },
  },
  {
    id: "complains-since-long",
    tells: "A program that was started well runs out of file handles; the newest commit is innocent.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "env.PAGE_SIZE"), { name: "PAGE_SIZE", value: "60" }),
    fates: {
      [CATALOG]: {
        log: "http: Accept error: accept tcp [::]:8080: accept4: too many open files; retrying in 1s\n".repeat(3),
      },
    },
    alerts: [{ alertname: "CatalogErrors", namespace: "shop", service: "catalog" }],
    git: { expected: "issue", category: ["app_or_db", "node_infra"], roots: [CATALOG], isCommit: false },
  },
  {
    id: "stuck-terminating",
    tells: "A pod has been ending for an hour, because a finalizer holds it.",
    good: SHOP,
    cluster: (cluster) => {
      const pod = cluster.ofKind("Pod").find(({ metadata }) => metadata.name.startsWith("catalog"));
      if (pod !== undefined)
        Object.assign(pod.metadata, { deletionTimestamp: minutesAgo(60), finalizers: ["example.test/drain"] });
    },
    git: { expected: "issue", category: ["unknown", "operator_cr", "app_or_db"], roots: [CATALOG] },
  },
];

/** A constraint of Gatekeeper that only tells. */
export function constraint(kind: string, name: string, parameters: Readonly<Record<string, unknown>>): Manifest {
  return clusterObject("constraints.gatekeeper.sh/v1beta1", kind, name, {
    spec: { enforcementAction: "dryrun", parameters },
  });
}

/** What Gatekeeper's audit finds of an object. */
export function violates(named: string, violation: Readonly<Record<string, string>>): NonNullable<Story["cluster"]> {
  return (cluster) => {
    cluster.get(named)["status"] = {
      auditTimestamp: minutesAgo(1),
      totalViolations: 1,
      violations: [{ enforcementAction: "dryrun", version: "v1", ...violation }],
    };
  };
}

/** The status of a pod whose image no registry has, for so many minutes. */
function backingOff(name: string, image: string, minutes: number): Record<string, unknown> {
  const message = `Back-off pulling image "${image}": ErrImagePull: failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
  const ready = {
    type: "Ready",
    status: "False",
    reason: "ContainersNotReady",
    lastTransitionTime: minutesAgo(minutes),
  };
  const state = { waiting: { reason: "ImagePullBackOff", message } };
  const container = { name, image, imageID: "", ready: false, restartCount: 0, state, lastState: {} };
  return { phase: "Pending", conditions: [ready], containerStatuses: [container] };
}

/** What runs is other than what git says, or git is ahead. */
export const DRIFT: readonly Story[] = [
  {
    id: "image-set-by-hand",
    tells: "Somebody set a broken image by hand; git has the right one, and Flux brings it back.",
    good: SHOP,
    cluster: (cluster) => {
      const image = imageOf("catalog", "debug");
      for (const each of [
        ...cluster.ofKind("Deployment"),
        ...cluster.ofKind("ReplicaSet"),
        ...cluster.ofKind("Pod"),
      ].filter(({ metadata }) => metadata.name.startsWith("catalog")))
        Object.assign(each, JSON.parse(JSON.stringify(each).replaceAll(imageOf("catalog"), image)));
      for (const pod of cluster.ofKind("Pod").filter(({ metadata }) => metadata.name.startsWith("catalog"))) {
        pod["status"] = backingOff("catalog", image, 9);
      }
    },
    git: { expected: "none", category: ["drift"], roots: [CATALOG] },
  },
  {
    id: "fix-is-on-its-way",
    tells: "The tag was set right a moment ago; Flux has not applied it yet.",
    good: changed(SHOP, CATALOG, inContainer("catalog", "image"), imageOf("catalog", "1.5.0-rc9")),
    bad: SHOP,
    cluster: (cluster) => {
      const image = imageOf("catalog", "1.5.0-rc9");
      const { former } = cluster;
      for (const each of cluster.ofKind("Kustomization"))
        each["status"] = { ...(each["status"] as object), lastAppliedRevision: former, lastAttemptedRevision: former };
      for (const set of cluster.ofKind("ReplicaSet").filter(({ metadata }) => metadata.name.startsWith("catalog")))
        cluster.remove(`ReplicaSet/shop/${set.metadata.name}`);
      const deployed = cluster.get(CATALOG);
      Object.assign(deployed, JSON.parse(JSON.stringify(deployed).replaceAll(imageOf("catalog"), image)));
      for (const pod of cluster.ofKind("Pod").filter(({ metadata }) => metadata.name.startsWith("catalog"))) {
        pod.metadata["ownerReferences"] = [
          {
            apiVersion: "apps/v1",
            kind: "Deployment",
            name: "catalog",
            uid: deployed.metadata["uid"],
            controller: true,
          },
        ];
        pod["spec"] = JSON.parse(JSON.stringify(pod["spec"]).replaceAll(imageOf("catalog"), image));
        pod["status"] = backingOff("catalog", image, 40);
      }
    },
    git: { expected: "none", category: ["no_op", "drift", "image_ref"], roots: [CATALOG] },
  },
];

/** Clusters in which all is well. */
export const CALM: readonly Story[] = [
  {
    id: "all-is-well",
    tells: "All is well.",
    good: SHOP,
    git: { expected: "none", category: ["no_op"], roots: [] },
    folder: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "well-after-a-harmless-commit",
    tells: "A commit changed an argument, and all is well.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "args.2"), "--cache"),
    git: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "well-with-old-warnings",
    tells: "Warnings of an hour ago are left from a node that was replaced.",
    good: SHOP,
    cluster: (cluster) => {
      for (const pod of cluster.ofKind("Pod").slice(0, 3)) {
        const named = `Pod/shop/${pod.metadata.name}`;
        cluster.event(named, {
          reason: "FailedScheduling",
          message: "0/3 nodes are available: 3 Insufficient cpu.",
          from: "default-scheduler",
          ago: 58,
        });
        cluster.event(named, { reason: "BackOff", message: "Back-off restarting failed container", ago: 55 });
      }
    },
    git: { expected: "none", category: ["no_op"], roots: [] },
    folder: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "well-with-errors-in-logs",
    tells: "A program logs errors that it gets over: it is ready and has not been restarted.",
    resembles: ["peer-cannot-be-reached"],
    good: SHOP,
    fates: {
      [CATALOG]: { log: "ERROR retrying: dial tcp 10.96.3.7:5432: connect: connection refused\nINFO connected\n" },
    },
    git: { expected: "none", category: ["no_op"], roots: [] },
    folder: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "well-with-watchdog",
    tells: "Only the watchdog fires, as it always does.",
    resembles: ["only-an-alert-tells"],
    good: SHOP,
    alerts: [{ alertname: "Watchdog", severity: "none" }],
    git: { expected: "none", category: ["no_op"], roots: [] },
  },
];
