import { type Entry, type Node, type Place, type Scalar, scalarAt } from "../yaml/node.ts";
import { plainTag } from "../yaml/scalar.ts";

/** The entries of a mapping that no file has as such. */
export function entriesOf(fields: Iterable<readonly [string, Node]>): readonly Entry[] {
  return [...fields].map(([key, value]) => ({ key, keyTag: plainTag(key), keyStart: value.start, value }));
}

/** A generated text, written as kustomize writes it. */
export function generatedText(place: Place, text: string): Scalar {
  return scalarAt(place, text, "!!str", text.includes("\n") ? "BLOCK_LITERAL" : "PLAIN");
}
