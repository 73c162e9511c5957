/**
 * The one candidate that is `wanted` with the beginning or the end that whoever names it has too: `rook-ceph-operator`
 * where `rook-ceph-cluster` waits for `operator`.
 */
export function nameOfFamily(wanted: string, by: string, candidates: Iterable<string>): string | undefined {
  const [only, ...others] = [...new Set(candidates)].filter((candidate) => isOfFamily(candidate, wanted, by));
  return others.length === 0 ? only : undefined;
}

function isOfFamily(candidate: string, wanted: string, by: string): boolean {
  if (candidate.endsWith(`-${wanted}`)) return by.startsWith(candidate.slice(0, -wanted.length));
  return candidate.startsWith(`${wanted}-`) && by.endsWith(candidate.slice(wanted.length));
}
