import type { Spot, Unfound } from "./locate.ts";
import { childrenOf, type Written } from "./written.ts";

/** Why a place may not be changed for itself alone: something on the way to it, or in it, is repeated elsewhere by an alias. */
export function anchorOn({ node, trail }: Spot, root: Written): Unfound | undefined {
  const aliases = aliasesIn(root);
  if (aliases.size === 0) return undefined;
  const held = [...trail, ...withBelow(node)].find(({ anchor }) => anchor !== undefined && aliases.has(anchor));
  if (held === undefined) return undefined;
  const message = `the anchor &${held.anchor} repeats this place elsewhere in the document: change it by hand`;
  return { ok: false, code: "ANCHOR", message, at: held.start };
}

function aliasesIn(node: Written): Set<string> {
  return new Set(withBelow(node).flatMap((one) => (one.kind === "alias" ? [one.name] : [])));
}

function withBelow(node: Written): readonly Written[] {
  return [node, ...childrenOf(node).flatMap(withBelow)];
}
