import { type ChartAnswer, type ChartJob, keyOfJob, type RenderedCharts, refuseChart } from "./chart-job.ts";

const NOT_YET = refuseChart("NOT_RENDERED", "its chart was not rendered");

/** Charts that were rendered, by what was asked; what is asked for and not there is wanted. */
export class ChartShelf implements RenderedCharts {
  readonly #answers = new Map<string, ChartAnswer>();
  readonly #wanted = new Map<string, ChartJob>();

  readonly find = (job: ChartJob): ChartAnswer => {
    const key = keyOfJob(job);
    const answer = this.#answers.get(key);
    if (answer === undefined) this.#wanted.set(key, job);
    return answer ?? NOT_YET;
  };

  /** How many answers there are. */
  get size(): number {
    return this.#answers.size;
  }

  /** What was asked for since it was last asked what is wanted, and is not there. */
  takeWanted(): readonly ChartJob[] {
    const wanted = [...this.#wanted.values()];
    this.#wanted.clear();
    return wanted;
  }

  put(job: ChartJob, answer: ChartAnswer): void {
    this.#answers.set(keyOfJob(job), answer);
  }
}
