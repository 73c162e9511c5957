import type { Spot, Unfound } from "./locate.ts";
import { childrenOf, type Written, type WrittenAlias } from "./written.ts";

/** Why nothing may be added at a place: the place itself, or what holds it, is repeated elsewhere by an alias. */
export function anchorAbove({ node, trail }: Spot, root: Written): Unfound | undefined {
  return repeated([...trail, node], aliasesIn(root));
}

/** Why a place may not be changed or removed for itself alone: it, what holds it or a part of it is repeated elsewhere by an alias. */
export function anchorOn(spot: Spot, root: Written): Unfound | undefined {
  const { start, end } = spot.node;
  const elsewhere = aliasesIn(root).filter((alias) => alias.start < start || alias.start >= end);
  return anchorAbove(spot, root) ?? repeated(withBelow(spot.node), elsewhere);
}

function repeated(nodes: readonly Written[], aliases: readonly WrittenAlias[]): Unfound | undefined {
  const names = new Set(aliases.map(({ name }) => name));
  const held = nodes.find(({ anchor }) => anchor !== undefined && names.has(anchor));
  if (held === undefined) return undefined;
  const message = `the anchor &${held.anchor} repeats this place elsewhere in the document: change it by hand`;
  return { ok: false, code: "ANCHOR", message, at: held.start };
}

function aliasesIn(root: Written): readonly WrittenAlias[] {
  return withBelow(root).filter((node) => node.kind === "alias");
}

function withBelow(node: Written): readonly Written[] {
  return [node, ...childrenOf(node).flatMap(withBelow)];
}
