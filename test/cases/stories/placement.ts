import { refused, unschedulable } from "../build/fates.ts";
import { claim, clusterObject, deployment, object } from "../build/manifests.ts";
import { field, type Story } from "../build/story.ts";
import { changed, type Tree, withObject } from "../build/tree.ts";
import { inContainer, SHOP } from "./shop.ts";

const CATALOG = "Deployment/shop/catalog";
const POD = "spec.template.spec";
const roots = [CATALOG];
type Change = NonNullable<Story["cluster"]>;

const TOO_SLOW = "Timeout: request did not complete within requested timeout - context deadline exceeded";
const PREEMPTION = "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.";

function labelled(label: string, value: string): Change {
  return (cluster) => {
    for (const node of cluster.ofKind("Node"))
      node.metadata["labels"] = { ...(node.metadata["labels"] as object), [label]: value };
  };
}

/** Pods that no node takes. */
export const SCHEDULING: readonly Story[] = [
  {
    id: "node-selector-unknown",
    tells: "The catalog was bound to nodes of a label that none carries.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, `${POD}.nodeSelector`, { disktype: "nvme" }),
    fates: {
      [CATALOG]: unschedulable(
        `0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. ${PREEMPTION}`,
      ),
    },
    git: { expected: "propose", category: ["scheduling_constraints"], roots },
    folder: {
      expected: "issue",
      also: "propose",
      category: ["scheduling_constraints"],
      roots,
      fields: [field(CATALOG, `${POD}.nodeSelector`, null)],
    },
    remembered: { expected: "propose", category: ["scheduling_constraints"], roots },
  },
  {
    id: "node-selector-slip",
    tells: "The nodes say pool=general; the catalog asks for pool=genral.",
    good: changed(SHOP, CATALOG, `${POD}.nodeSelector`, { pool: "general" }),
    bad: changed(SHOP, CATALOG, `${POD}.nodeSelector`, { pool: "genral" }),
    cluster: labelled("pool", "general"),
    fates: {
      [CATALOG]: unschedulable(
        `0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. ${PREEMPTION}`,
      ),
    },
    git: { expected: "propose", category: ["scheduling_constraints"], roots },
    folder: {
      expected: "propose",
      category: ["scheduling_constraints"],
      roots,
      fields: [field(CATALOG, `${POD}.nodeSelector.pool`, "general")],
    },
  },
  {
    id: "node-name-gone",
    tells: "The catalog was pinned to a node that does not exist.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, `${POD}.nodeSelector`, { "kubernetes.io/hostname": "worker-9" }),
    fates: {
      [CATALOG]: unschedulable(
        `0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. ${PREEMPTION}`,
      ),
    },
    git: { expected: "propose", category: ["scheduling_constraints"], roots },
    folder: {
      expected: "issue",
      also: "propose",
      category: ["scheduling_constraints"],
      roots,
      fields: [field(CATALOG, `${POD}.nodeSelector`, null)],
    },
  },
  {
    id: "taint-not-tolerated",
    tells: "The toleration for the tainted nodes was removed.",
    good: changed(SHOP, CATALOG, `${POD}.tolerations`, [
      { key: "dedicated", operator: "Equal", value: "shop", effect: "NoSchedule" },
    ]),
    bad: SHOP,
    cluster: (cluster) => {
      for (const node of cluster.ofKind("Node"))
        cluster.set(`Node/${node.metadata.name}`, "spec", {
          taints: [{ key: "dedicated", value: "shop", effect: "NoSchedule" }],
        });
    },
    fates: {
      [CATALOG]: unschedulable(
        `0/3 nodes are available: 3 node(s) had untolerated taint {dedicated: shop}. ${PREEMPTION}`,
      ),
    },
    git: { expected: "propose", category: ["scheduling_constraints"], roots },
    folder: {
      expected: "issue",
      also: "propose",
      category: ["scheduling_constraints"],
      roots,
      fields: [
        field(CATALOG, `${POD}.tolerations`, { tolerates: { key: "dedicated", value: "shop", effect: "NoSchedule" } }),
      ],
    },
  },
  {
    id: "anti-affinity-deadlock",
    tells: "Four pods may not share a node, and there are three nodes.",
    good: changed(SHOP, CATALOG, "spec.replicas", 4),
    bad: changed(changed(SHOP, CATALOG, "spec.replicas", 4), CATALOG, `${POD}.affinity`, {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: { matchLabels: { app: "catalog" } }, topologyKey: "kubernetes.io/hostname" },
        ],
      },
    }),
    fates: {
      [CATALOG]: unschedulable(
        `0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules. ${PREEMPTION}`,
      ),
    },
    git: { expected: "propose", category: ["scheduling_constraints"], roots },
    folder: { expected: "issue", category: ["scheduling_constraints"], roots },
  },
  {
    id: "cpu-request-too-large",
    tells: "The catalog asks for 40 CPUs; the largest node has four.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "resources.requests.cpu"), "40"),
    fates: {
      [CATALOG]: unschedulable(
        `0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.`,
      ),
    },
    git: { expected: "propose", category: ["scheduling_resources"], roots },
    folder: {
      expected: "issue",
      also: "propose",
      category: ["scheduling_resources"],
      roots,
      fields: [field(CATALOG, inContainer("catalog", "resources.requests.cpu"), { range: [0.01, 4] })],
    },
  },
  {
    id: "memory-request-too-large",
    tells: "The catalog asks for 64Gi; the largest node has eight.",
    good: SHOP,
    bad: changed(
      changed(SHOP, CATALOG, inContainer("catalog", "resources.requests.memory"), "64Gi"),
      CATALOG,
      inContainer("catalog", "resources.limits.memory"),
      "64Gi",
    ),
    fates: {
      [CATALOG]: unschedulable(
        `0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.`,
      ),
    },
    git: { expected: "propose", category: ["scheduling_resources"], roots },
  },
  {
    id: "host-port-taken",
    tells: "Five pods want the same port of three nodes.",
    good: changed(SHOP, CATALOG, "spec.replicas", 5),
    bad: changed(changed(SHOP, CATALOG, "spec.replicas", 5), CATALOG, inContainer("catalog", "ports.0.hostPort"), 8080),
    fates: {
      [CATALOG]: unschedulable(
        `0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports. ${PREEMPTION}`,
      ),
    },
    git: { expected: "propose", category: ["port_conflict"], roots },
    folder: { expected: "issue", category: ["port_conflict"], roots },
  },
  {
    id: "nodes-cordoned",
    tells: "Every node takes no new pods; the manifest is as it always was.",
    good: SHOP,
    cluster: (cluster) => {
      for (const node of cluster.ofKind("Node"))
        cluster.set(`Node/${node.metadata.name}`, "spec", {
          unschedulable: true,
          taints: [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }],
        });
    },
    fates: { [CATALOG]: unschedulable(`0/3 nodes are available: 3 node(s) were unschedulable. ${PREEMPTION}`) },
    git: {
      expected: "issue",
      category: ["node_infra"],
      roots: [CATALOG, "Node/worker-1", "Node/worker-2", "Node/worker-3"],
    },
    folder: {
      expected: "issue",
      category: ["node_infra"],
      roots: [CATALOG, "Node/worker-1", "Node/worker-2", "Node/worker-3"],
    },
  },
  {
    id: "cluster-is-full",
    tells: "The cluster is full: no pod asks for more than a node has.",
    good: SHOP,
    fates: {
      [CATALOG]: unschedulable(
        `0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.`,
      ),
    },
    cluster: (cluster) => {
      for (const name of ["worker-1", "worker-2", "worker-3"]) {
        const filler = deployment({
          name: `batch-${name}`,
          namespace: "batch",
          container: { resources: { requests: { cpu: "1", memory: "7900Mi" } } },
        });
        const pod = cluster.add(
          {
            ...filler,
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name: `batch-${name}`, namespace: "batch" },
            spec: { ...(filler["spec"] as { template: { spec: object } }).template.spec, nodeName: name },
          },
          600,
        );
        pod["status"] = {
          phase: "Running",
          conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2026-11-19T10:00:00Z" }],
        };
      }
    },
    git: { expected: "issue", category: ["scheduling_resources", "node_infra"], roots },
  },
  {
    id: "priority-class-unknown",
    tells: "The catalog names a priority class that does not exist.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, `${POD}.priorityClassName`, "very-high"),
    fates: { [CATALOG]: refused('pods "catalog-5d8f" is forbidden: no PriorityClass with name very-high was found') },
    git: { expected: "propose", category: ["scheduling_constraints"], roots },
    folder: { expected: "issue", category: ["scheduling_constraints"], roots },
    remembered: { expected: "propose", category: ["scheduling_constraints"], roots },
  },
];

const QUOTA = object("v1", "ResourceQuota", "shop", {
  spec: { hard: { "requests.cpu": "2", "requests.memory": "2Gi", pods: "20" } },
});

function withQuota(tree: Tree): Tree {
  return withObject(tree, "apps/namespace.yaml", QUOTA);
}

const HELD: Change = (cluster) => {
  cluster.get("ResourceQuota/shop/shop")["status"] = {
    hard: { "requests.cpu": "2", "requests.memory": "2Gi", pods: "20" },
    used: { "requests.cpu": "700m", "requests.memory": "896Mi", pods: "7" },
  };
};

/** Pods that may not be created. */
export const REFUSED: readonly Story[] = [
  {
    id: "quota-one-pod-too-large",
    tells: "One pod asks for more than the quota holds for the whole namespace.",
    good: withQuota(SHOP),
    bad: withQuota(changed(SHOP, CATALOG, inContainer("catalog", "resources.requests.cpu"), "3")),
    cluster: HELD,
    fates: {
      [CATALOG]: refused(
        'pods "catalog-6c9f" is forbidden: exceeded quota: shop, requested: requests.cpu=3, used: requests.cpu=700m, limited: requests.cpu=2',
      ),
    },
    git: {
      expected: "propose",
      also: "issue",
      category: ["scheduling_resources", "quota"],
      roots: [CATALOG, "ResourceQuota/shop/shop"],
    },
    folder: {
      expected: "issue",
      category: ["quota", "scheduling_resources"],
      roots: [CATALOG, "ResourceQuota/shop/shop"],
    },
    remembered: {
      expected: "propose",
      also: "issue",
      category: ["scheduling_resources", "quota"],
      roots: [CATALOG, "ResourceQuota/shop/shop"],
    },
  },
  {
    id: "quota-used-up",
    tells: "The namespace has used up its quota; growing it is for people.",
    good: withQuota(SHOP),
    bad: withQuota(changed(SHOP, CATALOG, "spec.replicas", 9)),
    fates: {
      [CATALOG]: refused(
        'pods "catalog-6c9f" is forbidden: exceeded quota: shop, requested: requests.memory=128Mi, used: requests.memory=2Gi, limited: requests.memory=2Gi',
      ),
    },
    git: { expected: "issue", category: ["quota"], roots: [CATALOG, "ResourceQuota/shop/shop"] },
    folder: { expected: "issue", category: ["quota"], roots: [CATALOG, "ResourceQuota/shop/shop"] },
  },
  {
    id: "quota-lowered",
    tells: "Somebody lowered the quota under what runs: even undoing that is for people.",
    good: withObject(
      SHOP,
      "apps/namespace.yaml",
      object("v1", "ResourceQuota", "shop", { spec: { hard: { pods: "20" } } }),
    ),
    bad: withObject(
      SHOP,
      "apps/namespace.yaml",
      object("v1", "ResourceQuota", "shop", { spec: { hard: { pods: "4" } } }),
    ),
    fates: {
      [CATALOG]: refused(
        'pods "catalog-6c9f" is forbidden: exceeded quota: shop, requested: pods=1, used: pods=4, limited: pods=4',
      ),
    },
    git: { expected: "issue", category: ["quota"], roots: [CATALOG, "ResourceQuota/shop/shop"] },
  },
  {
    id: "quota-asks-for-limits",
    tells: "The quota counts CPU limits, and the new container says none.",
    good: SHOP,
    fates: {
      [CATALOG]: refused(
        'pods "catalog-6c9f" is forbidden: failed quota: compute: must specify limits.cpu for: catalog',
      ),
    },
    git: { expected: "issue", category: ["quota"], roots: [CATALOG] },
    folder: { expected: "issue", category: ["quota"], roots: [CATALOG] },
  },
  {
    id: "limit-range-exceeded",
    tells: "The memory limit was raised over what the namespace allows for one container.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "resources.limits.memory"), "8Gi"),
    fates: {
      [CATALOG]: refused(
        'pods "catalog-6c9f" is forbidden: maximum memory usage per Container is 1Gi, but limit is 8Gi',
      ),
    },
    git: { expected: "propose", also: "issue", category: ["quota", "scheduling_resources"], roots },
    folder: { expected: "issue", category: ["quota", "scheduling_resources"], roots },
  },
  {
    id: "service-account-slip",
    tells: "The orders run as service account order; it is called orders.",
    good: SHOP,
    bad: changed(SHOP, "Deployment/shop/orders", `${POD}.serviceAccountName`, "orderss"),
    fates: {
      "Deployment/shop/orders": refused(
        'pods "orders-6c9f" is forbidden: error looking up service account shop/orderss: serviceaccount "orderss" not found',
      ),
    },
    git: { expected: "propose", category: ["rbac_serviceaccount"], roots: ["Deployment/shop/orders"] },
    folder: {
      expected: "propose",
      category: ["rbac_serviceaccount"],
      roots: ["Deployment/shop/orders"],
      fields: [field("Deployment/shop/orders", `${POD}.serviceAccountName`, "orders")],
    },
    remembered: { expected: "propose", category: ["rbac_serviceaccount"], roots: ["Deployment/shop/orders"] },
  },
  {
    id: "service-account-never-made",
    tells: "The Deployment names a service account that nobody made.",
    good: { "apps/job.yaml": [deployment({ name: "reporter", pod: { serviceAccountName: "reporting-sa" } })] },
    fates: {
      "Deployment/shop/reporter": refused(
        'pods "reporter-6c9f" is forbidden: error looking up service account shop/reporting-sa: serviceaccount "reporting-sa" not found',
      ),
    },
    folder: {
      expected: "issue",
      category: ["rbac_serviceaccount"],
      roots: ["Deployment/shop/reporter", "ServiceAccount/shop/reporting-sa"],
    },
  },
  {
    id: "pod-security-restricted",
    tells: "The namespace enforces the restricted profile, and the pods were never made for it.",
    good: SHOP,
    fates: {
      [CATALOG]: refused(
        'pods "catalog-6c9f" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "catalog" must set securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true (pod or container "catalog" must set securityContext.runAsNonRoot=true)',
      ),
    },
    git: { expected: "issue", category: ["security_context"], roots },
    folder: { expected: "issue", category: ["security_context"], roots },
  },
  {
    id: "pod-security-privileged",
    tells: "The catalog was made privileged, which its namespace forbids.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "securityContext"), { privileged: true }),
    fates: {
      [CATALOG]: refused(
        'pods "catalog-6c9f" is forbidden: violates PodSecurity "baseline:latest": privileged (container "catalog" must not set securityContext.privileged=true)',
      ),
    },
    git: { expected: "propose", also: "issue", category: ["security_context"], roots },
    folder: {
      expected: "issue",
      also: "propose",
      category: ["security_context"],
      roots,
      fields: [field(CATALOG, inContainer("catalog", "securityContext"), null)],
    },
    remembered: { expected: "issue", category: ["security_context"], roots },
  },
  {
    id: "webhook-gone",
    tells: "An admission webhook's service does not answer, so no pod may be made.",
    good: SHOP,
    fates: {
      [CATALOG]: refused(
        'Internal error occurred: failed calling webhook "inject.mesh.example.test": failed to call webhook: Post "https://injector.mesh.svc:443/inject?timeout=10s": service "injector" not found',
      ),
    },
    git: { expected: "issue", category: ["webhook_mesh"], roots },
    folder: { expected: "issue", category: ["webhook_mesh"], roots },
  },
  {
    id: "webhooks-too-slow",
    tells: "Admission webhooks take longer than a request may; the newest commit only made a rollout of it.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "env.DB_PORT.value"), "5433"),
    fates: { [CATALOG]: refused(TOO_SLOW) },
    cluster: (cluster) => {
      cluster.add(
        clusterObject("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "injector", {
          webhooks: [{ name: "inject.mesh.example.test", failurePolicy: "Ignore", timeoutSeconds: 30 }],
        }),
        600,
      );
    },
    git: { expected: "issue", category: ["webhook_mesh"], roots, isCommit: false },
  },
  {
    id: "api-server-too-slow",
    tells: "The API server answers too late, and no webhook is there to be waited for.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "env.DB_PORT.value"), "5433"),
    fates: { [CATALOG]: refused(TOO_SLOW) },
    git: { expected: "issue", category: ["node_infra"], roots, isCommit: false },
  },
  {
    id: "refused-for-unknown-reason",
    tells: "Pods are refused in words that nobody here knows; the newest commit is no reason for it.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "env.DB_PORT.value"), "5433"),
    fates: { [CATALOG]: refused("etcdserver: mvcc: database space exceeded") },
    git: { expected: "issue", category: ["unknown", "node_infra"], roots, isCommit: false },
  },
  {
    id: "webhook-denies-registry",
    tells: "Gatekeeper lets only images of one registry in.",
    good: SHOP,
    bad: changed(SHOP, CATALOG, inContainer("catalog", "image"), "docker.io/shop/catalog:1.4.2"),
    fates: {
      [CATALOG]: refused(
        'admission webhook "validation.gatekeeper.sh" denied the request: [repo-is-ours] container <catalog> has an invalid image repo <docker.io/shop/catalog:1.4.2>, allowed repos are ["registry.example.test/"]',
      ),
    },
    git: { expected: "propose", also: "issue", category: ["policy_scan", "image_ref", "webhook_mesh"], roots },
    folder: { expected: "issue", category: ["policy_scan"], roots },
  },
];

const CLAIM = "PersistentVolumeClaim/shop/catalog-cache";

function withCache(storageClassName: string | undefined): Tree {
  const tree = changed(SHOP, CATALOG, `${POD}.volumes`, [
    { name: "cache", persistentVolumeClaim: { claimName: "catalog-cache" } },
  ]);
  return {
    ...tree,
    "apps/catalog-cache.yaml": [claim("catalog-cache", storageClassName === undefined ? {} : { storageClassName })],
  };
}

function unbound(message: string, reason = "ProvisioningFailed"): Change {
  return (cluster) => {
    const volume = `PersistentVolume/pvc-${cluster.get(CLAIM).metadata["uid"]}`;
    cluster.remove(volume);
    const { volumeName: _, ...spec } = cluster.get(CLAIM)["spec"] as { volumeName?: string };
    cluster.get(CLAIM)["spec"] = spec;
    cluster.get(CLAIM)["status"] = { phase: "Pending" };
    cluster.get(CLAIM).metadata["creationTimestamp"] = "2026-11-20T09:35:00Z";
    cluster.event(CLAIM, { reason, message, count: 40, from: "persistentvolume-controller" });
  };
}

const UNBOUND = unschedulable(
  "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
);

/** Claims and volumes. */
export const STORAGE: readonly Story[] = [
  {
    id: "storage-class-unknown",
    tells: "The claim names a storage class that does not exist; a claim's class cannot be changed in place.",
    good: withCache("standard"),
    bad: withCache("fast-ssd"),
    cluster: unbound('storageclass.storage.k8s.io "fast-ssd" not found'),
    fates: { [CATALOG]: UNBOUND },
    git: { expected: "issue", also: "propose", category: ["pvc_storage"], roots: [CLAIM, CATALOG] },
    folder: {
      expected: "issue",
      also: "propose",
      category: ["pvc_storage"],
      roots: [CLAIM, CATALOG],
      fields: [field(CLAIM, "spec.storageClassName", "standard", null)],
    },
  },
  {
    id: "claim-never-made",
    tells: "The pods mount a claim that nobody made.",
    good: changed(SHOP, CATALOG, `${POD}.volumes`, [
      { name: "cache", persistentVolumeClaim: { claimName: "catalog-data" } },
    ]),
    fates: {
      [CATALOG]: unschedulable(
        '0/3 nodes are available: persistentvolumeclaim "catalog-data" not found. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
      ),
    },
    git: { expected: "issue", category: ["pvc_storage"], roots: [CATALOG, "PersistentVolumeClaim/shop/catalog-data"] },
    folder: {
      expected: "issue",
      category: ["pvc_storage"],
      roots: [CATALOG, "PersistentVolumeClaim/shop/catalog-data"],
    },
  },
  {
    id: "claim-name-slip",
    tells: "The pods mount catalog-cach; the claim is called catalog-cache.",
    good: withCache("standard"),
    bad: changed(
      withCache("standard"),
      CATALOG,
      `${POD}.volumes.cache.persistentVolumeClaim.claimName`,
      "catalog-cach",
    ),
    fates: {
      [CATALOG]: unschedulable(
        '0/3 nodes are available: persistentvolumeclaim "catalog-cach" not found. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
      ),
    },
    git: { expected: "propose", category: ["pvc_storage"], roots },
    folder: {
      expected: "propose",
      category: ["pvc_storage"],
      roots,
      fields: [field(CATALOG, `${POD}.volumes.cache.persistentVolumeClaim.claimName`, "catalog-cache")],
    },
  },
  {
    id: "no-volume-fits",
    tells: "No class provides volumes, and no volume is free.",
    good: withCache(""),
    cluster: unbound("no persistent volumes available for this claim and no storage class is set", "FailedBinding"),
    fates: { [CATALOG]: UNBOUND },
    folder: { expected: "issue", category: ["pvc_storage"], roots: [CLAIM, CATALOG] },
  },
  {
    id: "claim-waits-for-consumer",
    tells: "A claim of a class that binds late waits for its first pod: nothing is wrong.",
    resembles: ["claim-is-not-bound"],
    good: {
      ...SHOP,
      "apps/later.yaml": [
        claim("later", { storageClassName: "local" }),
        clusterObject("storage.k8s.io/v1", "StorageClass", "local", {
          provisioner: "csi.example.test",
          volumeBindingMode: "WaitForFirstConsumer",
        }),
      ],
    },
    cluster: (cluster) => {
      cluster.get("PersistentVolumeClaim/shop/later")["status"] = { phase: "Pending" };
      cluster.event("PersistentVolumeClaim/shop/later", {
        reason: "WaitForFirstConsumer",
        message: "waiting for first consumer to be created before binding",
        isNormal: true,
        from: "persistentvolume-controller",
      });
    },
    git: { expected: "none", category: ["no_op"], roots: [] },
    folder: { expected: "none", category: ["no_op"], roots: [] },
  },
  {
    id: "volume-in-another-zone",
    tells: "The volume lies in a zone where no node is left.",
    good: withCache("standard"),
    fates: {
      [CATALOG]: unschedulable(
        "0/3 nodes are available: 3 node(s) had volume node affinity conflict. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
      ),
    },
    git: {
      expected: "issue",
      category: ["pvc_storage", "scheduling_constraints", "node_infra"],
      roots: [CATALOG, CLAIM],
    },
  },
  {
    id: "volume-on-a-node-gone",
    tells: "The volume lies on a node that is gone; the control plane's taint is nobody's fault.",
    good: withCache("standard"),
    fates: {
      [CATALOG]: unschedulable(
        "0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 node(s) didn't match PersistentVolume's node affinity. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.",
      ),
    },
    git: { expected: "issue", category: ["pvc_storage"], roots: [CATALOG, CLAIM] },
  },
  {
    id: "claim-left-over",
    tells: "A bound claim that nothing uses any more costs money and breaks nothing.",
    good: { ...SHOP, "apps/old.yaml": [claim("old-index", {})] },
    folder: { expected: "none", category: ["no_op"], roots: [] },
  },
];
