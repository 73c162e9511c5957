/** Names of one kind that a commit took away, and those that it brought. */
type Names = { readonly removed: readonly string[]; readonly added: readonly string[] };

/**
 * The one new name that differs from the old one only in its beginning, where the same commit gave another name the same
 * new beginning: `shop-cache` became `store-cache` as `shop-web` became `store-web`.
 */
export function renamedAlike(name: string, { removed, added }: Names): string | undefined {
  const [only, ...others] = added.filter((to) => {
    const tail = commonTail(name, to);
    const swap = { from: name.slice(0, -tail.length), into: to.slice(0, -tail.length) };
    return tail !== "" && removed.some((other) => other !== name && isAlso(other, added, swap));
  });
  return others.length === 0 ? only : undefined;
}

type Swap = { readonly from: string; readonly into: string };

function isAlso(other: string, added: readonly string[], { from, into }: Swap): boolean {
  return other.startsWith(`${from}-`) && added.includes(into + other.slice(from.length));
}

/** The end that both have, from a hyphen on. */
function commonTail(a: string, b: string): string {
  const words = a.split("-");
  const at = words.findIndex((_, start) => start > 0 && b.endsWith(`-${words.slice(start).join("-")}`));
  return at < 0 ? "" : `-${words.slice(at).join("-")}`;
}
