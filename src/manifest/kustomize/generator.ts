import { compareBytes } from "../tree.ts";
import {
  asWay,
  fieldOf,
  type Mapping,
  mappingAt,
  type Node,
  nodeAt,
  type Place,
  type Scalar,
  scalarAt,
  textOf,
  withEntry,
  withoutEntry,
} from "../yaml/node.ts";
import type { Folder } from "./folder.ts";
import { idText, keyOf } from "./id.ts";
import { pairsOf } from "./labels.ts";
import { refuse } from "./refused.ts";
import { type Behavior, metadataMap, Resource } from "./resource.ts";
import type { Resources } from "./resources.ts";

/** One key of a generated object, with its bytes and where they stand. */
type Pair = { readonly key: string; readonly value: Uint8Array; readonly place: Place };

/** Generates the ConfigMap or the Secret of one entry. */
export function generate(kind: "ConfigMap" | "Secret", entry: Mapping, folder: Folder, common?: Node): Resource {
  const name = fieldOf(entry, "name");
  if (name?.kind !== "scalar" || name.text === "")
    return refuse("BAD_GENERATOR", "a configmap must have a name", entry);
  const place = asWay(entry, "generator");
  const text = (value: string, at: Place): Scalar => scalarAt(asWay(at, "generator"), value, "!!str", "PLAIN");
  const map = (fields: Readonly<Record<string, Node>>): Mapping => mappingAt(place, entriesOf(fields));
  const namespace = fieldOf(entry, "namespace");
  const options = optionsOf(fieldOf(entry, "options"), common);
  const pairs = pairsFrom(entry, folder, name.text);
  const type = fieldOf(entry, "type");
  const node = map({
    apiVersion: text("v1", entry),
    kind: text(kind, entry),
    metadata: map({
      name: text(name.text, name),
      ...(textOf(namespace) === "" ? {} : { namespace: text(textOf(namespace), namespace ?? name) }),
      ...textMap("labels", options.labels, map, text),
      ...textMap("annotations", options.annotations, map, text),
    }),
    ...(kind === "Secret" ? { type: text(textOf(type) || "Opaque", type ?? entry) } : {}),
    ...(kind === "Secret" ? { data: map(encodedData(pairs)) } : plainData(pairs, map)),
    ...(options.immutable === undefined ? {} : { immutable: scalarAt(options.immutable, "true", "!!bool", "PLAIN") }),
  });
  const resource = new Resource(node, folder.kinds);
  resource.needsHash = !options.disablesHash;
  resource.behavior = behaviorOf(textOf(fieldOf(entry, "behavior")));
  return resource;
}

function entriesOf(fields: Readonly<Record<string, Node>>): Mapping["entries"] {
  return Object.entries(fields).map(([key, value]) => ({ key, keyTag: "!!str", keyStart: value.start, value }));
}

function textMap(
  key: string,
  pairs: ReadonlyMap<string, Scalar>,
  map: (fields: Readonly<Record<string, Node>>) => Mapping,
  text: (value: string, at: Place) => Scalar,
): Record<string, Node> {
  if (pairs.size === 0) return {};
  return { [key]: map(Object.fromEntries([...pairs].map(([name, value]) => [name, text(value.text, value)]))) };
}

function behaviorOf(text: string): Behavior {
  return text === "create" || text === "merge" || text === "replace" ? text : "unspecified";
}

type Options = {
  readonly labels: ReadonlyMap<string, Scalar>;
  readonly annotations: ReadonlyMap<string, Scalar>;
  readonly disablesHash: boolean;
  readonly immutable: Place | undefined;
};

// What an entry says itself wins over `generatorOptions`, except for what can only be switched on.
function optionsOf(own: Node | undefined, common: Node | undefined): Options {
  const pairs = (key: string): ReadonlyMap<string, Scalar> =>
    new Map([common, own].flatMap((node) => [...pairsOf(nodeAt(node, key))]));
  const switchedOn = (key: string): Node | undefined =>
    [own, common].map((node) => fieldOf(node, key)).find((node) => textOf(node) === "true");
  const immutable = switchedOn("immutable");
  return {
    labels: pairs("labels"),
    annotations: pairs("annotations"),
    disablesHash: switchedOn("disableNameSuffixHash") !== undefined,
    immutable: immutable === undefined ? undefined : asWay(immutable, "generator"),
  };
}

function pairsFrom(entry: Mapping, folder: Folder, name: string): readonly Pair[] {
  const list = (key: string): readonly Scalar[] => {
    const node = fieldOf(entry, key);
    return node?.kind === "list" ? node.items.flatMap((item) => (item.kind === "scalar" ? [item] : [])) : [];
  };
  const env = fieldOf(entry, "env");
  const envs = [...list("envs"), ...(env?.kind === "scalar" && env.text !== "" ? [env] : [])];
  const pairs = [
    ...envs.flatMap((source) => pairsOfEnvFile(source, folder)),
    ...list("literals").map((source) => pairOfLiteral(source, folder)),
    ...list("files").map((source) => pairOfFile(source, folder)),
  ];
  const seen = new Set<string>();
  for (const { key, place } of pairs) {
    if (seen.has(key)) refuse("DUPLICATE_KEY", `configmap ${name} illegally repeats the key \`${key}\``, place);
    seen.add(key);
  }
  return pairs.toSorted((a, b) => compareBytes(a.key, b.key));
}

function pairOfLiteral(source: Scalar, folder: Folder): Pair {
  const { text, span } = folder.textIn(source, "generator");
  const equals = text.indexOf("=");
  if (equals <= 0) refuse("BAD_GENERATOR", `invalid literal source ${text}, expected key=value`, source);
  const isQuoted = /^(["']).*\1$/s.test(text.slice(equals + 1)) && text.length > equals + 2;
  const [start, end] = isQuoted ? [equals + 2, text.length - 1] : [equals + 1, text.length];
  const place = { source: asWay(source, "generator").source, ...span(start, end), behind: undefined };
  return { key: text.slice(0, equals), value: new TextEncoder().encode(text.slice(start, end)), place };
}

function pairOfFile(source: Scalar, folder: Folder): Pair {
  const parts = source.text.split("=");
  const [first = "", second] = parts;
  const isBad = parts.length > 2 || (second !== undefined && (first === "" || second === ""));
  if (isBad) refuse("BAD_GENERATOR", `source "${source.text}": expected a file path or key=path`, source);
  const path = second ?? first;
  const file = folder.pathTo({ ...source, text: path });
  const isLeftOut = /^https?:\/\//.test(path) && folder.loader.leavesOut(path);
  const value = isLeftOut ? new Uint8Array() : folder.loader.bytesOf(file, source);
  const place = { source: { file, way: "generator" } as const, start: 0, end: value.length, behind: undefined };
  return { key: second === undefined ? baseName(path) : first, value, place };
}

function baseName(path: string): string {
  return path.replace(/\/+$/, "").split("/").at(-1) || ".";
}

// Go's line reader gives up, silently, at a line that is longer than this.
const LONGEST_LINE = 65_536;

function pairsOfEnvFile(source: Scalar, folder: Folder): readonly Pair[] {
  const file = folder.pathTo(source);
  const bytes = folder.loader.bytesOf(file, source);
  const pairs: Pair[] = [];
  let start = 0;
  while (start < bytes.length) {
    const found = bytes.indexOf(10, start);
    const end = found < 0 ? bytes.length : found;
    if (end - start >= LONGEST_LINE) break;
    const pair = pairOfLine(bytes, start, end, file);
    if (pair !== undefined) pairs.push(pair);
    start = end + 1;
  }
  return pairs;
}

function pairOfLine(bytes: Uint8Array, lineStart: number, lineEnd: number, file: string): Pair | undefined {
  const source = { file, way: "generator" } as const;
  const end = bytes[lineEnd - 1] === 13 && lineEnd > lineStart ? lineEnd - 1 : lineEnd;
  const line = decode(bytes.subarray(lineStart, end));
  if (line === undefined) return refuse("NOT_UTF8", "line has invalid utf8 bytes", { source, start: lineStart });
  const unmarked = lineStart === 0 ? line.replace(/^\ufeff/, "") : line;
  const text = unmarked.replace(/^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/, "");
  const equals = text.indexOf("=");
  if (text === "" || text.startsWith("#") || equals === 0) return undefined;
  const value = new TextEncoder().encode(equals < 0 ? "" : text.slice(equals + 1));
  return {
    key: equals < 0 ? text : text.slice(0, equals),
    value,
    place: { source, start: end - value.length, end, behind: undefined },
  };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function plainData(
  pairs: readonly Pair[],
  map: (fields: Readonly<Record<string, Node>>) => Mapping,
): Record<string, Node> {
  const data: Record<string, Node> = {};
  const binaryData: Record<string, Node> = {};
  for (const { key, value, place } of pairs) {
    const text = decode(value);
    if (text === undefined) binaryData[key] = textAt(place, base64Lines(value));
    else data[key] = textAt(place, text);
  }
  return {
    ...(Object.keys(data).length === 0 ? {} : { data: map(data) }),
    ...(Object.keys(binaryData).length === 0 ? {} : { binaryData: map(binaryData) }),
  };
}

function encodedData(pairs: readonly Pair[]): Record<string, Node> {
  return Object.fromEntries(pairs.map(({ key, value, place }) => [key, textAt(place, base64Lines(value))]));
}

function textAt(place: Place, text: string): Scalar {
  return scalarAt(place, text, "!!str", text.includes("\n") ? "BLOCK_LITERAL" : "PLAIN");
}

function base64Lines(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("base64");
  return text.length < 70 ? text : text.replace(/.{1,70}/g, "$&\n");
}

/** Adds a generated resource: a new one, or over the one it says it merges with or replaces. */
export function absorb(resources: Resources, resource: Resource): void {
  const key = keyOf(resource.id);
  const id = idText(resource.id);
  const [old, ...more] = resources.matching((other) => keyOf(other) === key);
  const { behavior } = resource;
  const isOver = behavior === "merge" || behavior === "replace";
  if (old === undefined) {
    if (isOver) refuse("NO_TARGET", `id ${id} does not exist; cannot merge or replace`, resource.place);
    resources.add([resource], resource.place);
    return;
  }
  if (more.length > 0)
    refuse("SEVERAL_TARGETS", `found multiple objects that could accept merge of ${id}`, resource.place);
  if (!isOver) refuse("DUPLICATE_ID", `id ${id} exists; behavior must be merge or replace`, resource.place);
  resource.origin = (behavior === "merge" ? old.origin : resource.origin) ?? resource.origin ?? old.origin;
  takeIdentity(resource, old);
  if (behavior === "merge")
    resource.change((node) => withData(withData(node, old.node, "data"), old.node, "binaryData"));
  resources.replace(old, resource);
}

// The name and what kustomize remembers are the older one's; labels and annotations are both's.
function takeIdentity(resource: Resource, old: Resource): void {
  resource.needsHash = resource.needsHash && old.needsHash;
  resource.behavior = old.behavior;
  resource.previous = old.previous;
  resource.prefixes = old.prefixes;
  resource.suffixes = old.suffixes;
  resource.variables = old.variables;
  resource.transformations = old.transformations;
  const before = old.node;
  if (before === undefined) return;
  resource.change((node) => {
    let metadata = fieldOf(node, "metadata") as Mapping;
    for (const key of ["labels", "annotations"] as const) metadata = withPairs(metadata, node, before, key);
    const name = nodeAt(before, "metadata", "name");
    const namespace = nodeAt(before, "metadata", "namespace");
    if (name !== undefined) metadata = withEntry(metadata, "name", name);
    metadata =
      namespace === undefined ? withoutEntry(metadata, "namespace") : withEntry(metadata, "namespace", namespace);
    return withEntry(node, "metadata", metadata);
  });
}

function withPairs(metadata: Mapping, own: Mapping, old: Mapping, key: "labels" | "annotations"): Mapping {
  const pairs = [old, own].flatMap((node) => {
    const map = nodeAt(node, "metadata", key);
    return [...metadataMap(node, key)].map(([name, text]) => {
      const place = fieldOf(map, name) ?? node;
      return [name, scalarAt(place, text, "!!str", "PLAIN")] as const;
    });
  });
  if (pairs.length === 0) return withoutEntry(metadata, key);
  return withEntry(metadata, key, mappingAt(metadata, entriesOf(Object.fromEntries(pairs))));
}

function withData(node: Mapping, old: Mapping | undefined, key: "data" | "binaryData"): Mapping {
  const fields = [fieldOf(old, key), fieldOf(node, key)].flatMap((map) => (map?.kind === "map" ? map.entries : []));
  if (fields.length === 0) return withoutEntry(node, key);
  const data: Record<string, Node> = {};
  for (const { key: name, value } of fields) {
    const text = value.kind === "scalar" && value.tag !== "!!null" ? value.text : "";
    const behind = data[name];
    const scalar = textAt(value, text);
    data[name] = behind === undefined ? scalar : { ...scalar, behind };
  }
  return withEntry(node, key, mappingAt(fieldOf(node, key) ?? node, entriesOf(data)));
}
