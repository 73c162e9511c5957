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
} from "../yaml/node.ts";
import { decodeUtf8 } from "../yaml/text.ts";
import type { Folder } from "./folder.ts";
import { entriesOf, generatedText } from "./generated-node.ts";
import { type Pair, pairsFrom } from "./generator-sources.ts";
import { pairsOf } from "./labels.ts";
import { refuse } from "./refused.ts";
import { type Behavior, Resource } from "./resource.ts";

type Fields = readonly (readonly [string, Node])[];

/** Generates the ConfigMap or the Secret of one entry. */
export function generate(kind: "ConfigMap" | "Secret", entry: Mapping, folder: Folder, common?: Node): Resource {
  const name = fieldOf(entry, "name");
  if (name?.kind !== "scalar" || name.text === "")
    return refuse("BAD_GENERATOR", "a configmap must have a name", entry);
  const place = asWay(entry, "generator");
  const options = optionsOf(fieldOf(entry, "options"), common);
  const pairs = pairsFrom(entry, folder, name.text);
  const fields: Fields = [
    ["apiVersion", plainAt(entry, "v1")],
    ["kind", plainAt(entry, kind)],
    ["metadata", mappingAt(place, entriesOf(metadataFields(entry, name, options)))],
    ...(kind === "Secret" ? secretFields(entry, pairs) : configMapFields(entry, pairs)),
  ];
  const { immutable } = options;
  const flag: Fields = immutable === undefined ? [] : [["immutable", scalarAt(immutable, "true", "!!bool", "PLAIN")]];
  const resource = new Resource(mappingAt(place, entriesOf([...fields, ...flag])), folder.kinds);
  resource.needsHash = !options.disablesHash;
  resource.behavior = behaviorOf(textOf(fieldOf(entry, "behavior")));
  return resource;
}

function plainAt(place: Place, text: string): Scalar {
  return scalarAt(asWay(place, "generator"), text, "!!str", "PLAIN");
}

function metadataFields(entry: Mapping, name: Scalar, { labels, annotations }: Options): Fields {
  const namespace = fieldOf(entry, "namespace");
  const place = asWay(entry, "generator");
  const texts = (key: string, pairs: ReadonlyMap<string, Scalar>): Fields => {
    const fields = [...pairs].map(([pair, value]) => [pair, plainAt(value, value.text)] as const);
    return fields.length === 0 ? [] : [[key, mappingAt(place, entriesOf(fields))]];
  };
  const hasNamespace = namespace?.kind === "scalar" && namespace.text !== "";
  return [
    ["name", plainAt(name, name.text)],
    ...(hasNamespace ? [["namespace", plainAt(namespace, namespace.text)] as const] : []),
    ...texts("labels", labels),
    ...texts("annotations", annotations),
  ];
}

function secretFields(entry: Mapping, pairs: readonly Pair[]): Fields {
  const type = fieldOf(entry, "type");
  const data = pairs.map(({ key, value, place }) => [key, generatedText(place, base64Lines(value))] as const);
  return [
    ["type", plainAt(type ?? entry, textOf(type) || "Opaque")],
    ["data", mappingAt(asWay(entry, "generator"), entriesOf(data))],
  ];
}

function configMapFields(entry: Mapping, pairs: readonly Pair[]): Fields {
  const data: [string, Node][] = [];
  const binaryData: [string, Node][] = [];
  for (const { key, value, place } of pairs) {
    const text = decodeUtf8(value);
    if (text === undefined) binaryData.push([key, generatedText(place, base64Lines(value))]);
    else data.push([key, generatedText(place, text)]);
  }
  const named = [["data", data] as const, ["binaryData", binaryData] as const];
  return named.flatMap(
    ([key, fields]): Fields =>
      fields.length === 0 ? [] : [[key, mappingAt(asWay(entry, "generator"), entriesOf(fields))]],
  );
}

function base64Lines(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("base64");
  return text.length < 70 ? text : text.replace(/.{1,70}/g, "$&\n");
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
