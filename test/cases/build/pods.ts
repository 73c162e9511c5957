import type { Cluster, Live } from "./cluster.ts";
import { suffixOf, uidOf } from "./cluster.ts";
import type { Fate } from "./fates.ts";
import { APPLIED, minutesAgo } from "./time.ts";
import type { Manifest } from "./tree.ts";

type Map = Readonly<Record<string, unknown>>;
type Container = Map & { readonly name: string; readonly image: string };

/** What a pod is made from. */
export type Template = {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec: Map;
};

/** A pod to be made: by whom, from what, on which node, and what becomes of it. */
export type Order = {
  readonly owner: Manifest | null;
  readonly name: string;
  readonly namespace: string;
  readonly template: Template;
  readonly labels?: Readonly<Record<string, string>>;
  readonly node: string;
  readonly made: number;
  readonly fate: Fate;
};

/** Makes a pod with the status, events and logs that its fate asks for. */
export function addPod(cluster: Cluster, order: Order): Live {
  const { owner, name, namespace, template, labels, made } = order;
  const spec = specOf(order);
  const pod = cluster.add(
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name,
        namespace,
        labels: { ...template.metadata?.labels, ...labels },
        ...(owner === null ? {} : { ownerReferences: [ownerOf(owner)] }),
      },
      spec,
    },
    made,
  );
  pod["status"] = statusOf(order);
  tell(cluster, order);
  return pod;
}

/** The reference by which an object says who made it. */
export function ownerOf(owner: Manifest): Map {
  const { apiVersion, kind, metadata } = owner;
  return { apiVersion, kind, name: metadata.name, uid: metadata["uid"], controller: true, blockOwnerDeletion: true };
}

function specOf({ template, node, fate }: Order): Map {
  const usual = {
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    serviceAccountName: "default",
    schedulerName: "default-scheduler",
  };
  return { ...usual, ...template.spec, ...(fate.unschedulable === undefined ? { nodeName: node } : {}) };
}

function statusOf(order: Order): Map {
  const { fate, made } = order;
  const phase = fate.phase ?? "Running";
  const since = fate.since ?? Math.min(made, APPLIED);
  if (fate.unschedulable !== undefined) return unscheduledStatus(fate.unschedulable, since);
  const isReady = fate.isReady ?? true;
  const main = containersOf(order.template, "containers");
  const init = containersOf(order.template, "initContainers");
  const failing = fate.container ?? main[0]?.name;
  const isInitFailing = !isReady && init.some(({ name }) => name === failing);
  return {
    phase,
    conditions: conditionsOf({
      isReady,
      isInitFailing,
      phase,
      since: isReady ? made : since,
      names: main.map(({ name }) => name),
    }),
    hostIP: "192.0.2.10",
    podIP: `10.244.1.${parseInt(uidOf(order.name).slice(0, 2), 16)}`,
    startTime: minutesAgo(made),
    qosClass: "Burstable",
    ...(init.length === 0 ? {} : { initContainerStatuses: init.map((each) => initStatus(each, order, failing)) }),
    containerStatuses: main.map((each) => containerStatus(each, order, { failing, isInitFailing })),
  };
}

function unscheduledStatus(message: string, since: number): Map {
  const told = { type: "PodScheduled", status: "False", reason: "Unschedulable", message };
  return {
    phase: "Pending",
    conditions: [{ lastProbeTime: null, lastTransitionTime: minutesAgo(since), ...told }],
    qosClass: "Burstable",
  };
}

type Conditions = {
  readonly isReady: boolean;
  readonly isInitFailing: boolean;
  readonly phase: string;
  readonly since: number;
  readonly names: readonly string[];
};

function conditionsOf({ isReady, isInitFailing, phase, since, names }: Conditions): readonly Map[] {
  const reason = phase === "Succeeded" ? "PodCompleted" : phase === "Failed" ? "PodFailed" : "ContainersNotReady";
  const why = isReady ? {} : { reason, message: `containers with unready status: [${names.join(" ")}]` };
  const notInitialized = { reason: "ContainersNotInitialized", message: "containers with incomplete status" };
  const told = (type: string, isTrue: boolean, more: Map = {}): Map => ({
    type,
    status: isTrue ? "True" : "False",
    lastProbeTime: null,
    lastTransitionTime: minutesAgo(since),
    ...more,
  });
  return [
    told("PodReadyToStartContainers", true),
    told("Initialized", !isInitFailing, isInitFailing ? notInitialized : {}),
    told("Ready", isReady, why),
    told("ContainersReady", isReady, why),
    told("PodScheduled", true),
  ];
}

function containersOf(template: Template, list: "containers" | "initContainers"): readonly Container[] {
  return (template.spec[list] ?? []) as readonly Container[];
}

function containerStatus(
  container: Container,
  order: Order,
  { failing, isInitFailing }: { readonly failing: string | undefined; readonly isInitFailing: boolean },
): Map {
  const { fate, made } = order;
  const base = {
    name: container.name,
    image: container.image,
    imageID: `${container.image}@sha256:${uidOf(container.image).replaceAll("-", "")}`,
  };
  if (isInitFailing)
    return {
      ...base,
      ready: false,
      restartCount: 0,
      started: false,
      state: { waiting: { reason: "PodInitializing" } },
      lastState: {},
    };
  const isFailing = container.name === failing;
  const isReady = !isFailing || (fate.isReady ?? true);
  const running = {
    running: { startedAt: minutesAgo(fate.isReady === false ? Math.min(made, fate.since ?? APPLIED) : made) },
  };
  const usual = { ...base, ready: isReady, restartCount: 0, started: true, state: running, lastState: {} };
  return isFailing ? { ...usual, ...resolved(fate.status, order, container.name) } : usual;
}

function initStatus(container: Container, order: Order, failing: string | undefined): Map {
  const { fate, made } = order;
  const ended = { exitCode: 0, reason: "Completed", startedAt: minutesAgo(made), finishedAt: minutesAgo(made) };
  const base = {
    name: container.name,
    image: container.image,
    imageID: "",
    restartCount: 0,
    started: false,
    lastState: {},
  };
  const isSidecar = container["restartPolicy"] === "Always";
  if (container.name !== failing || fate.isReady !== false) {
    const state = isSidecar ? { running: { startedAt: minutesAgo(made) } } : { terminated: ended };
    return { ...base, ready: true, started: isSidecar, state };
  }
  return { ...base, ready: false, ...resolved(fate.status, order, container.name) };
}

// Minutes ago become times, $POD and $CONTAINER become names.
function resolved(value: unknown, order: Order, container: string): Map {
  const text = JSON.stringify(value ?? {})
    .replace(/"(startedAt|finishedAt)":"-([\d.]+)"/g, (_, key, minutes) => `"${key}":"${minutesAgo(Number(minutes))}"`)
    .replaceAll("pod=$POD", `pod=${order.name}_${order.namespace}(${uidOf(order.name)})`)
    .replaceAll("$CONTAINER", container);
  return JSON.parse(text) as Map;
}

function tell(cluster: Cluster, { name, namespace, template, fate, made }: Order): void {
  const named = `Pod/${namespace}/${name}`;
  if (fate.unschedulable !== undefined) {
    cluster.event(named, {
      reason: "FailedScheduling",
      message: fate.unschedulable,
      from: "default-scheduler",
      count: 5,
    });
    return;
  }
  const container = fate.container ?? containersOf(template, "containers")[0]?.name ?? "";
  const isInit = containersOf(template, "initContainers").some((each) => each.name === container);
  for (const event of fate.events ?? []) {
    const message = event.message
      .replaceAll("$CONTAINER", container)
      .replaceAll("$POD", `${name}_${namespace}(${uidOf(name)})`);
    const isOfPod = /^Failed(Mount|Attach|CreatePod)/.test(event.reason);
    const fieldPath = `spec.${isInit ? "initContainers" : "containers"}{${container}}`;
    cluster.event(named, { ...event, message, ...(isOfPod ? {} : { fieldPath }) });
  }
  if (made < 60)
    cluster.event(named, {
      reason: "Scheduled",
      message: `Successfully assigned ${namespace}/${name} to worker-1`,
      isNormal: true,
      from: "default-scheduler",
      ago: made,
    });
  if (fate.log) cluster.logs.set(`${namespace}/${name}/${container}.log`, fate.log);
  if (fate.previous) cluster.logs.set(`${namespace}/${name}/${container}.previous.log`, fate.previous);
}

/** The name of a pod that a controller made. */
export function podName(owner: string, index: number): string {
  return `${owner}-${suffixOf(`${owner}${index}`, 5)}`;
}
