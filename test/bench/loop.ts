import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCluster } from "../adapters/postgres-cluster.ts";
import { openCase, RECORDED } from "../demo/case.ts";
import { postAlert, type Stage, setStage, waitFor } from "../demo/stage.ts";
import { type Bench, below, type Figure, percentile, time } from "./figures.ts";

const SAMPLES = 20;
const CLOCK = { now: () => new Date(), jump: () => undefined };

type Sample = { readonly milliseconds: number; readonly writes: number; readonly reads: number };

/** From an alert to the open pull request, over real Postgres, Probot, Octokit and a forge that answers at once. */
export const loop: Bench = {
  name: "loop",
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), "oakum-bench-"));
    const postgres = await startCluster();
    try {
      const samples: Sample[] = [];
      for (let index = 0; index < SAMPLES; index += 1)
        samples.push(await sample(join(folder, `run${index}`), await postgres.create(`run${index}`), false));
      const spaced = await sample(join(folder, "spaced"), await postgres.create("spaced"), true);
      return figures(samples, spaced);
    } finally {
      await postgres.stop();
      await rm(folder, { recursive: true });
    }
  },
};

function figures(samples: readonly Sample[], spaced: Sample): readonly Figure[] {
  const times = samples.map(({ milliseconds }) => milliseconds);
  const [first] = samples;
  return [
    below(`alert → pull request open, p50 of ${samples.length}`, percentile(times, 0.5), 1000, time),
    below(`alert → pull request open, p99 of ${samples.length}`, percentile(times, 0.99), 3000, time),
    {
      what: "the same with Probot's pause between writes",
      value: time(spaced.milliseconds),
      goal: "about 9 s of it waiting",
    },
    {
      what: "writes to the forge until the check run is done",
      value: String(first?.writes),
      goal: "≤ 9 with the outcome",
    },
    { what: "reads of the forge until then", value: String(first?.reads) },
  ];
}

async function sample(folder: string, databaseUrl: string, spacing: boolean): Promise<Sample> {
  const played = await openCase(join(RECORDED, "image-tag"), join(folder, "clone"));
  let isCalm = true;
  const settings = {
    folder,
    isBeyondRepair: false,
    clock: CLOCK,
    spacing,
    databaseUrl,
    pollSeconds: 3600,
    notify: null,
    isCalm: () => isCalm,
  };
  const stage = await setStage(played, settings);
  try {
    // The look at the start is over before the alert comes.
    while (stage.looks() === 0) await pause();
    await stage.forge.webhooks.settled();
    isCalm = false;
    return await measure(stage, played.alerts);
  } finally {
    await stage.close();
  }
}

async function measure(stage: Stage, alerts: readonly unknown[]): Promise<Sample> {
  const { counts } = stage.forge;
  const before = { writes: counts.writes, reads: counts.reads };
  const begun = performance.now();
  for (const alert of alerts) await postAlert(stage, alert);
  const { threads } = stage.forge.repo(stage.repository);
  const deadline = begun + 60_000;
  while (![...threads.values()].some(({ pull }) => pull !== undefined)) {
    if (performance.now() > deadline) throw new Error("No pull request was opened within a minute");
    await pause();
  }
  const milliseconds = performance.now() - begun;
  await waitFor(stage, "proposed");
  return { milliseconds, writes: counts.writes - before.writes, reads: counts.reads - before.reads };
}

function pause(): Promise<void> {
  return new Promise((done) => setTimeout(done, 2));
}
