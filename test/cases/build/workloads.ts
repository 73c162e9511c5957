import type { Cluster, Live } from "./cluster.ts";
import { suffixOf } from "./cluster.ts";
import type { Fate } from "./fates.ts";
import { addPod, ownerOf, podName, type Template } from "./pods.ts";
import { APPLIED, MADE, minutesAgo } from "./time.ts";
import type { Manifest } from "./tree.ts";

type Map = Readonly<Record<string, unknown>>;

/** A workload as it is wanted now, as it was before, and what becomes of its pods. */
export type Work = {
  readonly object: Manifest;
  /** As it was before the last commit; null where it is as old as its present form. */
  readonly before: Manifest | null;
  readonly fate: Fate;
  /** Minutes ago that its present form was made. */
  readonly made: number;
};

const NODES = ["worker-1", "worker-2", "worker-3"];

/** Makes what the controllers make of a workload: ReplicaSets, pods, status. */
export function addWorkload(cluster: Cluster, work: Work): void {
  MAKERS[work.object.kind]?.(cluster, work);
}

/** The kinds that run pods. */
export function isWorkload(kind: string): boolean {
  return kind in MAKERS;
}

const MAKERS: Readonly<Record<string, (cluster: Cluster, work: Work) => void>> = {
  Deployment: addDeployment,
  StatefulSet: addStatefulSet,
  DaemonSet: addDaemonSet,
  Job: addJob,
  Pod: addBarePod,
};

function specOf(
  object: Manifest,
): { readonly replicas?: number; readonly template: Template; readonly selector?: Map } & Map {
  return object["spec"] as { readonly template: Template };
}

function namespaceOf(object: Manifest): string {
  return object.metadata.namespace ?? "default";
}

function isWell(fate: Fate): boolean {
  return fate.isReady ?? true;
}

function addDeployment(cluster: Cluster, { object, before, fate, made }: Work): void {
  const live = cluster.add(object, before === null ? made : MADE);
  const wanted = specOf(object).replicas ?? 1;
  const isRolled =
    before !== null && JSON.stringify(specOf(before).template) !== JSON.stringify(specOf(object).template);
  const isStuck = isRolled && !isWell(fate);
  // A rolling update keeps at least three quarters of the pods.
  const kept = isStuck ? wanted - Math.floor(wanted * 0.25) : 0;
  if (isRolled)
    replicaSet(cluster, live, { template: specOf(before).template, revision: 1, count: kept, fate: {}, made: MADE });
  const count = isStuck ? wanted - kept + Math.ceil(wanted * 0.25) : wanted;
  replicaSet(cluster, live, {
    template: specOf(object).template,
    revision: isRolled ? 2 : 1,
    count,
    fate,
    made: isRolled ? APPLIED : before === null ? made : MADE,
  });
  live.metadata["annotations"] = {
    ...(live.metadata["annotations"] as Readonly<Record<string, string>> | undefined),
    "deployment.kubernetes.io/revision": isRolled ? "2" : "1",
  };
  live.metadata["generation"] = isRolled ? 2 : 1;
  live["status"] = deploymentStatus({
    wanted,
    kept,
    count,
    fate,
    isRolled,
    isNew: before === null && made < MADE,
    name: live.metadata.name,
  });
}

type Set = {
  readonly template: Template;
  readonly revision: number;
  readonly count: number;
  readonly fate: Fate;
  readonly made: number;
};

function replicaSet(cluster: Cluster, owner: Live, { template, revision, count, fate, made }: Set): void {
  const hash = suffixOf(JSON.stringify(template), 10);
  const namespace = namespaceOf(owner);
  const labels = { ...template.metadata?.labels, "pod-template-hash": hash };
  const set = cluster.add(
    {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: {
        name: `${owner.metadata.name}-${hash}`,
        namespace,
        labels,
        annotations: { "deployment.kubernetes.io/revision": String(revision) },
        ownerReferences: [ownerOf(owner)],
      },
      spec: { replicas: count, selector: { matchLabels: labels }, template: { ...template, metadata: { labels } } },
    },
    made,
  );
  const ready = isWell(fate) ? count : 0;
  if (fate.refused !== undefined) {
    set["status"] = { replicas: 0, conditions: [refusal(fate.refused)] };
    tellRefusal(cluster, set, `Error creating: ${fate.refused}`);
    return;
  }
  set["status"] = {
    replicas: count,
    fullyLabeledReplicas: count,
    readyReplicas: ready,
    availableReplicas: ready,
    observedGeneration: 1,
  };
  for (let index = 0; index < count; index += 1) {
    const node = NODES[index % NODES.length] ?? "worker-1";
    addPod(cluster, {
      owner: set,
      name: podName(set.metadata.name, index),
      namespace,
      template,
      labels,
      node,
      made,
      fate,
    });
  }
}

function refusal(message: string): Map {
  return {
    type: "ReplicaFailure",
    status: "True",
    reason: "FailedCreate",
    message,
    lastTransitionTime: minutesAgo(APPLIED),
  };
}

type Counts = {
  readonly wanted: number;
  readonly kept: number;
  readonly count: number;
  readonly fate: Fate;
  readonly isRolled: boolean;
  readonly isNew: boolean;
  readonly name: string;
};

function deploymentStatus({ wanted, kept, count, fate, isRolled, isNew, name }: Counts): Map {
  const isGood = isWell(fate);
  const made = fate.refused === undefined ? count : 0;
  const ready = kept + (isGood ? count : 0);
  const isAvailable = ready >= wanted - Math.floor(wanted * 0.25);
  const since = isRolled || !isGood || isNew ? APPLIED : MADE;
  const stuck = !isGood && (isRolled || isNew);
  const told = (type: string, isTrue: boolean, reason: string, message: string, ago: number): Map => ({
    type,
    status: isTrue ? "True" : "False",
    reason,
    message,
    lastUpdateTime: minutesAgo(ago),
    lastTransitionTime: minutesAgo(ago),
  });
  return {
    observedGeneration: isRolled ? 2 : 1,
    replicas: kept + made,
    updatedReplicas: made,
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: Math.max(0, kept + made - ready),
    conditions: [
      isAvailable
        ? told("Available", true, "MinimumReplicasAvailable", "Deployment has minimum availability.", MADE)
        : told(
            "Available",
            false,
            "MinimumReplicasUnavailable",
            "Deployment does not have minimum availability.",
            since,
          ),
      stuck
        ? told(
            "Progressing",
            false,
            "ProgressDeadlineExceeded",
            `ReplicaSet "${name}-x" has timed out progressing.`,
            15,
          )
        : told(
            "Progressing",
            true,
            "NewReplicaSetAvailable",
            `ReplicaSet "${name}-x" has successfully progressed.`,
            isRolled ? APPLIED : MADE,
          ),
      ...(fate.refused === undefined ? [] : [refusal(fate.refused)]),
    ],
  };
}

function addStatefulSet(cluster: Cluster, { object, before, fate, made }: Work): void {
  const live = cluster.add(object, made);
  const { template, replicas = 1 } = specOf(object);
  const former = specOf(before ?? object).template;
  const isRolled = JSON.stringify(former) !== JSON.stringify(template);
  live["status"] = statefulStatus(replicas, fate, isRolled);
  if (fate.refused !== undefined) {
    tellRefusal(
      cluster,
      live,
      `create Pod ${live.metadata.name}-0 in StatefulSet ${live.metadata.name} failed error: ${fate.refused}`,
    );
    return;
  }
  // A rolling update begins with the last pod, and waits for it.
  for (let index = replicas - 1; index >= 0; index -= 1) {
    const isHit = !isRolled || index === replicas - 1;
    const order = {
      form: isHit ? template : former,
      fate: isHit ? fate : {},
      made: isHit && isRolled ? APPLIED : made,
    };
    addOrdinal(cluster, live, index, order);
  }
}

function statefulStatus(replicas: number, fate: Fate, isRolled: boolean): Map {
  const failing = isRolled ? 1 : replicas;
  const ready = replicas - (isWell(fate) ? 0 : failing);
  const made = fate.refused === undefined ? replicas : 0;
  const updated = isRolled ? 1 : replicas;
  return {
    replicas: made,
    readyReplicas: ready,
    availableReplicas: ready,
    updatedReplicas: updated,
    observedGeneration: 1,
  };
}

type Ordinal = { readonly form: Template; readonly fate: Fate; readonly made: number };

function addOrdinal(cluster: Cluster, owner: Live, index: number, { form, fate, made }: Ordinal): void {
  const name = `${owner.metadata.name}-${index}`;
  const labels = { "statefulset.kubernetes.io/pod-name": name, "apps.kubernetes.io/pod-index": String(index) };
  const node = NODES[index % NODES.length] ?? "";
  const template = withClaims(form, owner, name);
  addPod(cluster, { owner, name, namespace: namespaceOf(owner), template, labels, node, made, fate });
}

function tellRefusal(cluster: Cluster, owner: Live, message: string): void {
  const from = `${owner.kind.toLowerCase()}-controller`;
  const named = `${owner.kind}/${namespaceOf(owner)}/${owner.metadata.name}`;
  cluster.event(named, { reason: "FailedCreate", message, count: 17, from });
}

function withClaims(template: Template, object: Manifest, name: string): Template {
  const claims = (specOf(object)["volumeClaimTemplates"] ?? []) as readonly {
    readonly metadata: { readonly name: string };
  }[];
  if (claims.length === 0) return template;
  const volumes = claims.map(({ metadata }) => ({
    name: metadata.name,
    persistentVolumeClaim: { claimName: `${metadata.name}-${name}` },
  }));
  return {
    ...template,
    spec: { ...template.spec, volumes: [...((template.spec["volumes"] ?? []) as Map[]), ...volumes] },
  };
}

function addDaemonSet(cluster: Cluster, { object, before, fate, made }: Work): void {
  const live = cluster.add(object, before === null ? made : MADE);
  const namespace = namespaceOf(object);
  const ready = isWell(fate) ? NODES.length : 0;
  live["status"] = {
    desiredNumberScheduled: NODES.length,
    currentNumberScheduled: fate.refused === undefined ? NODES.length : 0,
    numberReady: ready,
    numberAvailable: ready,
    numberUnavailable: NODES.length - ready,
    numberMisscheduled: 0,
  };
  if (fate.refused !== undefined) {
    tellRefusal(cluster, live, `Error creating: ${fate.refused}`);
    return;
  }
  for (const [index, node] of NODES.entries())
    addPod(cluster, {
      owner: live,
      name: podName(live.metadata.name, index),
      namespace,
      template: specOf(object).template,
      node,
      made: before === null ? made : APPLIED,
      fate,
    });
}

function addJob(cluster: Cluster, { object, fate, made }: Work): void {
  const live = cluster.add(object, made);
  const isDone = isWell(fate);
  const last = { lastProbeTime: minutesAgo(10), lastTransitionTime: minutesAgo(10) };
  const failed = {
    type: "Failed",
    status: "True",
    reason: "BackoffLimitExceeded",
    message: "Job has reached the specified backoff limit",
    ...last,
  };
  const complete = {
    type: "Complete",
    status: "True",
    reason: "CompletionsReached",
    message: "Reached expected number of succeeded pods",
    ...last,
  };
  const isOver = isDone || fate.phase === "Failed";
  live["status"] = {
    startTime: minutesAgo(made),
    ...(isDone ? { succeeded: 1 } : isOver ? { failed: 2 } : { active: 1, ready: 0 }),
    conditions: isDone ? [complete] : isOver ? [failed] : [],
  };
  const state = { terminated: { exitCode: 0, reason: "Completed", startedAt: "-30", finishedAt: "-28" } };
  const own: Fate = isDone
    ? { phase: "Succeeded", isReady: false, status: { ready: false, started: false, state } }
    : fate;
  addPod(cluster, {
    owner: live,
    name: podName(live.metadata.name, 0),
    namespace: namespaceOf(object),
    template: specOf(object).template,
    labels: { "job-name": live.metadata.name },
    node: "worker-1",
    made,
    fate: own,
  });
}

function addBarePod(cluster: Cluster, { object, fate, made }: Work): void {
  const { namespace = "default", name } = object.metadata;
  const labels = (object.metadata["labels"] ?? {}) as Readonly<Record<string, string>>;
  addPod(cluster, {
    owner: null,
    name,
    namespace,
    template: { metadata: { labels }, spec: object["spec"] as Map },
    node: "worker-1",
    made,
    fate,
  });
}
