import { type ASTNode, Environment, type ParseResult } from "@marcbachmann/cel-js";
import { isList, isMap } from "../manifest/json.ts";
import type { Json } from "../signal/object.ts";
import { addFunctions, BOUNDED_MATCHES } from "./cel-functions.ts";

/** A value as CEL knows it: whole numbers are bigints, fractions numbers. */
export type CelValue = null | boolean | number | bigint | string | readonly CelValue[] | CelMap;

/** A map of CEL values. */
export type CelMap = { readonly [key: string]: CelValue };

/** An expression ready to be asked. Throws an Error with a sentence where it cannot be answered. */
export type Expression = (context: CelMap) => unknown;

/** What a policy's expressions may speak of: the names that the file itself declares. */
export type Vocabulary = { readonly hasParams: boolean; readonly variables: readonly string[] };

/** An expression, or why it is none. */
export type Compiled =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly because: string };

const REQUEST = {
  operation: "string",
  namespace: "string",
  name: "string",
  kind: { group: "string", version: "string", kind: "string" },
};

// What policies/README.md lists; an expression that asks for another field is refused when it is read.
const OAKUM = {
  intent: { kind: "string", restores: "bool" },
  risk: "string",
  confidence: "double",
  tier: "string",
  root: { kind: "string", namespace: "string", name: "string" },
  files: "list<string>",
  changes: "list<dyn>",
  fanOut: { kustomizations: "int", clusters: "int" },
  proof: { proven: "bool", silent: "string" },
  autoscaled: "list<dyn>",
  openProposals: "int",
};

const WITH_PARAMS = openEnvironment(true);
const WITHOUT_PARAMS = openEnvironment(false);

/** Reads an expression that must answer a value of this type. */
export function compile(text: string, answers: "bool" | "string" | "dyn", vocabulary: Vocabulary): Compiled {
  try {
    const parsed = bounded(vocabulary.hasParams ? WITH_PARAMS : WITHOUT_PARAMS, text);
    const unknown = variablesIn(parsed.ast).find((name) => !vocabulary.variables.includes(name));
    if (unknown !== undefined) return refused(`variables.${unknown} is not declared above it`);
    const checked = parsed.check();
    if (!checked.valid) return refused(summaryOf(checked.error));
    const isRight = answers === "dyn" || checked.type === answers || checked.type === "dyn";
    if (!isRight) return refused(`it must answer a ${answers}, not a ${checked.type}`);
    return { ok: true, expression: (context) => answer(parsed, context) };
  } catch (error) {
    return refused(summaryOf(error));
  }
}

/** A JSON value as CEL knows it. */
export function toCel(value: Json): CelValue {
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (isList(value)) return value.map(toCel);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toCel(inner)]));
}

function openEnvironment(hasParams: boolean): Environment {
  const environment = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false })
    .registerVariable("object", "dyn")
    .registerVariable("oldObject", "dyn")
    .registerVariable("namespaceObject", "dyn")
    .registerVariable("variables", "dyn")
    .registerVariable({ name: "request", schema: REQUEST })
    .registerVariable({ name: "oakum", schema: OAKUM });
  if (hasParams) environment.registerVariable("params", "dyn");
  return addFunctions(environment);
}

function answer(parsed: ParseResult, context: CelMap): unknown {
  try {
    return parsed(context);
  } catch (error) {
    throw new Error(summaryOf(error), { cause: error });
  }
}

function refused(because: string): Compiled {
  return { ok: false, because };
}

function summaryOf(error: unknown): string {
  if (error instanceof Error && "summary" in error) return String(error.summary);
  return error instanceof Error ? error.message : String(error);
}

// The engine's `matches` cannot be replaced, so each call of it is renamed to one whose time is linear.
function bounded(environment: Environment, text: string): ParseResult {
  const calls = nodesIn(environment.parse(text).ast).flatMap(matchesCall);
  const renamed = calls.sort((a, b) => b - a).reduce((changed, from) => renameCall(changed, from), text);
  const parsed = environment.parse(renamed);
  if (nodesIn(parsed.ast).some((node) => matchesCall(node).length > 0))
    throw new Error("a call of matches could not be bounded; write it without comments or blanks around it");
  return parsed;
}

// Where the receiver of a call of `matches` ends.
function matchesCall(node: ASTNode): number[] {
  return node.op === "rcall" && node.args[0] === "matches" ? [node.args[1].end] : [];
}

function renameCall(text: string, from: number): string {
  return text.slice(0, from) + text.slice(from).replace("matches", BOUNDED_MATCHES);
}

function variablesIn(root: ASTNode): string[] {
  return nodesIn(root).flatMap((node) => {
    if (node.op !== "." && node.op !== ".?") return [];
    const [receiver, field] = node.args;
    return receiver.op === "id" && receiver.args === "variables" ? [field] : [];
  });
}

function nodesIn(root: ASTNode): ASTNode[] {
  return [root, ...childrenOf(root.args)];
}

function childrenOf(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(childrenOf);
  return isNode(args) ? nodesIn(args) : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === "object" && value !== null && "op" in value && "args" in value;
}
