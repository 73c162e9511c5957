import type { MetricAnswer } from "../evidence/metrics/answer.ts";
import { withMetrics } from "../evidence/metrics/measured.ts";
import type { MetricQuestion } from "../evidence/metrics/question.ts";
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

// A server that is restarted or overloaded is back by then, and what a container used is not much older.
const LASTS_SECONDS = 1800;
// Some hundred containers in trouble at a time.
const MOST_KEPT = 500;

/**
 * The same metrics, remembered for a while: what lies in the past is asked for once, and where the server does not
 * answer now, what it said a moment ago still counts. Else a decision would come and go with the server.
 */
export function keptMetrics({ ask }: MetricsSource): MetricsSource {
  const kept = new Map<string, MetricAnswer>();
  return {
    ask: async (questions) => {
      const known = questions.map((question) => kept.get(keyOf(question)));
      const open = questions.filter((question, at) => known[at]?.question.end !== question.end);
      const fresh = new Map((await ask(open)).map((answer) => [answer.question, answer]));
      const answers = questions.flatMap((question, at) => better(fresh.get(question), known[at]) ?? []);
      for (const answer of answers) if (answer.reading.known) keep(kept, answer);
      return answers;
    },
  };
}

function better(fresh: MetricAnswer | undefined, known: MetricAnswer | undefined): MetricAnswer | undefined {
  if (fresh === undefined || fresh.reading.known) return fresh ?? known;
  const lasts = known !== undefined && fresh.question.end - known.question.end <= LASTS_SECONDS;
  return lasts ? known : fresh;
}

function keep(kept: Map<string, MetricAnswer>, answer: MetricAnswer): void {
  const key = keyOf(answer.question);
  kept.delete(key);
  kept.set(key, answer);
  const [oldest] = kept.keys();
  if (oldest !== undefined && kept.size > MOST_KEPT) kept.delete(oldest);
}

// What was before is over; what is since then goes on.
function keyOf({ metric, version, query, window, end }: MetricQuestion): string {
  return JSON.stringify([metric, version, query, window === "before" ? end : null]);
}
