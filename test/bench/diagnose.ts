import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ended, runChild } from "./child.ts";
import { type Bench, below, type Figure, megabytes, time } from "./figures.ts";
import { MADE, makeHistory, makeRepository } from "./made-repository.ts";
import { makeSnapshot, PODS_EACH } from "./made-snapshot.ts";

const MAIN = join(import.meta.dirname, "../../src/main.ts");
const RUNS = 5;

/** `oakum diagnose` on clusters with some Deployments whose image was just broken by a commit. */
export const diagnose: Bench = {
  name: "diagnose",
  run: async () => {
    const starts = await repeated(() => runChild([MAIN, "diagnose", "--help"]));
    const start = medianOf(starts);
    return [
      { what: `process start (oakum diagnose --help), p50 of ${RUNS}`, value: shown(start) },
      ...(await figuresOf(200, (ended) => {
        const milliseconds = ended.milliseconds - start.milliseconds;
        const beside = { ...ended, milliseconds, computing: ended.computing - start.computing };
        return [
          { ...below("200 pods diagnosed, beside process start", milliseconds, 500, time), value: shown(beside) },
        ];
      })),
      ...(await figuresOf(5000, (ended) => [
        {
          ...below("5,000 pods diagnosed, process start included", ended.milliseconds, 5000, time),
          value: shown(ended),
        },
        below("5,000 pods, most memory (RSS)", ended.megabytes, 600, megabytes),
      ])),
    ];
  },
};

async function figuresOf(pods: number, tell: (ended: Ended) => readonly Figure[]): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "oakum-bench-diagnose-"));
  const [repository, snapshot] = [join(folder, "repository"), join(folder, "snapshot")];
  const kustomizations = pods / PODS_EACH / MADE.workloads;
  try {
    await makeRepository(repository, kustomizations);
    await makeHistory(repository, kustomizations, 30);
    await makeSnapshot(snapshot, repository);
    const args = [MAIN, "diagnose", "--snapshot", snapshot, "--repo", repository, "--output", "json"];
    const runs = await repeated(() => runChild(args));
    for (const { stdout } of runs) expectProposals(stdout, Math.ceil(kustomizations / 30));
    return tell({ ...medianOf(runs), megabytes: Math.max(...runs.map((run) => run.megabytes)) });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A fast answer counts only when it is the right one. */
function expectProposals(stdout: string, broken: number): void {
  const { incidents } = JSON.parse(stdout) as { readonly incidents: readonly { readonly decision: string }[] };
  const proposed = incidents.filter(({ decision }) => decision === "propose").length;
  if (proposed !== broken) throw new Error(`Expected ${broken} proposals, found ${proposed} of ${incidents.length}`);
}

async function repeated(run: () => Promise<Ended>): Promise<readonly Ended[]> {
  const runs: Ended[] = [];
  for (let count = 0; count < RUNS; count += 1) runs.push(await run());
  return runs;
}

function medianOf(runs: readonly Ended[]): Ended {
  const [ended] = runs.toSorted((a, b) => a.milliseconds - b.milliseconds).slice(Math.floor(runs.length / 2));
  if (ended === undefined) throw new Error("Nothing was run");
  return ended;
}

function shown({ milliseconds, computing }: Pick<Ended, "milliseconds" | "computing">): string {
  return `${time(milliseconds)}, of it computing ${time(computing)}`;
}
