import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { openFile } from "../../src/manifest/edit/opening.ts";
import { readValue } from "../../src/manifest/edit/reading.ts";
import { isEqual } from "../../src/manifest/json.ts";
import { type HumanEdit, type Replayed, readEdits, replay } from "./replay.ts";

/** How an answer compares with what the human made of the file: in its bytes, in its values only, or not at all. */
type Mark = "exact" | "same-values" | "wrong" | "refused";

type Row = { readonly edit: HumanEdit; readonly answer: Replayed; readonly mark: Mark };

/**
 * Replays the human edits of a file and tells how many came out byte for byte; `--each` prints every answer, `--json`
 * the counts. Fails where an edit came out with other values, or with other bytes though they can be decided.
 */
export function edits(words: readonly string[], print: (line: string) => void): number {
  const file = words.find((word) => !word.startsWith("--"));
  const files = file === undefined || !existsSync(file) ? [] : filesOf(file);
  if (files.length === 0) {
    print(
      "Expected a file of edits (edits.jsonl.gz) or a folder of such, found none: corpus edits FILE [--each] [--json]",
    );
    return 2;
  }
  let found: readonly HumanEdit[];
  try {
    found = files.flatMap(readEdits);
  } catch (error) {
    print(`Expected a file with one edit a line, found another (${file}): ${(error as Error).message}`);
    return 2;
  }
  const rows = found.map(marked);
  if (words.includes("--each")) for (const { answer } of rows) print(JSON.stringify(answer));
  else if (words.includes("--json")) print(JSON.stringify(counted(rows)));
  else for (const line of told(rows)) print(line);
  return rows.some(isWrong) ? 1 : 0;
}

function filesOf(named: string): readonly string[] {
  if (!statSync(named).isDirectory()) return [named];
  const files = readdirSync(named, { recursive: true, encoding: "utf8" });
  return files.filter((file) => /\.jsonl(?:\.gz)?$/.test(file)).map((file) => join(named, file));
}

function marked(edit: HumanEdit): Row {
  const answer = replay(edit);
  if ("refused" in answer) return { edit, answer, mark: "refused" };
  if (answer.after === edit.after) return { edit, answer, mark: "exact" };
  const isSame = isEqual(valuesOf(answer.after, edit.path), valuesOf(edit.after, edit.path));
  return { edit, answer, mark: isSame ? "same-values" : "wrong" };
}

function valuesOf(text: string, path: string): unknown {
  const opened = openFile(new TextEncoder().encode(text), path);
  return opened.ok ? opened.documents.map((document) => readValue(document, document)) : opened.refusal.code;
}

function isWrong({ edit, mark }: Row): boolean {
  return mark === "wrong" || (edit.clean && mark === "same-values");
}

function counted(rows: readonly Row[]): object {
  const clean = rows.filter(({ edit }) => edit.clean);
  const others = rows.filter(({ edit }) => !edit.clean);
  const refusals = Object.fromEntries(
    Object.entries(Object.groupBy(rows, ({ answer }) => codeOf(answer))).map(([code, found]) => [code, found?.length]),
  );
  return { clean: countMarks(clean), others: countMarks(others), refusals };
}

function countMarks(rows: readonly Row[]): object {
  const count = (mark: Mark): number => rows.filter((row) => row.mark === mark).length;
  const marks = {
    exact: count("exact"),
    sameValues: count("same-values"),
    wrong: count("wrong"),
    refused: count("refused"),
  };
  return { edits: rows.length, ...marks };
}

function codeOf(answer: Replayed): string {
  return "refused" in answer ? answer.refused.slice(0, answer.refused.indexOf(":")) : "none";
}

function told(rows: readonly Row[]): readonly string[] {
  const clean = rows.filter(({ edit }) => edit.clean);
  const missed = rows.filter((row) => isWrong(row) || (row.edit.clean && row.mark === "refused"));
  const exact = clean.filter(({ mark }) => mark === "exact").length;
  const share = clean.length === 0 ? 100 : (100 * exact) / clean.length;
  return [
    ...missed.map(
      ({ edit, answer, mark }) => `${mark}  ${edit.id}  ${edit.path}  ${"refused" in answer ? answer.refused : ""}`,
    ),
    `${clean.length} edits that can be decided to the byte: ${share.toFixed(2)} % exact`,
    `${rows.length - clean.length} others: ${JSON.stringify(countMarks(rows.filter(({ edit }) => !edit.clean)))}`,
    `${rows.filter(isWrong).length} wrong`,
  ];
}
