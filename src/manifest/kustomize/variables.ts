import {
  asWay,
  fieldOf,
  inFrontOf,
  isNull,
  type Mapping,
  mapChildren,
  type Node,
  type Place,
  type Scalar,
  scalarAt,
  textOf,
} from "../yaml/node.ts";
import { floatText } from "../yaml/through-json.ts";
import { resolveNode } from "../yaml/value.ts";
import { type FieldSpec, splitBracketedPath } from "./field-spec.ts";
import { type Gvk, isClusterScoped, keyOf, type ResourceId, splitApiVersion } from "./id.ts";
import { refuse } from "./refused.ts";
import { lookUp } from "./replacement.ts";
import type { Resources } from "./resources.ts";
import { changeFields } from "./set-field.ts";

/** One entry of `vars`: a name for a field of a resource. */
export type Variable = { readonly name: string; readonly fieldPath: string; readonly place: Node };

/** A variable's value, and where it stands. */
type Value = { readonly text: string; readonly tag: string; readonly place: Place };

/** Takes up the variables of a kustomization and notes which resource each reads; a name may be given once. */
export function declareVariables(
  resources: Resources,
  entries: readonly Node[],
  known: ReadonlyMap<string, Variable>,
): ReadonlyMap<string, Variable> {
  for (const entry of entries) {
    const id = objectOf(entry);
    // Without a namespace any will do.
    const isExact = id.namespace !== "" || id.isClusterScoped;
    const key = isExact ? keyOf(id) : keyOf({ ...id, isClusterScoped: true });
    const matched = resources.matching((other) => keyOf(isExact ? other : { ...other, isClusterScoped: true }) === key);
    const name = textOf(fieldOf(entry, "name"));
    if (matched.length > 1) {
      refuse(
        "SEVERAL_TARGETS",
        `found ${matched.length} resId matches for var ${name} (unable to disambiguate)`,
        entry,
      );
    }
    const [resource] = matched;
    if (resource !== undefined) resource.variables = [...resource.variables, name];
  }
  return entries.map(readVariable).reduce(addVariable, known);
}

/** Both sets of variables; a name that is in both is refused. */
export function mergeVariables(
  ours: ReadonlyMap<string, Variable>,
  theirs: ReadonlyMap<string, Variable>,
): ReadonlyMap<string, Variable> {
  return [...theirs.values()].reduce(addVariable, ours);
}

function addVariable(known: ReadonlyMap<string, Variable>, added: Variable): ReadonlyMap<string, Variable> {
  if (known.has(added.name)) refuse("DUPLICATE_VARIABLE", `var '${added.name}' already encountered`, added.place);
  return new Map([...known, [added.name, added]]);
}

function readVariable(entry: Node): Variable {
  const fieldPath = textOf(fieldOf(fieldOf(entry, "fieldref"), "fieldPath")) || "metadata.name";
  return { name: textOf(fieldOf(entry, "name")), fieldPath, place: entry };
}

function objectOf(entry: Node): ResourceId {
  const reference = fieldOf(entry, "objref");
  const part = (key: string): string => textOf(fieldOf(reference, key));
  const version = part("apiVersion");
  const said = { group: part("group"), version: part("version"), kind: part("kind") };
  const gvk: Gvk = version === "" ? said : { ...said, ...splitApiVersion(version) };
  return { ...gvk, name: part("name"), namespace: part("namespace"), isClusterScoped: isClusterScoped(gvk) };
}

/** Puts the values of variables where `$(NAME)` stands, in the fields that may hold variables. */
export function resolveVariables(
  resources: Resources,
  variables: ReadonlyMap<string, Variable>,
  fieldSpecs: readonly FieldSpec[],
): void {
  if (variables.size === 0) return;
  const values = new Map([...variables.values()].map((variable) => [variable.name, valueIn(resources, variable)]));
  for (const resource of resources.all) {
    for (const spec of fieldSpecs) {
      resource.change((node) => changeFields(node, spec, (field) => expandField(field, values)));
    }
  }
}

function valueIn(resources: Resources, variable: Variable): Value | undefined {
  const resource = resources.all.find(({ variables }) => variables.includes(variable.name));
  if (resource === undefined) {
    const message = `var '${variable.name}' cannot be mapped to a field in the set of known resources`;
    return refuse("NO_TARGET", message, variable.place);
  }
  const path = splitBracketedPath(variable.fieldPath).flatMap((step) => {
    const [, field = "", index] = /^(.*)\[(\d+)\]$/s.exec(step) ?? [];
    return index === undefined ? [step] : [field, index];
  });
  const node = lookUp(resource.node, path, variable.place);
  if (node === undefined) {
    const message = `field specified in var '${variable.name}' not found in corresponding resource`;
    return refuse("NO_FIELD", message, variable.place);
  }
  // A map or a list cannot stand in a text: such a variable stays as it is written.
  return node.kind === "scalar" ? scalarValue(node) : undefined;
}

function scalarValue(node: Scalar): Value {
  const place = asWay(node, "var");
  const { value } = resolveNode(node);
  const isPlain = node.tag === "!!int" || node.tag === "!!bool" || node.tag === "!!float";
  if (isPlain) return { text: String(value), tag: node.tag, place };
  return { text: node.text, tag: "!!str", place };
}

type Values = ReadonlyMap<string, Value | undefined>;

function expandField(node: Node, values: Values): Node {
  if (isNull(node)) return node;
  if (node.kind === "scalar") return expand(node, values);
  if (node.kind === "map") return expandMap(node, values);
  return mapChildren(node, (item) => {
    if (item.kind === "scalar" && isText(item)) return expand(item, values);
    return refuse("WRONG_TYPE", "invalid value type expect a string", item);
  });
}

function expandMap(map: Mapping, values: Values): Mapping {
  const bad = map.entries.find(({ keyTag }) => keyTag !== "!!str");
  if (bad !== undefined) refuse("WRONG_TYPE", `invalid map key: value='${bad.key}', tag='${bad.keyTag}'`, bad.value);
  return mapChildren(map, (value) => (value.kind === "scalar" ? expand(value, values) : value));
}

function isText({ tag }: Scalar): boolean {
  return tag === "!!str" || tag === "";
}

function expand(scalar: Scalar, values: Values): Scalar {
  if (!isText(scalar)) return scalar;
  const whole = /^\$\(([^)]*)\)$/s.exec(scalar.text)?.[1];
  const only = whole === undefined ? undefined : values.get(whole);
  if (only !== undefined) return written(scalar, only.text, only.tag, only.place);
  let place: Place = scalar;
  const text = scalar.text.replace(/\$(?:\$|\(([^)]*)\))/gs, (found: string, name: string | undefined) => {
    if (name === undefined) return "$";
    const value = values.get(name);
    if (value === undefined) return found;
    place = value.place;
    return value.tag === "!!float" ? floatText(Number(value.text)) : value.text;
  });
  return text === scalar.text && scalar.tag === "!!str" ? scalar : written(scalar, text, "!!str", place);
}

function written(old: Scalar, text: string, tag: string, place: Place): Scalar {
  const scalar = inFrontOf(scalarAt({ ...place, behind: undefined }, text, tag, "PLAIN"), old);
  return old.shared === undefined ? scalar : { ...scalar, shared: old.shared };
}
