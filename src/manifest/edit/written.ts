import type { ScalarStyle } from "../yaml/scalar.ts";

/**
 * How a document is written: every node with the offsets in the text at which its own characters begin and end,
 * comments and blank lines after it not counted.
 */
export type Written = WrittenScalar | WrittenAlias | WrittenMap | WrittenList;

type Span = { readonly start: number; readonly end: number; readonly anchor: string | undefined };

/** A scalar; one that is not written at all (`key:`) is an empty span after what leads to it. */
export type WrittenScalar = Span & {
  readonly kind: "scalar";
  readonly text: string;
  readonly style: ScalarStyle;
  readonly tag: string | undefined;
};

/** A reference to an anchor. */
export type WrittenAlias = Span & { readonly kind: "alias"; readonly name: string };

/** A mapping, in flow form where it is written with braces. */
export type WrittenMap = Span & {
  readonly kind: "map";
  readonly flow: boolean;
  readonly entries: readonly WrittenEntry[];
};

/** A key with its value. `lead` is the end of the colon, anchor or tag before the value. */
export type WrittenEntry = {
  readonly start: number;
  readonly key: string;
  readonly keyNode: Written;
  readonly lead: number;
  readonly value: Written;
};

/** A sequence, in flow form where it is written with brackets. */
export type WrittenList = Span & {
  readonly kind: "list";
  readonly flow: boolean;
  readonly items: readonly WrittenItem[];
};

/** A list item from its dash on; `lead` is the end of the dash, anchor or tag before the value. */
export type WrittenItem = { readonly start: number; readonly lead: number; readonly value: Written };

/** Whether nothing is written where this node stands. */
export function isUnwritten(node: Written): boolean {
  return node.kind === "scalar" && node.start === node.end;
}

/** Whether the node is a scalar in block form (`|` or `>`). */
export function isBlockScalar({ style }: WrittenScalar): boolean {
  return style === "BLOCK_LITERAL" || style === "BLOCK_FOLDED";
}

/** The nodes directly below. */
export function childrenOf(node: Written): readonly Written[] {
  if (node.kind === "map") return node.entries.flatMap(({ keyNode, value }) => [keyNode, value]);
  return node.kind === "list" ? node.items.map(({ value }) => value) : [];
}
