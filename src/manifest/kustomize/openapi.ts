import type { Json } from "../../signal/object.ts";
import { fieldOf, type Scalar, textOf } from "../yaml/node.ts";
import { jsonOf } from "../yaml/value.ts";
import type { Folder } from "./folder.ts";
import { type Gvk, gvkText } from "./id.ts";
import type { MergeList, MergeType } from "./merge-schema.ts";
import { refuse } from "./refused.ts";

type JsonMap = { readonly [key: string]: Json };

const BUILT_IN_VERSION = "v1.21.2";

/** Takes up what a kustomization says in `openapi`; the first folder that says anything decides for the whole build. */
export function chooseSchema(folder: Folder, isRoot: boolean): void {
  const openapi = fieldOf(folder.kustomization, "openapi");
  const path = fieldOf(openapi, "path");
  const version = fieldOf(openapi, "version");
  if (path?.kind === "scalar") {
    const bytes = folder.loader.bytesOf(folder.pathTo(path), path);
    if (folder.kinds.isChosen && !isRoot) return;
    if (version !== undefined)
      refuse("BAD_SCHEMA", "builtin version and custom schema provided, cannot use both", version);
    takeSchema(folder, path, bytes);
  } else if (version !== undefined && textOf(version) !== "" && (isRoot || !folder.kinds.isChosen)) {
    if (textOf(version) !== BUILT_IN_VERSION) {
      refuse("BAD_SCHEMA", `the specified OpenAPI version is not built in: ${textOf(version)}`, version);
    }
    folder.kinds.chooseBuiltIn();
  }
}

function takeSchema(folder: Folder, path: Scalar, bytes: Uint8Array): void {
  const file = folder.pathTo(path);
  const { types, scopes } = folder.loader.keep(file, bytes, "openapi", () => {
    const node = folder.loader.configuration(file, "resource", bytes);
    const swagger = node === undefined ? null : jsonOf(node);
    if (!isMap(swagger)) return refuse("BAD_SCHEMA", "invalid schema file: expected a map", path);
    return { types: typesOf(swagger), scopes: scopesOf(swagger) };
  });
  folder.kinds.choose(types, scopes);
}

function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mapIn(value: Json | undefined, key: string): JsonMap {
  const found = isMap(value) ? value[key] : undefined;
  return isMap(found) ? found : {};
}

function typesOf(swagger: JsonMap): ReadonlyMap<string, MergeType> {
  const definitions = mapIn(swagger, "definitions");
  const built = new Map<Json, MergeType>();
  const types = new Map<string, MergeType>();
  for (const definition of Object.values(definitions)) {
    for (const gvk of gvksOf(definition)) types.set(gvkText(gvk), typeOf(definition, definitions, built));
  }
  return types;
}

function gvksOf(definition: Json | undefined): readonly Gvk[] {
  const listed = isMap(definition) ? definition["x-kubernetes-group-version-kind"] : undefined;
  const gvks = Array.isArray(listed) ? listed : [listed];
  return gvks.filter(isMap).map((gvk) => ({
    group: String(gvk["group"] ?? ""),
    version: String(gvk["version"] ?? ""),
    kind: String(gvk["kind"] ?? ""),
  }));
}

// A type may hold itself, so it is known before its fields are.
function typeOf(schema: Json, definitions: JsonMap, built: Map<Json, MergeType>): MergeType {
  const resolved = resolve(schema, definitions);
  const known = built.get(resolved);
  if (known !== undefined) return known;
  const type: Record<string, MergeType | MergeList> = {};
  built.set(resolved, type);
  for (const [field, property] of Object.entries(mapIn(resolved, "properties"))) {
    const fieldSchema = resolve(property, definitions);
    type[field] = listOf(fieldSchema, definitions, built) ?? typeOf(fieldSchema, definitions, built);
  }
  return type;
}

function resolve(schema: Json, definitions: JsonMap, depth = 0): Json {
  const reference = isMap(schema) ? schema["$ref"] : undefined;
  if (typeof reference !== "string" || depth > 100) return schema;
  const name = reference
    .replace(/^#\/definitions\//, "")
    .replaceAll("~1", "/")
    .replaceAll("~0", "~");
  return resolve(definitions[name] ?? null, definitions, depth + 1);
}

function listOf(schema: Json, definitions: JsonMap, built: Map<Json, MergeType>): MergeList | undefined {
  if (!isMap(schema)) return undefined;
  const strategy = schema["x-kubernetes-patch-strategy"];
  if (typeof strategy !== "string" || !strategy.split(",").includes("merge")) return undefined;
  const keys = schema["x-kubernetes-list-map-keys"];
  const key = schema["x-kubernetes-patch-merge-key"];
  const items = isMap(schema["items"]) ? typeOf(schema["items"], definitions, built) : {};
  if (Array.isArray(keys)) return { keys: keys.map(String), items };
  return { keys: typeof key === "string" ? [key] : [], items };
}

function scopesOf(swagger: JsonMap): ReadonlyMap<string, boolean> {
  const scopes = new Map<string, boolean>();
  for (const [path, operations] of Object.entries(mapIn(swagger, "paths"))) {
    const [gvk] = gvksOf(mapIn(operations, "get"));
    if (gvk === undefined) continue;
    const isNamespaced = path.includes("namespaces/{namespace}");
    if (isNamespaced || !scopes.has(gvkText(gvk))) scopes.set(gvkText(gvk), isNamespaced);
  }
  return scopes;
}
