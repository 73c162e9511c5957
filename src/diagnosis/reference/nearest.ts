/**
 * The one candidate that `wanted` was surely meant to be: a slip of the keyboard, or one word too many or too few.
 * Undefined where none is near, or where two are: a guess is not an answer. Names that differ only in digits
 * (`node-1`, `node-2`; `v1`, `v2`) are different names, not slips, and so are those of which one is of a part of the
 * other (`orders-db`, `orders-db-exporter`).
 */
export function nearestName(wanted: string, candidates: Iterable<string>): string | undefined {
  const near = [...new Set(candidates)]
    .filter((candidate) => candidate !== wanted && withoutDigits(candidate) !== withoutDigits(wanted))
    .filter((candidate) => !isOtherVariant(candidate, wanted) && !isPartOf(candidate, wanted))
    .filter((candidate) => !hasOtherWord(candidate, wanted))
    .map((candidate) => ({ candidate, distance: slips(wanted, candidate) }))
    .filter(({ distance, candidate }) => distance <= allowedSlips(wanted, candidate))
    .sort((a, b) => a.distance - b.distance);
  const [best, second] = near;
  if (best === undefined) return undefined;
  return second === undefined || second.distance > best.distance ? best.candidate : undefined;
}

/** One slip in a short name, two in a longer one, three in a long one; a whole word more or less counts as one slip. */
function allowedSlips(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  if (length < 4) return 0;
  if (length < 9) return 1;
  return length < 20 ? 2 : 3;
}

function slips(a: string, b: string): number {
  return differsByOneWord(a, b) ? 1 : editDistance(a, b, 3);
}

function withoutDigits(name: string): string {
  return name.replace(/\d+/g, "#");
}

// Words that tell one of several of the same apart: who asks for the one does not mean the other.
const VARIANTS =
  /^(?:canary|preview|stable|active|blue|green|primary|standby|replicas?|ro|rw|read|readonly|reader|write|writer|headless|internal|external|public|private|test|staging|stage|dev|prod|old|new|next|legacy|alpha|beta|edge|v\d+|backup|bak|orig|admin|examples?|samples?|templates?|tmpl|dist|draft|disabled)$/;

function isOtherVariant(a: string, b: string): boolean {
  const [one, other] = [a, b].map((name) => {
    const [first = "", ...rest] = words(name);
    const told = rest.filter((word) => VARIANTS.test(word));
    return { told: told.join(), thing: [first, ...rest.filter((word) => !told.includes(word))].join() };
  });
  return one?.thing === other?.thing && one?.told !== other?.told;
}

function isPartOf(candidate: string, wanted: string): boolean {
  const [part, whole] = [words(candidate), words(wanted)];
  return part.length > whole.length && whole.every((word, at) => word === part[at]);
}

// So short, words of one length are mostly words of their own: `cpu` and `gpu`, `eu` and `us`, `cart` and `card`.
const SHORT_WORD = 4;

function hasOtherWord(a: string, b: string): boolean {
  const [one, other] = [words(a), words(b)];
  if (one.length !== other.length) return false;
  return one.some((word, at) => isShort(word, other[at] ?? "") && isOtherWord(word, other[at] ?? ""));
}

function isShort(a: string, b: string): boolean {
  return Math.min(a.length, b.length) <= SHORT_WORD;
}

// Two letters may be swapped, and a finger may hit the key beside.
function isOtherWord(a: string, b: string): boolean {
  if (a.length !== b.length) return Math.min(a.length, b.length) < SHORT_WORD && editDistance(a, b, 1) > 1;
  if (a === b) return false;
  const isSwapped = [...a].toSorted().join("") === [...b].toSorted().join("");
  return !isSwapped && ![...a].every((letter, at) => letter === b[at] || areBeside(letter, b[at] ?? ""));
}

const KEYS = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"];

function areBeside(a: string, b: string): boolean {
  const place = (letter: string): readonly (readonly [row: number, column: number])[] =>
    KEYS.flatMap((keys, row) =>
      keys.includes(letter.toLowerCase()) ? [[row, keys.indexOf(letter.toLowerCase())]] : [],
    );
  const [[row, column] = [9, 9]] = place(a);
  const [[otherRow, otherColumn] = [-9, -9]] = place(b);
  return Math.abs(row - otherRow) <= 1 && Math.abs(column - otherColumn) <= 1;
}

function differsByOneWord(a: string, b: string): boolean {
  const [longer, shorter] = [words(a), words(b)].sort((x, y) => y.length - x.length);
  if (longer === undefined || shorter === undefined) return false;
  if (shorter.length < 2 || longer.length !== shorter.length + 1) return false;
  return longer.some((_, at) => longer.toSpliced(at, 1).join(" ") === shorter.join(" "));
}

function words(name: string): string[] {
  return name.split(/[-_./\s]+/).filter((word) => word !== "");
}

/** Insertions, deletions, replacements and swaps of neighbours between two texts; `limit + 1` where there are more. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      let cost = Math.min(at(last, column) + 1, at(current, column - 1) + 1, replaced);
      const isSwap = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (row > 1 && column > 1 && isSwap) cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      current.push(cost);
    }
    if (Math.min(...current) > limit) return limit + 1;
    [beforeLast, last] = [last, current];
  }
  return Math.min(at(last, b.length), limit + 1);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
