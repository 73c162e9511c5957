import {
  asWay,
  fieldOf,
  inFrontOf,
  isBlank,
  isNull,
  type Mapping,
  type Node,
  nodeAt,
  type Scalar,
  scalarAt,
  textOf,
} from "../yaml/node.ts";
import { splitBracketedPath } from "./field-spec.ts";
import { effectiveNamespace, gvkOf, idText, isSelected, type ResourceId } from "./id.ts";
import { readLabelSelector } from "./label-selector.ts";
import { changeMatches, splitStep } from "./path-matcher.ts";
import { refuse } from "./refused.ts";
import { metadataMap, metadataText, type Resource } from "./resource.ts";
import type { Resources } from "./resources.ts";

/** Copies a value from one resource, or a fixed one, into fields of others. */
export function replace(resources: Resources, replacement: Mapping): void {
  const source = fieldOf(replacement, "source");
  const fixed = fieldOf(replacement, "sourceValue");
  const targets = fieldOf(replacement, "targets");
  if ((source === undefined && fixed === undefined) || targets?.kind !== "list") {
    refuse("BAD_REPLACEMENT", "replacements must specify a source and at least one target", replacement);
  }
  if (source !== undefined && fixed !== undefined) {
    refuse("BAD_REPLACEMENT", "value and resource selectors are mutually exclusive", replacement);
  }
  const value = source === undefined ? fixedValue(fixed) : sourceValue(resources, source);
  for (const target of targets.items) writeTarget(resources, target, value);
}

function fixedValue(node: Node | undefined): Node {
  if (node?.kind !== "scalar") throw new Error("A replacement's sourceValue that is no text");
  return scalarAt(asWay(node, "replacement"), node.text, "", "PLAIN");
}

function sourceValue(resources: Resources, source: Node): Node {
  const selector = selectorOf(source);
  const found = resources.all.filter((resource) => idsOf(resource).some(selector));
  const [resource] = found;
  const asked = askedId(source);
  if (resource === undefined) return refuse("NO_TARGET", `nothing selected by ${asked}`, source);
  if (found.length > 1) return refuse("SEVERAL_TARGETS", `multiple matches for selector ${asked}`, source);
  const path = textOf(fieldOf(source, "fieldPath")) || "metadata.name";
  const node = lookUp(resource.node, splitBracketedPath(path), source);
  if (node === undefined || isBlank(node)) {
    return refuse("NO_FIELD", `fieldPath \`${path}\` is missing for replacement source ${asked}`, source);
  }
  const delimiter = textOf(nodeAt(source, "options", "delimiter"));
  if (delimiter === "") return node;
  if (node.kind !== "scalar") {
    return refuse("WRONG_TYPE", "delimiter option can only be used with scalar nodes", source);
  }
  const index = Number(textOf(nodeAt(source, "options", "index")) || 0);
  const part = node.text.split(delimiter)[index];
  if (part !== undefined) return { ...node, text: part };
  return refuse("BAD_REPLACEMENT", `options.index ${index} is out of bounds for value ${node.text}`, source);
}

function askedId(selector: Node): string {
  const part = (key: string): string => textOf(fieldOf(selector, key));
  return idText({
    group: part("group"),
    version: part("version"),
    kind: part("kind"),
    name: part("name"),
    namespace: part("namespace"),
  });
}

function selectorOf(selector: Node): (id: ResourceId) => boolean {
  const part = (key: string): string => textOf(fieldOf(selector, key));
  const gvk = { group: part("group"), version: part("version"), kind: part("kind") };
  const [name, namespace] = [part("name"), part("namespace")];
  return (id) =>
    (name === "" || name === id.name) &&
    (namespace === "" || namespace === effectiveNamespace(id)) &&
    isSelected(id, gvk);
}

// None of these ids is known to be cluster-scoped.
function idsOf({ node, previousIds }: Resource): readonly ResourceId[] {
  if (node === undefined) return [];
  const names = { name: metadataText(node, "name"), namespace: metadataText(node, "namespace") };
  return [{ ...gvkOf(node), ...names, isClusterScoped: false }, ...previousIds];
}

/** The node at the end of a path of keys, indexes and `[key=value]` steps. */
export function lookUp(node: Node | undefined, path: readonly string[], because: Node): Node | undefined {
  let found = node;
  for (const step of path.map((part) => part.trim()).filter((part) => part !== "")) {
    if (found === undefined || isNull(found)) return undefined;
    found = lookUpStep(found, step, because);
  }
  return found;
}

function lookUpStep(node: Node, step: string, because: Node): Node | undefined {
  if (/^[0-9]+$|^-$/.test(step))
    return node.kind === "list" ? node.items.at(step === "-" ? -1 : Number(step)) : mismatch(node, because);
  if (step === "*") return refuse("BAD_PATH", "wildcard is not supported in PathGetter", because);
  if (!step.startsWith("[") || !step.endsWith("]"))
    return node.kind === "map" ? fieldOf(node, step) : mismatch(node, because);
  const [key, value] = splitStep(step);
  if (value === undefined) {
    return refuse("BAD_PATH", "list path element must contain fieldName=fieldValue for element to match", because);
  }
  if (node.kind !== "list") return mismatch(node, because);
  return node.items.find((item) => textOf(key === "" ? item : fieldOf(item, key)) === value);
}

function mismatch(node: Node, because: Node): never {
  return refuse("WRONG_TYPE", `wrong node kind: the path does not fit a ${node.kind}`, because);
}

function writeTarget(resources: Resources, target: Node, value: Node): void {
  const select = fieldOf(target, "select");
  if (select === undefined) refuse("BAD_REPLACEMENT", "target must specify resources to select", target);
  const rejects = fieldOf(target, "reject");
  const rejectNodes = rejects?.kind === "list" ? rejects.items : [];
  const isMeant = targetTest(select, rejectNodes);
  const paths = fieldOf(target, "fieldPaths");
  const fieldPaths = paths?.kind === "list" && paths.items.length > 0 ? paths.items.map(textOf) : ["metadata.name"];
  for (const resource of resources.all) {
    if (!isMeant(resource)) continue;
    for (const path of fieldPaths) writePath(resource, path, fieldOf(target, "options"), value, target);
  }
}

function targetTest(select: Node, rejects: readonly Node[]): (resource: Resource) => boolean {
  const isSelectedId = selectorOf(select);
  const hasPairs = pairsTest(select);
  const rejectedIds = rejects.filter((reject) => reject.kind === "map" && hasId(reject)).map(selectorOf);
  const rejectedPairs = rejects.filter(selectsPairs).map(pairsTest);
  return (resource) => {
    const { node } = resource;
    if (node === undefined || !hasPairs(node) || rejectedPairs.some((isRejected) => isRejected(node))) return false;
    const ids = idsOf(resource);
    return ids.some(isSelectedId) && !rejectedIds.some((isRejected) => ids.some(isRejected));
  };
}

function hasId(selector: Node): boolean {
  return ["group", "version", "kind", "name", "namespace"].some((key) => textOf(fieldOf(selector, key)) !== "");
}

function selectsPairs(selector: Node): boolean {
  return ["labelSelector", "annotationSelector"].some((key) => textOf(fieldOf(selector, key)) !== "");
}

function pairsTest(selector: Node): (node: Mapping) => boolean {
  const labels = readLabelSelector(textOf(fieldOf(selector, "labelSelector")), selector);
  const annotations = readLabelSelector(textOf(fieldOf(selector, "annotationSelector")), selector);
  return (node) => labels(metadataMap(node, "labels")) && annotations(metadataMap(node, "annotations"));
}

function writePath(resource: Resource, path: string, options: Node | undefined, value: Node, target: Node): void {
  const creates = textOf(fieldOf(options, "create")) === "true";
  const create = creates ? { kind: value.kind, place: asWay(value, "replacement") } : undefined;
  resource.change((object) => {
    const matched = { steps: splitBracketedPath(path), create };
    const { node, count } = changeMatches(object, matched, (field) => writeField(field, options, value));
    const verb = creates ? "find or create" : "find";
    if (count === 0) refuse("NO_FIELD", `unable to ${verb} field "${path}" in replacement target`, target);
    return node as Mapping;
  });
}

function writeField(field: Node, options: Node | undefined, value: Node): Node {
  const delimiter = textOf(fieldOf(options, "delimiter"));
  if (delimiter !== "" && field.kind !== "scalar") {
    return refuse("WRONG_TYPE", "delimiter option can only be used with scalar nodes", options);
  }
  if (field.kind !== "scalar") {
    return inFrontOf({ ...value, ...asWay(value, "replacement"), behind: undefined }, field);
  }
  // The type stays what it was: only the text is new.
  const text = delimiter === "" ? textOf(value) : spliced(field, delimiter, options, textOf(value));
  const scalar = inFrontOf(
    scalarAt({ ...asWay(value, "replacement"), behind: undefined }, text, field.tag, field.style),
    field,
  );
  return field.shared === undefined ? scalar : { ...scalar, shared: field.shared };
}

function spliced(field: Scalar, delimiter: string, options: Node | undefined, value: string): string {
  const parts = field.text.split(delimiter);
  const index = Number(textOf(fieldOf(options, "index")) || 0);
  if (index < 0) parts.unshift(value);
  else parts[Math.min(index, parts.length)] = value;
  return parts.join(delimiter);
}
