import { compareBytes } from "../tree.ts";
import { isNull, type Node, type Scalar } from "../yaml/node.ts";
import type { FieldSpec } from "./field-spec.ts";
import { refuse } from "./refused.ts";
import type { Resources } from "./resources.ts";
import { changeFields, setText } from "./set-field.ts";

/** Labels or annotations to set: keys with the scalars that say the values. */
export type PairsStep = { readonly pairs: ReadonlyMap<string, Scalar>; readonly fieldSpecs: readonly FieldSpec[] };

/** Sets labels or annotations in every field that the specifications reach. */
export function setPairs(resources: Resources, { pairs, fieldSpecs }: PairsStep): void {
  const sorted = [...pairs].sort(([a], [b]) => compareBytes(a, b));
  for (const resource of resources.all) {
    for (const [key, value] of sorted) {
      const setOne = pairSetter(key, value);
      for (const spec of fieldSpecs) {
        resource.change((node) => changeFields(node, spec, setOne, { kind: "map", place: value }));
      }
      resource.sharesScalars = true;
    }
  }
}

// The fields that one key is new in are one scalar to kustomize from then on.
function pairSetter(key: string, value: Scalar): (node: Node) => Node {
  const shared = {};
  return (node) => {
    if (isNull(node)) return node;
    if (node.kind === "map") return setText(node, key, { text: value.text, tag: "!!str", place: value, shared });
    return refuse("WRONG_TYPE", `wrong node kind: expected MappingNode, found a ${node.kind}`, node);
  };
}

/** The pairs of a mapping of texts. */
export function pairsOf(map: Node | undefined): ReadonlyMap<string, Scalar> {
  return new Map(
    (map?.kind === "map" ? map.entries : []).flatMap(({ key, value }) =>
      value.kind === "scalar" ? [[key, value]] : [],
    ),
  );
}
