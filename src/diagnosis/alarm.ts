import { type KubernetesObject, keyOf, kindKey, type ObjectRef, refOf } from "../signal/object.ts";
import type { Signal } from "../signal/signal.ts";
import type { Lookup } from "./lookup.ts";
import { meantObject, rootsMeant } from "./meant.ts";
import type { Symptom, Trouble } from "./symptom.ts";
import { complainingSymptoms } from "./symptoms/complaining.ts";
import { symptomOf } from "./symptoms/now.ts";

// Alerts about a state that the cluster itself tells: where it does not, the state is over.
const TOLD =
  /^(Kube(Pod|Container|Deployment|StatefulSet|DaemonSet|ReplicaSet|Job|CronJob|Node(NotReady|Unreachable|Pressure)|Pdb|Quota|Service)|Flux|GitOps|Watchdog|InfoInhibitor)/;

// The same states by the names that other rule sets and monitors give them.
const TOLD_ELSEWHERE =
  /(?:pod|container|deployment|statefulset|daemonset|rollout|replicas?|workload)\w*?(?:restart|crash|not_?ready|unready|unhealthy|pending|waiting|stuck|mismatch|image_?pull)/i;

// An event of Flux says what its object's conditions say: once they say otherwise, it tells of an earlier revision.
function isTold({ source, reason }: Signal): boolean {
  return source === "flux" || TOLD.test(reason) || TOLD_ELSEWHERE.test(reason);
}

/** Troubles that only firing alerts tell of: about objects that are there and show nothing themselves. */
export function alarmsOf(lookup: Lookup, signals: readonly Signal[]): readonly Trouble[] {
  const byRoot = new Map<string, Trouble>();
  for (const signal of signals) {
    const object = aboutWhat(lookup, signal);
    if (object === undefined || signal.endsAt !== undefined || isTold(signal)) continue;
    const root = toldRoot(lookup, object);
    const about = lookup.get(root) ?? object;
    const told = {
      text: alertText(signal),
      field: `alert ${signal.reason}`,
      at: signal.startsAt.toISOString(),
    };
    const container = signal.labels["container"] ?? null;
    const alert = symptomOf(about, { is: "alert", alert: signal.reason, message: signal.text, container }, told);
    const before = byRoot.get(keyOf(root))?.symptoms ?? complaintsOf(lookup, root);
    byRoot.set(keyOf(root), { root, symptoms: [alert, ...before] });
  }
  return [...byRoot.values()];
}

// What names no object may be about the rule that lets it fire.
function aboutWhat(lookup: Lookup, { object, reason }: Signal): KubernetesObject | undefined {
  return object === null ? lookup.alarmRuleOf(reason) : meantObject(lookup, object);
}

// One sentence, without its end: whoever tells it ends it. An alert without annotations has only its name to say.
function alertText({ reason, text }: Signal): string {
  return text === reason ? `${reason} fires` : `${reason} fires: ${text.replaceAll(/\s+/g, " ").replace(/\.$/, "")}`;
}

// An alert about a Service is about the one workload that answers for it.
function toldRoot(lookup: Lookup, object: KubernetesObject): ObjectRef {
  const [own, behind, ...others] = rootsMeant(lookup, refOf(object));
  const isAnswered = kindKey(object) === "/Service" && others.length === 0;
  return (isAnswered ? behind : undefined) ?? own ?? refOf(object);
}

const COMPLAINTS_BESIDE_ALERT = 2;

function complaintsOf(lookup: Lookup, root: Trouble["root"]): readonly Symptom[] {
  return lookup.podsOf(root).flatMap((pod) => complainingSymptoms(lookup, pod, COMPLAINTS_BESIDE_ALERT));
}
