import { rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { readBaseline, worseThan, writeBaseline } from "./baseline.ts";
import { casesBelow, examine, makeScratch } from "./cases.ts";
import type { Marks } from "./grade.ts";
import { caseLine, reliabilityTable, shareLine, sharesOf } from "./table.ts";

const HELP = `Usage: npm run eval -- DIR… [--json] [--fair] [--baseline FILE] [--write-baseline FILE]

Grades what Oakum says of every case folder at or below DIR against its truth.json. Exits 1 where a proposal is wrong, or
where a case is worse than in the baseline.
`;

function read(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: "boolean" },
      fair: { type: "boolean" },
      baseline: { type: "string" },
      "write-baseline": { type: "string" },
      help: { type: "boolean" },
    },
  });
  const folders = positionals.flatMap(casesBelow);
  if (folders.length === 0 && values.help !== true)
    throw new Error(`Expected folders with cases, found none in "${positionals.join(" ")}".`);
  return { values, folders };
}

type Asked = ReturnType<typeof read>;

async function evaluate({ values, folders }: Asked): Promise<number> {
  const all = await examineAll(folders);
  const marks = values.fair === true ? all.filter(({ isFair }) => isFair) : all;
  const worse = values.baseline === undefined ? [] : worseThan(readBaseline(values.baseline), marks);
  if (values["write-baseline"] !== undefined) writeBaseline(values["write-baseline"], marks);
  process.stdout.write(
    values.json === true
      ? `${JSON.stringify({ shares: sharesOf(marks), worse, cases: marks }, null, 2)}\n`
      : text(marks, worse),
  );
  return worse.length > 0 || marks.some(({ wrong }) => wrong) ? 1 : 0;
}

async function examineAll(folders: readonly string[]): Promise<readonly Marks[]> {
  const scratch = makeScratch();
  const marks: Marks[] = [];
  try {
    for (const folder of folders) marks.push(await examine(folder, scratch));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return marks;
}

function text(marks: readonly Marks[], worse: readonly string[]): string {
  const categories = [...new Set(marks.map(({ category }) => category))].toSorted();
  const groups = categories.map((name) =>
    shareLine(
      name,
      marks.filter(({ category }) => category === name),
    ),
  );
  const fair = marks.filter(({ isFair }) => isFair);
  return [
    ...marks.map(caseLine),
    "",
    ...groups,
    "",
    ...(fair.length === marks.length ? [] : [shareLine("fair only", fair)]),
    shareLine("all", marks),
    "",
    reliabilityTable(marks),
    ...worse.map((sentence) => `WORSE  ${sentence}`),
    "",
  ].join("\n");
}

function asked(args: readonly string[]): Asked | undefined {
  try {
    return read(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    return undefined;
  }
}

const found = asked(process.argv.slice(2));
if (found?.values.help === true) process.stdout.write(HELP);
else process.exitCode = found === undefined ? 2 : await evaluate(found);
