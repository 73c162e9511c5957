import { mapChildren, type Node, type Scalar } from "./node.ts";
import { plainTag, type ScalarStyle } from "./scalar.ts";
import { resolveNode } from "./value.ts";

/** The node as it comes back from JSON: each scalar says plainly what it means, and numbers are floating. */
export function throughJson(node: Node): Node {
  if (node.kind !== "scalar") return mapChildren(node, throughJson);
  const { value } = resolveNode(node);
  if (typeof value === "string") return changed(node, value, "!!str", textStyle(value));
  const text = typeof value === "number" ? floatText(value) : String(value);
  return changed(node, text, plainTag(text), "PLAIN");
}

/** The node as it is read from its JSON text: every text in double quotes, every number in JSON's digits. */
export function fromJsonText(node: Node): Node {
  if (node.kind !== "scalar") return mapChildren(node, fromJsonText);
  const { value, digits } = resolveNode(node);
  if (typeof value === "string") return changed(node, value, "!!str", "QUOTE_DOUBLE");
  const text = digits ?? String(value);
  return changed(node, text, plainTag(text), "PLAIN");
}

function changed(scalar: Scalar, text: string, tag: string, style: ScalarStyle): Scalar {
  const isSame = scalar.shared === undefined && scalar.text === text && scalar.tag === tag && scalar.style === style;
  if (isSame) return scalar;
  const { shared: _, ...own } = scalar;
  return { ...own, text, tag, style };
}

function textStyle(text: string): ScalarStyle {
  if (text.includes("\n")) return "BLOCK_LITERAL";
  return text !== "" && plainTag(text, "configuration") === "!!str" ? "PLAIN" : "QUOTE_DOUBLE";
}

/** A floating number as Go writes it in the fewest digits: with an exponent from seven digits before the point on. */
export function floatText(value: number): string {
  const [digits = "", power = "0"] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}
