import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import type { Json, JsonMap } from "../../../src/signal/object.ts";

/** One operation of GitHub's API as GitHub describes it. */
export type Operation = {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly pattern: RegExp;
  readonly parameters: readonly JsonMap[];
  readonly requestBody: JsonMap | undefined;
  readonly responses: JsonMap;
};

const SOURCE = join(import.meta.dirname, "../fixtures/github-openapi.json");

// GitHub's general answers, which its description leaves out for many operations.
const GENERAL = new Set([304, 401, 403, 404, 422, 429]);

const ajv = new Ajv({
  strict: false,
  formats: {
    "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
    uri: /^[a-z][a-z0-9+.-]*:\/\/\S+$/i,
    int64: { type: "number", validate: Number.isSafeInteger },
    "repo.nwo": true,
  },
});

const description = asJsonSchema(JSON.parse(readFileSync(SOURCE, "utf8"))) as JsonMap;
ajv.addSchema(description, "github");

const checks = new Map<Json, ValidateFunction>();

/** Every operation of the description. */
export const operations: readonly Operation[] = Object.entries(description["paths"] as JsonMap).flatMap(([path, of]) =>
  Object.entries(of as JsonMap).map(([method, spec]) => toOperation(method.toUpperCase(), path, spec as JsonMap)),
);

/** The operation that a request means, with the parameters of its path. */
export function operationFor(
  method: string,
  path: string,
): { readonly operation: Operation; readonly params: Readonly<Record<string, string>> } | undefined {
  for (const operation of operations) {
    const match = operation.method === method ? operation.pattern.exec(path) : null;
    if (match === null) continue;
    const params = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
    return { operation, params: Object.fromEntries(params) };
  }
  return undefined;
}

/** What is wrong with a request's parameters and body, one sentence each. */
export function requestFaults(operation: Operation, query: URLSearchParams, body: Json | undefined): string[] {
  const faults = [...query].flatMap(([name, value]) => parameterFaults(operation, name, value));
  const schema = bodySchema(operation.requestBody);
  if (body === undefined) return operation.requestBody?.["required"] === true ? [...faults, "has no body"] : faults;
  if (schema === undefined) return [...faults, "has a body, which is not described"];
  return [...faults, ...unknownKeys(schema, body), ...faultsOf(schema, body, "body")];
}

/** What is wrong with an answer: a status that is not described, or a body that does not fit it. */
export function answerFaults(operation: Operation, status: number, body: Json | undefined): string[] {
  const described = operation.responses[status] as JsonMap | undefined;
  if (described === undefined) return GENERAL.has(status) ? [] : [`answer ${status} is not described`];
  const schema = bodySchema(resolved(described));
  // Errors say why, where the description leaves their bodies out too.
  if (schema === undefined) return body === undefined || status >= 400 ? [] : [`answer ${status} has a body`];
  if (body === undefined) return [`answer ${status} has no body`];
  return faultsOf(schema, body, `answer ${status}`);
}

function toOperation(method: string, path: string, spec: JsonMap): Operation {
  const parameters = ((spec["parameters"] ?? []) as JsonMap[]).map(resolved);
  const isLong = (name: string) => parameters.some((one) => one["name"] === name && one["x-multi-segment"] === true);
  const pattern = path.replace(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>${isLong(name) ? ".+" : "[^/]+"})`);
  return {
    id: String(spec["operationId"]),
    method,
    path,
    pattern: new RegExp(`^${pattern}$`),
    parameters,
    requestBody: spec["requestBody"] as JsonMap | undefined,
    responses: spec["responses"] as JsonMap,
  };
}

function parameterFaults(operation: Operation, name: string, value: string): string[] {
  const parameter = operation.parameters.find((one) => one["in"] === "query" && one["name"] === name);
  if (parameter === undefined) return [`query ${name} is not described`];
  const schema = parameter["schema"] as JsonMap;
  const isNumber = schema["type"] === "integer" && /^\d+$/.test(value);
  return faultsOf(schema, isNumber ? Number(value) : value, `query ${name}`);
}

function bodySchema(described: JsonMap | undefined): JsonMap | undefined {
  const content = described?.["content"] as JsonMap | undefined;
  return (content?.["application/json"] as JsonMap | undefined)?.["schema"] as JsonMap | undefined;
}

function unknownKeys(schema: JsonMap, body: Json): string[] {
  const known = schema["properties"];
  if (known === undefined || !isMap(body)) return [];
  return Object.keys(body).flatMap((key) => (Object.hasOwn(known as JsonMap, key) ? [] : [`body.${key} is unknown`]));
}

function faultsOf(schema: Json, value: Json, what: string): string[] {
  const check = checks.get(schema) ?? ajv.compile(schema as JsonMap);
  checks.set(schema, check);
  return check(value) ? [] : (check.errors ?? []).map((error) => `${what}${told(error)}`);
}

function told(error: ErrorObject): string {
  return `${error.instancePath} ${error.message}`;
}

function resolved(value: JsonMap): JsonMap {
  const target = value["$ref"];
  if (typeof target !== "string") return value;
  const steps = target.split("#/")[1]?.split("/") ?? [];
  return steps.reduce<Json>((at, step) => (at as JsonMap)[step] ?? null, description) as JsonMap;
}

/** OpenAPI 3.0 as JSON Schema: `nullable` becomes a type, and references name the document they are in. */
function asJsonSchema(value: Json): Json {
  if (Array.isArray(value)) return value.map(asJsonSchema);
  if (!isMap(value)) return value;
  const { nullable, ...rest } = value;
  const schema: Record<string, Json> = {};
  for (const [key, child] of Object.entries(rest)) schema[key] = asJsonSchema(child);
  if (typeof rest["$ref"] === "string") schema["$ref"] = `github${rest["$ref"]}`;
  if (nullable !== true) return schema;
  if (typeof rest["type"] !== "string") return { anyOf: [schema, { type: "null" }] };
  if (Array.isArray(rest["enum"])) schema["enum"] = [...rest["enum"], null];
  return { ...schema, type: [rest["type"], "null"] };
}

function isMap(value: Json): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
