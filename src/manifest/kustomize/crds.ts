import type { Json, JsonMap } from "../../signal/object.ts";
import { isMap } from "../json.ts";
import type { Node } from "../yaml/node.ts";
import { jsonOf } from "../yaml/value.ts";
import { type Configuration, mergeConfigurations, NO_CONFIGURATION } from "./configuration.ts";
import { fieldSpec } from "./field-spec.ts";
import { refuse } from "./refused.ts";

/** The fields that a file of `crds` tells of: which hold labels, annotations, names and references. */
export function configurationOfCrds(document: Node): Configuration {
  const definitions = jsonOf(document);
  const isReadable =
    isMap(definitions) && Object.values(definitions).every((definition) => definition === null || isMap(definition));
  if (!isReadable) {
    return refuse("BAD_SCHEMA", "unable to parse open API definition: expected a map of definitions", document);
  }
  return Object.entries(definitions).reduce<Configuration>((all, [name, definition]) => {
    const properties = propertiesOf(definition);
    const isType = ["kind", "apiVersion", "metadata"].every((key) => Object.hasOwn(properties, key));
    if (!isType) return all;
    const kind = name.split(".").at(-1) ?? name;
    return mergeConfigurations(all, configurationOf(definitions, name, kind, [], 0));
  }, NO_CONFIGURATION);
}

function propertiesOf(definition: Json | undefined): JsonMap {
  const schema = isMap(definition) ? (definition["Schema"] ?? definition["schema"]) : undefined;
  const properties = isMap(schema) ? schema["properties"] : undefined;
  return isMap(properties) ? properties : {};
}

const DEEPEST = 50;

function configurationOf(
  definitions: JsonMap,
  name: string,
  kind: string,
  path: readonly string[],
  depth: number,
): Configuration {
  if (depth > DEEPEST) return NO_CONFIGURATION;
  return Object.entries(propertiesOf(definitions[name])).reduce<Configuration>((all, [key, property]) => {
    if (!isMap(property)) return all;
    const here = [...path, key];
    const own = configurationOfField(property, kind, here);
    const reference = property["$ref"];
    const inner =
      typeof reference === "string" ? configurationOf(definitions, reference, kind, here, depth + 1) : NO_CONFIGURATION;
    return mergeConfigurations(mergeConfigurations(all, own), inner);
  }, NO_CONFIGURATION);
}

function configurationOfField(property: JsonMap, kind: string, path: readonly string[]): Configuration {
  const said = (extension: string): string | undefined => {
    const value = property[`x-kubernetes-${extension}`];
    return typeof value === "string" ? value : undefined;
  };
  const spec = (...steps: readonly string[]) => [fieldSpec([...path, ...steps].join("/"), { kind })];
  const version = said("object-ref-api-version");
  const target = said("object-ref-kind");
  const isReference = version !== undefined && target !== undefined;
  return {
    ...NO_CONFIGURATION,
    commonAnnotations: said("annotation") === undefined ? [] : spec(),
    commonLabels: said("label-selector") === undefined ? [] : spec(),
    namePrefix: said("identity") === undefined ? [] : spec(),
    nameReference: isReference
      ? [{ group: "", version, kind: target, referrers: spec(said("object-ref-name-key") ?? "name") }]
      : [],
  };
}
