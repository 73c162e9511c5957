import { mapChildren, type Node, type Scalar } from "../yaml/node.ts";
import { plainTag, type ResolvedScalar, resolveScalar } from "../yaml/scalar.ts";

/** What a scalar means to those who read YAML as Flux and Helm read it by themselves: `yes` and `on` are booleans. */
export function meaningOf({ text, style, tag }: Scalar): ResolvedScalar {
  const written = tag === plainTag(text) ? undefined : tag;
  return style === "PLAIN" ? resolveScalar(text, style, written, "configuration") : { tag: "!!str", value: text };
}

/** The node as they read it, written so that it means the same in an object. */
export function reread(node: Node): Node {
  if (node.kind !== "scalar") return mapChildren(node, reread);
  const { tag, value, digits } = meaningOf(node);
  if (typeof value === "string") return { ...node, text: value, tag: "!!str", style: "QUOTE_DOUBLE" };
  return { ...node, text: digits ?? String(value), tag, style: "PLAIN" };
}
