import { withMetrics } from "../evidence/metrics/measured.ts";
import { wantedMetrics } from "../evidence/metrics/wanted.ts";
import type { Cluster, MetricsSource } from "../ports.ts";

/** A cluster of whose containers in trouble a metrics server is asked at every look. */
export function measured(cluster: Cluster, source: MetricsSource): Cluster {
  return {
    look: async () => {
      const world = await cluster.look();
      const { questions, leftOut } = wantedMetrics(world);
      return withMetrics(world, await source.ask(questions), leftOut);
    },
  };
}
