// Longer texts are seldom the same.
const LONGEST_SHARED = 100;
const MOST_SHARED = 20_000;
const shared = new Map<string, string>();

/** The same text as one string in memory, and never as a part of a longer one, which would keep all of that. */
export function interned(text: string): string {
  const same = shared.get(text);
  if (same !== undefined) return same;
  const own = Buffer.from(text).toString();
  if (own.length > LONGEST_SHARED) return own;
  if (shared.size >= MOST_SHARED) shared.clear();
  shared.set(own, own);
  return own;
}
