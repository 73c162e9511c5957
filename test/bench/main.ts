import { diagnose } from "./diagnose.ts";
import type { Bench, Figure } from "./figures.ts";
import { table } from "./figures.ts";
import { loop } from "./loop.ts";
import { demo, serving, start } from "./processes.ts";
import { render } from "./render.ts";

// `npm run bench` runs all, `npm run bench -- loop` one.
const BENCHES: readonly Bench[] = [loop, start, serving, demo, render, diagnose];

/** A benchmark that fails is a missed goal, not the end of the others. */
async function measured({ name, run }: Bench): Promise<readonly Figure[]> {
  try {
    return await run();
  } catch (error) {
    return [{ what: name, value: String(error), goal: "to end", isMet: false }];
  }
}

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !BENCHES.some((bench) => bench.name === name));
if (unknown === undefined) {
  const figures: Figure[] = [];
  for (const bench of BENCHES) {
    if (wanted.length === 0 || wanted.includes(bench.name)) figures.push(...(await measured(bench)));
  }
  console.log(table(figures));
  process.exitCode = figures.some(({ isMet }) => isMet === false) ? 1 : 0;
} else {
  console.error(`There is no benchmark "${unknown}": expected ${BENCHES.map(({ name }) => name).join(", ")}.`);
  process.exitCode = 2;
}
