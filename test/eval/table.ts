import type { Marks } from "./grade.ts";

/** The expected calibration error: how far confidence is from being right, over ten bins. */
function calibrationError(all: readonly Marks[]): number | null {
  const marks = all.filter(({ confidence }) => confidence !== null);
  if (marks.length === 0) return null;
  return binsOf(marks).reduce((sum, bin) => sum + (bin.count / marks.length) * Math.abs(bin.confidence - bin.right), 0);
}

type Bin = { readonly from: number; readonly count: number; readonly confidence: number; readonly right: number };

function binsOf(marks: readonly Marks[]): readonly Bin[] {
  return Array.from({ length: 10 }, (_, index) => {
    const inside = marks.filter(({ confidence }) => Math.min(9, Math.floor((confidence ?? 0) * 10)) === index);
    return {
      from: index / 10,
      count: inside.length,
      confidence: mean(inside.map(({ confidence }) => confidence ?? 0)),
      right: mean(inside.map(({ root, kind }) => (root && kind ? 1 : 0))),
    };
  }).filter(({ count }) => count > 0);
}

/** Confidence against being right, bin by bin. */
export function reliabilityTable(marks: readonly Marks[]): string {
  const rows = binsOf(marks.filter(({ confidence }) => confidence !== null)).map(
    ({ from, count, confidence, right }) =>
      `${from.toFixed(1)}–${(from + 0.1).toFixed(1)}  ${String(count).padStart(5)}  ${confidence.toFixed(3)}  ${right.toFixed(3)}`,
  );
  return ["bin      cases  said   right", ...rows].join("\n");
}

/** The shares that a gate asks for. */
export type Shares = {
  readonly cases: number;
  readonly decision: number;
  readonly cause: number;
  readonly patch: number;
  readonly wrong: number;
  readonly commit: number;
  readonly ece: number | null;
};

/** The shares over these cases; a case that leaves it open counts for patches only where one was proposed. */
export function sharesOf(marks: readonly Marks[]): Shares {
  const patched = marks.filter(({ expected, isOpen, got }) => expected === "propose" && !(isOpen && got === "issue"));
  const caused = marks.filter(({ commit }) => commit !== null);
  return {
    cases: marks.length,
    decision: share(marks, ({ decision }) => decision),
    cause: share(marks, ({ root, kind }) => root && kind),
    patch: share(patched, ({ equivalent }) => equivalent === true),
    wrong: marks.filter(({ wrong }) => wrong).length,
    commit: share(caused, ({ commit }) => commit === true),
    ece: calibrationError(marks),
  };
}

/** One line for each case. */
export function caseLine(marks: Marks): string {
  const mark = (name: string, value: boolean | null): string => `${name}${value === null ? "-" : value ? "+" : "!"}`;
  const flags = [
    mark("root", marks.root),
    mark("category", marks.kind),
    mark("decision", marks.decision),
    mark("exact", marks.exact),
    mark("equivalent", marks.equivalent),
    mark("commit", marks.commit),
  ].join(" ");
  const told = `${marks.expected}/${marks.category} -> ${marks.got}/${marks.said}`;
  const wrong = marks.wrong ? `  WRONG ${marks.why.join("; ")}` : "";
  return `${marks.id.padEnd(34)} ${flags}  ${(marks.confidence ?? 0).toFixed(2)}  ${(marks.seconds * 1000).toFixed(0).padStart(5)} ms  ${told}${marks.isFair ? "" : " (unfair)"}${wrong}`;
}

/** The shares of one group, on a line. */
export function shareLine(name: string, marks: readonly Marks[]): string {
  const { cases, decision, cause, patch, wrong, commit, ece } = sharesOf(marks);
  const percent = (value: number): string => `${(100 * value).toFixed(1).padStart(5)} %`;
  return `${name.padEnd(24)} ${String(cases).padStart(4)} cases  decision ${percent(decision)}  root+category ${percent(cause)}  patch ${percent(patch)}  commit ${percent(commit)}  wrong ${wrong}  ECE ${ece === null ? "-" : ece.toFixed(3)}`;
}

function share(marks: readonly Marks[], test: (marks: Marks) => boolean): number {
  return marks.length === 0 ? 0 : marks.filter(test).length / marks.length;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
