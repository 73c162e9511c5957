import { inFrontOf, type Mapping, mapChildren, type Node, type Scalar } from "../yaml/node.ts";

/**
 * kustomize writes a new label into several fields of an object as one scalar in memory; whatever a later step writes
 * over one of them, it writes over all. The object after such a step, with the others brought along.
 */
export function keepShared(before: Mapping, after: Mapping): Mapping {
  if (before === after) return after;
  const written = new Map<object, Scalar>();
  const known = new Set(sharedScalars(before));
  for (const scalar of sharedScalars(after)) {
    if (scalar.shared !== undefined && !known.has(scalar)) written.set(scalar.shared, scalar);
  }
  const follow = (node: Node): Node => {
    if (node.kind !== "scalar") return mapChildren(node, follow);
    const leader = node.shared === undefined ? undefined : written.get(node.shared);
    if (leader === undefined || !known.has(node) || isAlike(leader, node)) return node;
    return { ...inFrontOf({ ...leader, behind: undefined }, node), shared: leader.shared ?? node };
  };
  return written.size === 0 ? after : (follow(after) as Mapping);
}

function isAlike(a: Scalar, b: Scalar): boolean {
  return a.text === b.text && a.tag === b.tag && a.style === b.style;
}

function sharedScalars(node: Node): readonly Scalar[] {
  if (node.kind === "scalar") return node.shared === undefined ? [] : [node];
  if (node.kind === "list") return node.items.flatMap(sharedScalars);
  return node.entries.flatMap(({ value }) => sharedScalars(value));
}
