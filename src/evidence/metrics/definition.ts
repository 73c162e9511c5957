// What the numbers count.
type Unit = "bytes" | "cores" | "share" | "restarts";

/**
 * One thing that a metrics server may tell of a container. What a name means never changes: another expression, unit or
 * meaning is another version, and what was recorded of one is never taken for another.
 */
export type MetricDefinition = {
  readonly version: number;
  readonly unit: Unit;
  /** What each point of an answer says. */
  readonly means: string;
  /** Why there may be no such series although all is well. */
  readonly missing: string;
  /** The PromQL of one number at a time, over the series of cAdvisor and kube-state-metrics as kube-prometheus has them. */
  readonly expression: (matchers: string, range: string) => string;
};

// A store of several clusters answers with one series each; nobody may take their maximum for one cluster's.
const largest = (expression: string): string => `max by (cluster) (${expression})`;

const NOT_SCRAPED = "the server may not scrape it, or keep nothing that old";

/** Every metric that is asked for. To add one, write it here and ask for it in `wanted.ts`. */
export const METRICS = {
  "memory-working-set": {
    version: 1,
    unit: "bytes",
    means: "the most memory that a container held and could not give back (what the kernel kills for)",
    missing: `${NOT_SCRAPED}, or the container ended before it was scraped`,
    expression: (matchers, range) =>
      largest(`max_over_time(container_memory_working_set_bytes{${matchers}}[${range}])`),
  },
  "memory-limit": {
    version: 1,
    unit: "bytes",
    means: "the memory limit of a container, as kube-state-metrics knows it",
    missing: NOT_SCRAPED,
    expression: (matchers) => largest(`kube_pod_container_resource_limits{${matchers},resource="memory"}`),
  },
  "cpu-usage": {
    version: 1,
    unit: "cores",
    means: "the CPU that a container used",
    missing: `${NOT_SCRAPED}, or the container ended before it was scraped twice`,
    expression: (matchers, range) => largest(`rate(container_cpu_usage_seconds_total{${matchers}}[${range}])`),
  },
  "cpu-limit": {
    version: 1,
    unit: "cores",
    means: "the CPU limit of a container, as kube-state-metrics knows it",
    missing: NOT_SCRAPED,
    expression: (matchers) => largest(`kube_pod_container_resource_limits{${matchers},resource="cpu"}`),
  },
  "cpu-throttled": {
    version: 1,
    unit: "share",
    means: "the share of the scheduler's periods in which a container was kept waiting at its CPU limit",
    missing: `${NOT_SCRAPED}, or no CPU limit is set`,
    expression: (matchers, range) =>
      largest(
        `rate(container_cpu_cfs_throttled_periods_total{${matchers}}[${range}]) / rate(container_cpu_cfs_periods_total{${matchers}}[${range}])`,
      ),
  },
  restarts: {
    version: 1,
    unit: "restarts",
    means: "how often a container of one pod was restarted within a day",
    missing: NOT_SCRAPED,
    // Of a short range the restarts at its ends are lost.
    expression: (matchers) => largest(`increase(kube_pod_container_status_restarts_total{${matchers}}[1d])`),
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** The name of a metric. */
export type MetricName = keyof typeof METRICS;

/** The definition of a metric, as it is now. */
export function definitionOf(name: MetricName): MetricDefinition {
  return METRICS[name];
}
