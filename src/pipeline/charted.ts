import {
  type ChartAnswer,
  type ChartJob,
  isUnrendered,
  keyOfJob,
  type RenderedCharts,
} from "../manifest/helm/chart-job.ts";
import { ChartShelf } from "../manifest/helm/chart-shelf.ts";
import type { Charts } from "../ports.ts";

// A look asks for what runs, what the past rendered, which value moves a field, and what a change makes: each a round.
const MOST_ROUNDS = 12;
// At 50 ms each this is less than a minute of Helm.
const MOST_CHARTS = 1_000;
const AT_ONCE = 2;

/**
 * Decides with rendered charts at hand: whatever the decision asks for and does not find is rendered, and it is made anew,
 * until it asks for nothing more. Beyond the bounds it is made with what there is.
 */
export async function withCharts<T>(charts: Charts, decide: (rendered: RenderedCharts) => T): Promise<T> {
  const shelf = new ChartShelf();
  for (let round = 1; ; round += 1) {
    const decided = decide(shelf);
    const wanted = shelf.takeWanted().slice(0, Math.max(MOST_CHARTS - shelf.size, 0));
    if (wanted.length === 0 || round === MOST_ROUNDS) return decided;
    await renderAll(charts, wanted, shelf);
  }
}

async function renderAll(charts: Charts, wanted: readonly ChartJob[], shelf: ChartShelf): Promise<void> {
  const waiting = wanted.values();
  const work = async (): Promise<void> => {
    for (const job of waiting) shelf.put(job, await charts.render(job));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

// Few repositories hold that many releases of their own charts, and what a chart makes may be large.
const MOST_KEPT = 500;

/** The same charts, each rendered once as long as it is asked for now and then. */
export function keptCharts({ render }: Charts): Charts {
  const kept = new Map<string, ChartAnswer>();
  return {
    render: async (job) => {
      const key = keyOfJob(job);
      const answer = kept.get(key) ?? (await render(job));
      kept.delete(key);
      // A helm that was ended or missing may do it the next time.
      if (answer.ok || !isUnrendered(answer.refusal)) kept.set(key, answer);
      const [oldest] = kept.keys();
      if (oldest !== undefined && kept.size > MOST_KEPT) kept.delete(oldest);
      return answer;
    },
  };
}
