import { type Document, isNode, LineCounter, parseAllDocuments } from "yaml";
import { isMap } from "../manifest/json.ts";
import { pathText } from "../manifest/path.ts";
import type { Json } from "../signal/object.ts";
import { compile, type Expression, toCel, type Vocabulary } from "./cel.ts";
import { Definition, SATISFIED, SATISFIED_EXPRESSION } from "./definition.ts";
import type { Policy, Sentence } from "./policy.ts";

/** The policies of some files, or everything that is wrong with them, one sentence each. */
export type PolicyReading =
  | { readonly ok: true; readonly policies: readonly Policy[] }
  | { readonly ok: false; readonly problems: readonly string[] };

type Path = readonly (string | number)[];
type Complain = (path: Path, because: string) => void;

/** Reads policy files by name and text: each holds one policy and, where it has a `paramKind`, its parameters. */
export function readPolicies(files: ReadonlyMap<string, string>): PolicyReading {
  const problems: string[] = [];
  const policies = [...files].flatMap(([file, text]) => readFile(file, text, problems) ?? []);
  const names = policies.map(({ name }) => name);
  for (const name of new Set(names.filter((name, at) => names.indexOf(name) !== at)))
    problems.push(`Two policies are named ${name}; give each a name of its own.`);
  return problems.length === 0 ? { ok: true, policies } : { ok: false, problems };
}

function readFile(file: string, text: string, problems: string[]): Policy | undefined {
  const lines = new LineCounter();
  const documents = [...parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })];
  for (const error of documents.flatMap(({ errors }) => errors))
    problems.push(`${file}:${lines.linePos(error.pos[0]).line}: ${error.message}`);
  if (documents.some(({ errors }) => errors.length > 0)) return undefined;
  const [document, ...others] = documents.filter(({ contents }) => contents !== null);
  const before = problems.length;
  const complain: Complain = (path, because) => {
    const line = document === undefined ? 1 : lineOf(document, path, lines);
    problems.push(`${file}:${line}: ${path.length === 0 ? "" : `${pathText(path)}: `}${because}`);
  };
  const [value, ...values] = valuesOf([...(document === undefined ? [] : [document]), ...others], complain) ?? [];
  const definition = problems.length === before ? parse(value, complain) : undefined;
  if (definition === undefined) return undefined;
  const policy = policyOf(definition, values, complain);
  return problems.length === before ? policy : undefined;
}

function valuesOf(documents: readonly Document[], complain: Complain): readonly Json[] | undefined {
  try {
    return documents.map((document): Json => document.toJS());
  } catch (error) {
    // An alias of nothing, or aliases without end.
    complain([], error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function parse(value: unknown, complain: Complain): Definition | undefined {
  const parsed = Definition.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    const path = issue.path.filter((step) => typeof step !== "symbol");
    if (issue.code === "unrecognized_keys") for (const key of issue.keys) complain([...path, key], "unknown key");
    else complain(path, issue.message);
  }
  return undefined;
}

function policyOf({ metadata, spec }: Definition, others: readonly Json[], complain: Complain): Policy {
  const read = reader(complain);
  const hasParams = spec.paramKind !== undefined;
  const names = spec.variables.map(({ name }) => name);
  const all: Vocabulary = { hasParams, variables: names };
  const { [SATISFIED]: text = `${metadata.name} holds.`, [SATISFIED_EXPRESSION]: made } = metadata.annotations;
  const { resourceRules, excludeResourceRules: excluded = [] } = spec.matchConstraints ?? {};
  return {
    name: metadata.name,
    params: toCel(paramsOf(spec.paramKind, others, complain)),
    objects: resourceRules === undefined ? null : { included: resourceRules, excluded },
    conditions: spec.matchConditions.map(({ expression }, at) =>
      read.expression(expression, "bool", all, ["spec", "matchConditions", at]),
    ),
    variables: spec.variables.map(({ name, expression }, at) => {
      const above = { hasParams, variables: names.slice(0, at) };
      return { name, expression: read.expression(expression, "dyn", above, ["spec", "variables", at]) };
    }),
    validations: spec.validations.map(({ expression, message, messageExpression }, at) => {
      const path = ["spec", "validations", at];
      const otherwise = { text: message ?? `${metadata.name} does not hold.`, made: messageExpression };
      return {
        holds: read.expression(expression, "bool", all, path),
        otherwise: read.sentence(otherwise, all, [...path, "messageExpression"]),
      };
    }),
    satisfied: read.sentence({ text, made }, all, ["metadata", "annotations", SATISFIED_EXPRESSION]),
  };
}

function reader(complain: Complain) {
  const expression = (text: string, answers: "bool" | "string" | "dyn", vocabulary: Vocabulary, path: Path) => {
    const compiled = compile(text, answers, vocabulary);
    if (compiled.ok) return compiled.expression;
    complain(path, compiled.because);
    return impossible;
  };
  const sentence = (
    said: { text: string; made: string | undefined },
    vocabulary: Vocabulary,
    path: Path,
  ): Sentence => ({
    text: said.text,
    expression: said.made === undefined ? null : expression(said.made, "string", vocabulary, path),
  });
  return { expression, sentence };
}

const impossible: Expression = () => {
  throw new Error("A policy with a problem was asked");
};

function paramsOf(kind: Definition["spec"]["paramKind"], others: readonly Json[], complain: Complain): Json {
  if (kind === undefined) {
    if (others.length > 0) complain([], "expected one document; parameters need a spec.paramKind");
    return null;
  }
  const isParams = (value: Json) =>
    isMap(value) && value["apiVersion"] === kind.apiVersion && value["kind"] === kind.kind;
  const [params = null] = others;
  const isAlone = others.length === 1 && isParams(params);
  if (!isAlone) complain(["spec", "paramKind"], `expected one more document, a ${kind.kind} of ${kind.apiVersion}`);
  return params;
}

/** The line of a place, or of the nearest one around it that is there. */
function lineOf(document: Document, path: Path, lines: LineCounter): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
