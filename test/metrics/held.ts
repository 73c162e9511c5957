import type { MetricName } from "../../src/evidence/metrics/definition.ts";
import {
  exactly,
  type MetricQuestion,
  questionFor,
  type Subject,
  type Window,
} from "../../src/evidence/metrics/question.ts";

/** One series that a metrics server under contract holds, a sample a minute. */
export type HeldSeries = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** In minutes from the moment at which the pods in trouble were made. */
  readonly from: number;
  readonly to: number;
  readonly value: (minute: number) => number;
};

const MEBIBYTE = 2 ** 20;
/** When the pods in trouble were made, in seconds since 1970. */
export const MADE = Date.parse("2026-01-10T10:00:00Z") / 1000;
/** Four hours on. */
const NOW = MADE + 4 * 3600;
const DAY = 24 * 60;

// Pods of the template before, and one of the newest.
const OLD = "catalog-5c9d6f7b8-q4w7z";
const NEW = "catalog-7b6c4d9f5-x2k4z";
const CATALOG: Subject = {
  namespace: "shop",
  pods: "catalog-[bcdfghjklmnpqrstvwxz2456789]{1,10}-[bcdfghjklmnpqrstvwxz2456789]{5}",
  container: "app",
};
// Nobody may call an object so; whoever could must not be able to ask for something else.
const HOSTILE = 'sh"op\\.*';

function of(pod: string, container = "app", namespace = "shop"): Readonly<Record<string, string>> {
  return { namespace, pod, container };
}

const cpu = (
  name: string,
  labels: HeldSeries["labels"],
  perSecond: readonly [before: number, since: number],
): HeldSeries => ({
  ...{ name, labels, from: -600, to: 240 },
  value: (minute) => 60 * (minute < 0 ? (minute + 600) * perSecond[0] : 600 * perSecond[0] + minute * perSecond[1]),
});

/** What a metrics server under contract holds. */
export const HELD: readonly HeldSeries[] = [
  // 300 MiB all the time, 400 MiB once; another workload whose name begins alike uses more.
  ...[OLD, "catalog-worker-6d8f9c7b5-bbbbb"].map((pod, index) => ({
    ...{ name: "container_memory_working_set_bytes", labels: of(pod), from: -600, to: -1 },
    value: (minute: number) => (index === 1 ? 9000 : minute === -125 ? 400 : 300) * MEBIBYTE,
  })),
  // Climbs from 100 MiB by a mebibyte a minute.
  {
    ...{ name: "container_memory_working_set_bytes", labels: of(NEW), from: 1, to: 240 },
    value: (minute) => (100 + minute) * MEBIBYTE,
  },
  {
    ...{ name: "kube_pod_container_resource_limits", labels: { ...of(NEW), resource: "memory" }, from: 0, to: 240 },
    value: () => 256 * MEBIBYTE,
  },
  // Kept waiting in one period of twenty before, in four of five since.
  cpu("container_cpu_cfs_periods_total", of("catalog-5c9d6f7b8-tt2vb"), [10, 10]),
  cpu("container_cpu_cfs_throttled_periods_total", of("catalog-5c9d6f7b8-tt2vb"), [0.5, 8]),
  cpu("container_cpu_cfs_periods_total", of(NEW), [10, 10]),
  cpu("container_cpu_cfs_throttled_periods_total", of(NEW), [0.5, 8]),
  cpu("container_cpu_usage_seconds_total", of(OLD), [0.4, 0.4]),
  // Restarted every other hour.
  {
    ...{ name: "kube_pod_container_status_restarts_total", labels: of(OLD), from: -600, to: -1 },
    value: (minute) => Math.floor((minute + 660) / 120),
  },
  // No period passed, so there is no share of them.
  cpu("container_cpu_cfs_periods_total", of("idle-0"), [0, 0]),
  cpu("container_cpu_cfs_throttled_periods_total", of("idle-0"), [0, 0]),
  // Two clusters have a container of this name.
  ...["prod", "staging"].map((cluster) => ({
    ...{ name: "container_memory_working_set_bytes", labels: { ...of("twin-0"), cluster }, from: 0, to: 60 },
    value: () => MEBIBYTE,
  })),
  {
    ...{ name: "container_memory_working_set_bytes", labels: of("odd-0", "app", HOSTILE), from: 0, to: 60 },
    value: () => 7 * MEBIBYTE,
  },
];

function ask(metric: MetricName, window: Window, subject: Subject, pod: string): MetricQuestion {
  const scope =
    window === "before"
      ? { window, pods: subject.pods, start: MADE - 3 * DAY * 60, end: MADE }
      : { window, pods: exactly(pod), start: MADE, end: NOW };
  return questionFor(metric, subject, scope);
}

function alone(pod: string, namespace = "shop"): Subject {
  return { namespace, pods: exactly(pod), container: "app" };
}

/** The questions of the contract. */
export const QUESTIONS = {
  memoryBefore: ask("memory-working-set", "before", CATALOG, NEW),
  memorySince: ask("memory-working-set", "since", CATALOG, NEW),
  memoryLimit: ask("memory-limit", "since", CATALOG, NEW),
  throttledBefore: ask("cpu-throttled", "before", CATALOG, NEW),
  throttledSince: ask("cpu-throttled", "since", CATALOG, NEW),
  usageBefore: ask("cpu-usage", "before", CATALOG, NEW),
  restartsBefore: ask("restarts", "before", CATALOG, NEW),
  noSeries: ask("cpu-limit", "since", CATALOG, NEW),
  noNumber: ask("cpu-throttled", "since", alone("idle-0"), "idle-0"),
  twoClusters: ask("memory-working-set", "since", alone("twin-0"), "twin-0"),
  hostileName: ask("memory-working-set", "since", alone("odd-0", HOSTILE), "odd-0"),
} as const satisfies Readonly<Record<string, MetricQuestion>>;
