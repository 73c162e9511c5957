import { type KubernetesObject, refOf } from "../../signal/object.ts";
import { type Lookup, ownerNamed } from "../lookup.ts";
import { refusalOf } from "../message/admission.ts";
import { hindranceOf } from "../message/container.ts";
import { overuseOf } from "../message/eviction.ts";
import { predicatesOf } from "../message/scheduling.ts";
import { conditionOf, listAt, numberAt, textAt } from "../read.ts";
import type { Symptom } from "../symptom.ts";
import { podTemplateOf, referencesOf } from "../workload.ts";
import { containerSymptoms } from "./containers.ts";
import { minutesSince, recentEvent, symptomOf } from "./now.ts";

// The scheduler and the volume plugins answer within seconds; a minute is none.
const PATIENCE_MINUTES = 1;
// Longer than any grace period in use: a pod that still ends then does not end by itself.
const TERMINATING_MINUTES = 10;

// As long as volumes may take to be mounted before somebody is told of it.
const MOUNTING_MINUTES = 3;

// Two pods put off within this time are no chance.
const REPEATED_MINUTES = 120;

const UNMOUNTED = ["FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedMountOnFilesystemMismatch"];
const NO_SANDBOX = ["FailedCreatePodSandBox", "NetworkNotReady", "FailedPodSandBoxStatus"];

/** What is wrong with a pod now; nothing for one that has done its work. */
export function podSymptoms(lookup: Lookup, pod: KubernetesObject): readonly Symptom[] {
  if (pod.metadata.deletionTimestamp !== undefined) return endless(lookup, pod);
  const phase = textAt(pod, "status", "phase");
  if (phase === "Succeeded") return [];
  const lost = onLostNode(lookup, pod);
  if (lost !== undefined) return [lost];
  if (phase === "Failed") return failed(lookup, pod);
  const unschedulable = unscheduled(lookup, pod);
  if (unschedulable !== undefined) return [unschedulable];
  const containers = containerSymptoms(lookup, pod);
  return containers.length > 0 ? containers : notCreated(lookup, pod);
}

function endless(lookup: Lookup, pod: KubernetesObject): readonly Symptom[] {
  if (minutesSince(lookup, pod.metadata.deletionTimestamp) < TERMINATING_MINUTES) return [];
  const finalizers = listAt(pod, "metadata", "finalizers").join(", ");
  // Only its kubelet can say that its containers have ended.
  const lost = finalizers === "" ? onLostNode(lookup, pod) : undefined;
  if (lost !== undefined) return [lost];
  const message = finalizers === "" ? "its containers do not end" : `it waits for ${finalizers}`;
  const told = { text: `the pod is being deleted and ${message}`, field: "metadata.deletionTimestamp" };
  return [symptomOf(pod, { is: "terminating", pod: refOf(pod), message }, told)];
}

function failed(lookup: Lookup, pod: KubernetesObject): readonly Symptom[] {
  const reason = textAt(pod, "status", "reason") ?? "";
  const message = textAt(pod, "status", "message") ?? "";
  const overuse = overuseOf(message);
  if (reason === "Evicted" && overuse !== undefined && (!isReplaced(lookup, pod) || isRepeated(lookup, pod))) {
    const told = { text: `the pod was put off its node: ${message.trim()}`, field: "status.reason" };
    return [symptomOf(pod, { is: "disk-limit", pod: refOf(pod), ...overuse, message }, told)];
  }
  if (
    /^(Evicted|NodeAffinity|NodeShutdown|Terminated|OutOf\w+|UnexpectedAdmissionError|Preempting|TopologyAffinityError)$/.test(
      reason,
    )
  ) {
    if (isReplaced(lookup, pod)) return [];
    const told = { text: `the pod was put off its node: ${reason}: ${message}`, field: "status.reason" };
    return [symptomOf(pod, { is: "evicted", pod: refOf(pod), message }, told)];
  }
  if (/^(SysctlForbidden|AppArmor|PodOSNotSupported|UnsupportedPodSpec)$/.test(reason)) {
    const is = reason === "SysctlForbidden" ? "sysctl" : "forbidden";
    const told = { text: `its node refuses the pod: ${reason}: ${message}`, field: "status.reason" };
    return [symptomOf(pod, { is: "refused", by: refOf(pod), refusal: { is, text: message }, message }, told)];
  }
  return containerSymptoms(lookup, pod);
}

// A pod that was put off is kept until somebody tidies up, long after another has taken its place.
function isReplaced(lookup: Lookup, pod: KubernetesObject): boolean {
  const owner = lookup.find("apps/ReplicaSet", pod.metadata.namespace ?? null, ownerNamed(pod, "ReplicaSet") ?? "");
  const wanted = numberAt(owner, "spec", "replicas");
  return wanted !== undefined && (numberAt(owner, "status", "readyReplicas") ?? 0) >= wanted;
}

// Each pod that takes the place of one put off may be put off in its turn.
function isRepeated(lookup: Lookup, pod: KubernetesObject): boolean {
  const alike = lookup.podsOf(lookup.rootOf(pod)).filter((other) => {
    const isOld = minutesSince(lookup, textAt(other, "status", "startTime")) > REPEATED_MINUTES;
    return !isOld && textAt(other, "status", "reason") === "Evicted" && isOverusing(other);
  });
  return alike.length > 1;
}

function isOverusing(pod: KubernetesObject): boolean {
  return overuseOf(textAt(pod, "status", "message") ?? "") !== undefined;
}

function onLostNode(lookup: Lookup, pod: KubernetesObject): Symptom | undefined {
  const name = textAt(pod, "spec", "nodeName");
  const node = name === undefined ? undefined : lookup.find("/Node", null, name);
  if (name === undefined || node === undefined) return undefined;
  const ready = conditionOf(node, "Ready");
  if (ready === undefined || ready.status === "True" || conditionOf(pod, "Ready")?.status === "True") return undefined;
  const told = { text: `the pod runs on node ${name}, which is not ready`, field: "spec.nodeName", at: ready.at };
  return symptomOf(pod, { is: "on-lost-node", pod: refOf(pod), node: name }, told);
}

function unscheduled(lookup: Lookup, pod: KubernetesObject): Symptom | undefined {
  const node = textAt(pod, "spec", "nodeName");
  if (node !== undefined) return onNoNode(lookup, pod, node);
  const scheduled = conditionOf(pod, "PodScheduled");
  if (scheduled?.status === "True" || textAt(pod, "status", "phase") === "Running") return undefined;
  const event = recentEvent(lookup, pod, ["FailedScheduling"]);
  const message =
    scheduled?.message !== undefined && scheduled.message !== "" ? scheduled.message : (event?.message ?? "");
  const since = scheduled?.at ?? pod.metadata.creationTimestamp;
  const isScalingUp = recentEvent(lookup, pod, ["TriggeredScaleUp"], 10) !== undefined;
  if (minutesSince(lookup, since) < PATIENCE_MINUTES || isScalingUp) return undefined;
  const told = { text: `the pod finds no node: ${message}`, field: "status.conditions[PodScheduled]", at: since };
  return symptomOf(pod, { is: "unschedulable", pod: refOf(pod), predicates: predicatesOf(message), message }, told);
}

// A pod that was put on a node by name is never looked at where there is no such node.
function onNoNode(lookup: Lookup, pod: KubernetesObject, node: string): Symptom | undefined {
  const isThere = !lookup.isListed("/Node") || lookup.find("/Node", null, node) !== undefined;
  if (isThere || minutesSince(lookup, pod.metadata.creationTimestamp) < PATIENCE_MINUTES) return undefined;
  const message = `node ${node} does not exist`;
  const predicates = [{ nodes: null, obstacle: { is: "node-name" } }] as const;
  const told = { text: `the pod finds no node: ${message}`, field: "spec.nodeName" };
  return symptomOf(pod, { is: "unschedulable", pod: refOf(pod), predicates, message }, told);
}

// Nothing of its containers is known yet although it has a node: a volume, the network or the node itself is in the way.
function notCreated(lookup: Lookup, pod: KubernetesObject): readonly Symptom[] {
  if (textAt(pod, "status", "phase") !== "Pending" && conditionOf(pod, "Ready")?.status !== "False") return [];
  if (textAt(pod, "status", "phase") === "Running") return [];
  const mount = recentEvent(lookup, pod, UNMOUNTED);
  if (mount !== undefined) {
    const hindrance = hindranceOf(mountCause(lookup, pod) ?? mount.message);
    const told = { text: `a volume cannot be mounted: ${mount.message}`, field: "events", at: mount.at };
    return [symptomOf(pod, { is: "mount", pod: refOf(pod), hindrance, message: mount.message }, told)];
  }
  const sandbox = recentEvent(lookup, pod, NO_SANDBOX);
  if (sandbox === undefined) return silentlyUnmounted(lookup, pod);
  const refusal = refusalOf(sandbox.message);
  if (refusal.is === "sysctl") {
    const told = { text: `its node cannot make the pod: ${sandbox.message}`, field: "events", at: sandbox.at };
    return [symptomOf(pod, { is: "refused", by: refOf(pod), refusal, message: sandbox.message }, told)];
  }
  const told = { text: `the pod gets no network or sandbox: ${sandbox.message}`, field: "events", at: sandbox.at };
  return [symptomOf(pod, { is: "no-sandbox", pod: refOf(pod), message: sandbox.message }, told)];
}

// Events are kept for an hour only; what a volume needs and is not there keeps the pod from starting all the same.
function silentlyUnmounted(lookup: Lookup, pod: KubernetesObject): readonly Symptom[] {
  const template = podTemplateOf(pod);
  if (template === undefined || minutesSince(lookup, pod.metadata.creationTimestamp) < MOUNTING_MINUTES) return [];
  const namespace = pod.metadata.namespace ?? null;
  const missing = referencesOf(template).find(
    ({ kind, name, optional, path }) =>
      !optional &&
      path.includes("volumes") &&
      // The API server gives every pod the cluster's own certificate, and lists of ConfigMaps often leave it out.
      name !== "kube-root-ca.crt" &&
      lookup.isListed(`/${kind}`, namespace) &&
      lookup.find(`/${kind}`, namespace, name) === undefined,
  );
  if (missing === undefined) return [];
  const { kind, name } = missing;
  const hindrance =
    kind === "PersistentVolumeClaim"
      ? ({ is: "claim-missing", name } as const)
      : ({ is: "object-missing", kind, name } as const);
  const message = `${kind} ${name} does not exist`;
  const told = { text: `a volume cannot be mounted: ${message}`, field: "spec.volumes" };
  return [symptomOf(pod, { is: "mount", pod: refOf(pod), hindrance, message }, told)];
}

// "timed out waiting for the condition" follows the event that names what is missing, and tells nothing itself.
function mountCause(lookup: Lookup, pod: KubernetesObject): string | undefined {
  const messages = lookup
    .eventsAbout(pod)
    .filter((event) => UNMOUNTED.includes(textAt(event, "reason") ?? ""))
    .map((event) => textAt(event, "message") ?? textAt(event, "note") ?? "");
  return messages.findLast((message) => !/timed out waiting for the condition/.test(message));
}
