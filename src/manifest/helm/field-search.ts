import type { Json } from "../../signal/object.ts";
import { isEqual } from "../json.ts";
import type { FieldPath } from "../path.ts";
import type { Mapping } from "../yaml/node.ts";
import { jsonOf } from "../yaml/value.ts";
import type { ChartJob } from "./chart-job.ts";
import { branchesOfValues, leavesOfValues, otherThan, type ValuesLeaf, withValue } from "./values-leaf.ts";

/** The value of the searched field as a job makes it; "unknown" while the job is not rendered. */
export type Look = (job: ChartJob) => { readonly value: Json | undefined } | "unknown";

// Of the values whose text is in the field, those that set it are among the first.
const MOST_LIKELY = 12;
// A chart with more values than that is searched no further: each is one more rendering.
const MOST_OTHERS = 120;

/**
 * Finds which values set a field: each is changed alone, the chart rendered again, and the field looked at. Those whose
 * text stands in the field are tried first, and the others only where none of them moves it.
 */
export function searchValues(job: ChartJob, values: Mapping, look: Look): readonly ValuesLeaf[] {
  const now = look(job);
  const field = now === "unknown" ? undefined : now.value;
  if (field === undefined) return [];
  const trial = new Trial(job, values, (other) => {
    const after = look(other);
    return after === "unknown" ? "unknown" : !isEqual(after.value, field);
  });
  const [leaves, branches] = [leavesOfValues(values), branchesOfValues(values)];
  const whole = branches.find(
    (branch) => isEqual(branch.value, field) && trial.movers(firstLeaf(branch, leaves)).length > 0,
  );
  if (whole !== undefined) return [whole];
  const texts = scalarsOf(field).map(String);
  const likely = leaves.filter((leaf) => likeness(leaf, texts) > 0);
  const first = likely.toSorted((a, b) => likeness(b, texts) - likeness(a, texts)).slice(0, MOST_LIKELY);
  const found = trial.movers(first);
  // While some are not rendered yet, nobody needs the others.
  if (found.length > 0 || trial.isOpen) return found;
  return trial.movers(leaves.filter((leaf) => !first.includes(leaf)).slice(0, MOST_OTHERS));
}

/** Changes values one at a time. */
class Trial {
  /** Some of what was tried is not rendered yet. */
  isOpen = false;
  readonly #job: ChartJob;
  readonly #all: Json;
  readonly #moves: (job: ChartJob) => boolean | "unknown";

  constructor(job: ChartJob, values: Mapping, moves: (job: ChartJob) => boolean | "unknown") {
    this.#job = job;
    this.#all = jsonOf(values);
    this.#moves = moves;
  }

  /** Those of the values that move the field. */
  movers(leaves: readonly ValuesLeaf[]): readonly ValuesLeaf[] {
    return leaves.filter(({ path, value }) => {
      const other = otherThan(value);
      if (other === undefined) return false;
      const moves = this.#moves({ ...this.#job, values: withValue(this.#job.values, this.#all, path, other) });
      if (moves === "unknown") this.isOpen = true;
      return moves === true;
    });
  }
}

/** The place in a path of values, as people write it in a chart: `image.tag`. */
export function valuesPathText(path: FieldPath): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .replace(/^\./, "");
}

function firstLeaf({ path }: ValuesLeaf, leaves: readonly ValuesLeaf[]): readonly ValuesLeaf[] {
  const first = leaves.find((leaf) => path.every((step, at) => leaf.path[at] === step));
  return first === undefined ? [] : [first];
}

// The longer the text that both have, the likelier; what is all of the field is likeliest.
function likeness({ value }: ValuesLeaf, texts: readonly string[]): number {
  const text = value === null ? "" : String(value);
  if (text === "") return 0;
  if (texts.includes(text)) return 1_000 + text.length;
  return texts.some((each) => each.includes(text)) ? text.length : 0;
}

function scalarsOf(value: Json): readonly (string | number | boolean)[] {
  if (value === null) return [];
  if (typeof value !== "object") return [value];
  return Object.values(value).flatMap(scalarsOf);
}
