/**
 * Whether two names share a word that tells what they are: `external-snapshotter` and `snapshot-controller`. Words that
 * are on everything here may be left out.
 */
export function isKinName(a: string, b: string, isCommon: (word: string) => boolean = () => false): boolean {
  const others = wordsOf(b).filter((word) => !isCommon(word));
  return wordsOf(a).some((word) => !isCommon(word) && others.some((other) => isAlike(word, other)));
}

/** Whether a name has this word. */
export function hasWord(name: string, word: string): boolean {
  return name.split(/[-_.]+/).includes(word);
}

// Words that say what sort of thing something is, not which.
const SORTS =
  /^(?:app|apps|cluster|clusters|config|controller|operator|server|service|crds|base|core|main|kube|flux|system)$/;

function wordsOf(name: string): readonly string[] {
  return name.split(/[-_.]+/).filter((word) => word.length > 2 && !SORTS.test(word));
}

function isAlike(a: string, b: string): boolean {
  const stem = Math.min(a.length, b.length, 6);
  return a === b || (stem >= 5 && a.slice(0, stem) === b.slice(0, stem));
}
