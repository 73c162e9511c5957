import type { Cluster, Live } from "./cluster.ts";
import { suffixOf, uidOf } from "./cluster.ts";
import { APPLIED, MADE, minutesAgo } from "./time.ts";

type Map = Readonly<Record<string, unknown>>;

/** What every cluster has beside the workloads of a story: nodes, namespaces, a storage class, accounts. */
export function addSurroundings(cluster: Cluster, namespaces: readonly string[]): void {
  for (const name of ["worker-1", "worker-2", "worker-3"]) addNode(cluster, name);
  for (const name of new Set(["default", "kube-system", ...namespaces])) {
    if (!cluster.objects.has(`Namespace/${name}`))
      cluster.add(
        { apiVersion: "v1", kind: "Namespace", metadata: { name, labels: { "kubernetes.io/metadata.name": name } } },
        MADE,
      )["status"] = { phase: "Active" };
    cluster.add({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: name } }, MADE);
    cluster.add(
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "kube-root-ca.crt", namespace: name },
        data: { "ca.crt": "-" },
      },
      MADE,
    );
  }
  if (!cluster.objects.has("StorageClass/standard"))
    cluster.add(
      {
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
        provisioner: "csi.example.test",
        reclaimPolicy: "Delete",
        volumeBindingMode: "Immediate",
      },
      MADE,
    );
}

/** Adds a node that is well. */
function addNode(cluster: Cluster, name: string): void {
  const node = cluster.add(
    {
      apiVersion: "v1",
      kind: "Node",
      metadata: {
        name,
        labels: {
          "kubernetes.io/arch": "amd64",
          "kubernetes.io/os": "linux",
          "kubernetes.io/hostname": name,
          "topology.kubernetes.io/zone": "zone-a",
        },
      },
      spec: { podCIDR: "10.244.1.0/24" },
    },
    MADE,
  );
  const amounts = { cpu: "4", memory: "8Gi", pods: "110", "ephemeral-storage": "80Gi" };
  const told = (type: string, status: string, reason: string, message: string): Map => ({
    ...{ type, status, reason, message },
    lastHeartbeatTime: minutesAgo(0),
    lastTransitionTime: minutesAgo(MADE),
  });
  node["status"] = {
    capacity: amounts,
    allocatable: amounts,
    conditions: [
      told("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
      told("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
      told("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
      told("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
    ],
    nodeInfo: {
      kubeletVersion: "v1.34.2",
      containerRuntimeVersion: "containerd://2.1.4",
      architecture: "amd64",
      operatingSystem: "linux",
    },
  };
}

/** What the controllers make of claims, autoscalers and Services. */
export function settle(cluster: Cluster): void {
  for (const set of cluster.ofKind("StatefulSet")) addClaims(cluster, set);
  for (const claim of cluster.ofKind("PersistentVolumeClaim")) bind(cluster, claim);
  for (const scaler of cluster.ofKind("HorizontalPodAutoscaler")) scaler["status"] ??= scalerStatus(scaler);
  for (const service of cluster.ofKind("Service")) addSlice(cluster, service);
  for (const cronJob of cluster.ofKind("CronJob"))
    cronJob["status"] ??= { lastScheduleTime: minutesAgo(55), lastSuccessfulTime: minutesAgo(54) };
}

function addClaims(cluster: Cluster, set: Live): void {
  const { replicas = 1, volumeClaimTemplates = [] } = set["spec"] as {
    replicas?: number;
    volumeClaimTemplates?: readonly { metadata: { name: string }; spec: Map }[];
  };
  for (const { metadata, spec } of volumeClaimTemplates)
    for (let index = 0; index < replicas; index += 1)
      cluster.add(
        {
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          metadata: {
            name: `${metadata.name}-${set.metadata.name}-${index}`,
            ...(set.metadata.namespace === undefined ? {} : { namespace: set.metadata.namespace }),
          },
          spec,
        },
        MADE,
      );
}

function bind(cluster: Cluster, claim: Live): void {
  if (claim["status"] !== undefined) return;
  const spec = claim["spec"] as Map & { storageClassName?: string; resources?: { requests?: Map } };
  const volumeName = `pvc-${claim.metadata["uid"]}`;
  const capacity = spec.resources?.requests ?? {};
  const storageClassName = spec.storageClassName ?? "standard";
  claim["spec"] = { ...spec, volumeName, storageClassName };
  claim["status"] = { phase: "Bound", accessModes: spec["accessModes"], capacity };
  const volume = cluster.add(
    {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: volumeName },
      spec: {
        capacity,
        accessModes: spec["accessModes"],
        storageClassName,
        claimRef: { namespace: claim.metadata.namespace, name: claim.metadata.name },
      },
    },
    MADE,
  );
  volume["status"] = { phase: "Bound" };
}

function scalerStatus(scaler: Live): Map {
  const { minReplicas = 1 } = scaler["spec"] as { minReplicas?: number };
  const told = (type: string, status: string, reason: string, message: string): Map => ({
    type,
    status,
    reason,
    message,
    lastTransitionTime: minutesAgo(MADE),
  });
  return {
    currentReplicas: minReplicas,
    desiredReplicas: minReplicas,
    currentMetrics: [
      { type: "Resource", resource: { name: "cpu", current: { averageUtilization: 31, averageValue: "31m" } } },
    ],
    conditions: [
      told("AbleToScale", "True", "ReadyForNewScale", "recommended size matches current size"),
      told(
        "ScalingActive",
        "True",
        "ValidMetricFound",
        "the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)",
      ),
      told("ScalingLimited", "False", "DesiredWithinRange", "the desired count is within the acceptable range"),
    ],
  };
}

type PodShape = {
  readonly spec: {
    readonly containers: readonly {
      readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
    }[];
  };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly podIP?: string;
  };
};

function addSlice(cluster: Cluster, service: Live): void {
  const { selector, ports = [] } = service["spec"] as {
    selector?: Readonly<Record<string, string>>;
    ports?: readonly { name?: string; port: number; targetPort?: number | string }[];
  };
  service["spec"] = { type: "ClusterIP", clusterIP: "10.96.12.34", ...(service["spec"] as Map) };
  if (selector === undefined) return;
  const pods = cluster
    .ofKind("Pod")
    .filter((pod) => pod.metadata.namespace === service.metadata.namespace && isSelected(pod, selector));
  const shapes = pods
    .map((pod) => ({ pod, ...(pod as unknown as PodShape) }))
    .filter(({ status }) => status.podIP !== undefined && status.phase !== "Succeeded");
  const open = shapes.flatMap(({ spec }) => spec.containers.flatMap((container) => container.ports ?? []));
  const slicePorts = ports.flatMap(({ name, port, targetPort = port }) => {
    const number =
      typeof targetPort === "number" ? targetPort : open.find((each) => each.name === targetPort)?.containerPort;
    return number === undefined ? [] : [{ ...(name === undefined ? {} : { name }), port: number, protocol: "TCP" }];
  });
  cluster.add(
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: {
        name: `${service.metadata.name}-${suffixOf(service.metadata.name, 5)}`,
        ...(service.metadata.namespace === undefined ? {} : { namespace: service.metadata.namespace }),
        labels: {
          "kubernetes.io/service-name": service.metadata.name,
          "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
        },
        ownerReferences: [
          {
            apiVersion: "v1",
            kind: "Service",
            name: service.metadata.name,
            uid: service.metadata["uid"],
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      },
      addressType: "IPv4",
      endpoints: shapes.map(({ pod, status }) => endpointOf(pod, status)),
      ports: slicePorts,
    },
    APPLIED,
  );
}

function endpointOf(pod: Live, status: PodShape["status"]): Map {
  const ready = status.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") ?? false;
  return {
    addresses: [status.podIP],
    conditions: { ready, serving: ready, terminating: false },
    targetRef: {
      kind: "Pod",
      namespace: pod.metadata.namespace,
      name: pod.metadata.name,
      uid: uidOf(pod.metadata.name),
    },
  };
}

function isSelected(pod: Live, selector: Readonly<Record<string, string>>): boolean {
  const labels = (pod.metadata["labels"] ?? {}) as Readonly<Record<string, string>>;
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}
