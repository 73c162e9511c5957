import { rmSync } from "node:fs";
import { casesBelow, examine, makeScratch } from "../eval/cases.ts";
import type { Marks } from "../eval/grade.ts";
import { openMaterial } from "./material.ts";

/** `missed` is an answer that was not given: nothing is claimed, nothing is proposed. */
type Mark = "right" | "missed" | "wrong";

type Row = {
  readonly id: string;
  readonly root: Mark;
  readonly category: Mark;
  readonly patch: Mark;
  readonly isFair: boolean;
  readonly told: string;
};

const ASPECTS = ["root", "category", "patch"] as const;

/**
 * Diagnoses every break in a folder or a .tar.gz (cases as the contract has them) and tells of each whether its root, its
 * category and its patch are right. Fails where an answer is wrong; what cannot be told from the material only counts
 * where something wrong is proposed. `--json` prints all rows.
 */
export async function breaks(words: readonly string[], print: (line: string) => void): Promise<number> {
  const material = openMaterial(words.find((word) => !word.startsWith("--")));
  const folders = material?.folders.flatMap(casesBelow) ?? [];
  if (material === undefined || folders.length === 0) {
    material?.close();
    print("Expected a folder or a .tar.gz with cases (truth.json), found none: corpus breaks DIR [--json]");
    return 2;
  }
  const scratch = makeScratch();
  const rows: Row[] = [];
  try {
    for (const folder of folders) {
      const row = rowOf(await examine(folder, scratch));
      rows.push(row);
      if (!words.includes("--json")) print(lineOf(row));
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    material.close();
  }
  if (words.includes("--json")) print(JSON.stringify({ counts: countsOf(rows), rows }));
  else print(totalOf(rows));
  return rows.some(isWrong) ? 1 : 0;
}

function rowOf(marks: Marks): Row {
  const claimed = (isRight: boolean): Mark => (isRight ? "right" : marks.said === "unknown" ? "missed" : "wrong");
  return {
    id: marks.id,
    root: claimed(marks.root),
    category: claimed(marks.kind),
    patch: patchOf(marks),
    isFair: marks.isFair,
    told: `${marks.expected}/${marks.category} -> ${marks.got}/${marks.said}`,
  };
}

function patchOf({ expected, equivalent, decision, isOpen, wrong }: Marks): Mark {
  if (wrong) return "wrong";
  if (equivalent === true || (decision && (expected !== "propose" || isOpen))) return "right";
  return "missed";
}

function isWrong(row: Row): boolean {
  return row.patch === "wrong" || (row.isFair && ASPECTS.some((aspect) => row[aspect] === "wrong"));
}

function lineOf(row: Row): string {
  const marks = ASPECTS.map((aspect) => `${aspect} ${row[aspect].padEnd(6)}`).join("  ");
  return `${row.id.padEnd(34)} ${marks}  ${row.told}${row.isFair ? "" : " (nothing in the material tells)"}`;
}

function countsOf(rows: readonly Row[]): Readonly<Record<(typeof ASPECTS)[number], Readonly<Record<Mark, number>>>> {
  const count = (aspect: (typeof ASPECTS)[number]): Record<Mark, number> => {
    const of = (mark: Mark): number => rows.filter((row) => row[aspect] === mark).length;
    return { right: of("right"), missed: of("missed"), wrong: of("wrong") };
  };
  return { root: count("root"), category: count("category"), patch: count("patch") };
}

function totalOf(rows: readonly Row[]): string {
  const counts = countsOf(rows);
  const told = ASPECTS.map((aspect) => {
    const { right, missed, wrong } = counts[aspect];
    return `${aspect}: ${right} right, ${missed} missed, ${wrong} wrong`;
  });
  return `${rows.length} breaks; ${told.join("; ")}`;
}
