import { isMap, mapOf, mapsOf } from "../../signal/json.ts";
import type { KubernetesObject } from "../../signal/object.ts";
import type { World } from "../world.ts";
import type { MetricName } from "./definition.ts";
import { podNamesLike } from "./pod-names.ts";
import { exactly, type MetricQuestion, questionFor, type Subject, type Window } from "./question.ts";

/** What is asked of a metrics server at one look, and of how many containers nothing is. */
export type Wanted = { readonly questions: readonly MetricQuestion[]; readonly leftOut: number };

type Trouble = "memory" | "cpu";

/** A container in trouble, in one pod. */
type Suffering = { readonly pod: KubernetesObject; readonly subject: Subject; readonly trouble: Trouble };

// What tells for or against a limit being the cause, and of whom it is asked.
const ASKED: Readonly<Record<Trouble, readonly (readonly [MetricName, Window])[]>> = {
  memory: [
    ["memory-working-set", "before"],
    ["memory-working-set", "since"],
    ["memory-limit", "since"],
    ["restarts", "before"],
  ],
  cpu: [
    ["cpu-throttled", "before"],
    ["cpu-throttled", "since"],
    ["cpu-usage", "before"],
    ["cpu-limit", "since"],
    ["restarts", "before"],
  ],
};

// Some seven workloads in trouble: where there are more, their limits are hardly the cause of each.
const MOST_QUESTIONS = 32;
// Weekends aside, a workload does within three days what it usually does.
const WINDOW = 3 * 24 * 3600;
// What a container that is well again went through longer ago is history.
const RECENT = 3600;

/** What metrics could tell of the containers in trouble: of those that have a limit which they may have reached. */
export function wantedMetrics({ objects, now }: World): Wanted {
  const seconds = Math.floor(now.getTime() / 1000);
  const suffering = objects.flatMap((object) => sufferingIn(object, seconds));
  const groups = Map.groupBy(suffering, ({ subject, trouble }) => JSON.stringify([trouble, subject]));
  // Memory first: that a container was killed for it is certain, that one waits for CPU is a guess.
  const ordered = [...groups.values()].toSorted(
    ([a], [b]) => Number(b?.trouble === "memory") - Number(a?.trouble === "memory"),
  );
  const questions: MetricQuestion[] = [];
  let leftOut = 0;
  for (const group of ordered) {
    const asked = questionsOf(group, seconds);
    if (questions.length + asked.length <= MOST_QUESTIONS) questions.push(...asked);
    else leftOut += 1;
  }
  return { questions, leftOut };
}

function questionsOf(group: readonly Suffering[], now: number): readonly MetricQuestion[] {
  // The newest pods are those of the newest template, which is the one in question.
  const [newest] = group.toSorted(
    (a, b) => madeAt(b.pod) - madeAt(a.pod) || (a.pod.metadata.name < b.pod.metadata.name ? -1 : 1),
  );
  if (newest === undefined) return [];
  const { pod, subject, trouble } = newest;
  const since = Math.min(
    ...group.filter((other) => ownerOf(other.pod) === ownerOf(pod)).map((other) => madeAt(other.pod)),
  );
  if (Number.isNaN(since)) return [];
  const scopes = {
    before: { window: "before", pods: subject.pods, start: since - WINDOW, end: since },
    since: { window: "since", pods: exactly(pod.metadata.name), start: Math.max(since, now - WINDOW), end: now },
  } as const;
  return ASKED[trouble].map(([metric, window]) => questionFor(metric, subject, scopes[window]));
}

function sufferingIn(pod: KubernetesObject, now: number): readonly Suffering[] {
  if (pod.kind !== "Pod") return [];
  return mapsOf(mapOf(pod["status"])["containerStatuses"]).flatMap((status) => {
    const trouble = troubleOf(status, now);
    const container = String(status["name"]);
    if (trouble === undefined || !hasLimit(pod, container, trouble)) return [];
    const subject = { namespace: pod.metadata.namespace ?? "", pods: podNamesLike(pod), container };
    return [{ pod, subject, trouble }];
  });
}

// Signals by which the kubelet ends a container whose probe fails.
const KILLED = new Set([137, 143]);

function troubleOf(status: Readonly<Record<string, unknown>>, now: number): Trouble | undefined {
  const [state, last] = [mapOf(status["state"]), mapOf(status["lastState"])];
  const ended = [mapOf(state["terminated"]), mapOf(last["terminated"])].filter(
    ({ finishedAt }) => status["ready"] !== true || now - secondsOf(finishedAt) < RECENT,
  );
  if (ended.some(({ reason }) => reason === "OOMKilled")) return "memory";
  const isKilled = ended.some(({ exitCode }) => KILLED.has(Number(exitCode)));
  const isUnready = isMap(state["running"]) && status["ready"] !== true;
  return isKilled || isUnready ? "cpu" : undefined;
}

function hasLimit(pod: KubernetesObject, container: string, resource: Trouble): boolean {
  const spec = mapsOf(mapOf(pod["spec"])["containers"]).find(({ name }) => name === container);
  return mapOf(mapOf(mapOf(spec)["resources"])["limits"])[resource] !== undefined;
}

function madeAt(pod: KubernetesObject): number {
  return secondsOf(pod.metadata.creationTimestamp);
}

function secondsOf(time: unknown): number {
  return Math.floor(Date.parse(String(time)) / 1000);
}

function ownerOf({ metadata }: KubernetesObject): string {
  return metadata.ownerReferences?.[0]?.name ?? metadata.name;
}
