import type { Origin, VariableUse } from "../origin.ts";
import type { PostBuild, SubstituteFrom } from "./kustomization.ts";
import { isVariableName } from "./substitution/substitute.ts";

/** One key of a ConfigMap or Secret, or one entry of `substitute`: its value, and where in git that stands. */
export type VariableValue = { readonly value: string; readonly origin: Origin | null; readonly isOpaque: boolean };

/** The keys of a ConfigMap or Secret; `absent` where the cluster has none, `unknown` where nobody here can tell. */
export type VariableSource = ReadonlyMap<string, VariableValue> | "absent" | "unknown";

/** Where a Kustomization's variables are found: ConfigMaps and Secrets of its own namespace. */
export type FindSource = (from: SubstituteFrom) => VariableSource;

/** The variables of one Kustomization. */
export type Variables = {
  /** Whether Flux substitutes at all: it does not where there is no variable, unless told to. */
  readonly isActive: boolean;
  readonly lookup: (name: string) => VariableValue | undefined;
  /** Sources that nobody here knows: a variable without a value may be one of theirs. */
  readonly unknown: readonly string[];
  /** Where their values stand, as far as they stand in git. */
  readonly origins: readonly Origin[];
  /** Says when two sets of variables are the same. */
  readonly key: string;
};

/** Why Flux cannot substitute anything. */
export type VariablesRefused = { readonly refused: string };

/** What is substituted in what a Kustomization builds; null where it substitutes nothing. */
export type Gathered = Variables | VariablesRefused | null;

/** The variables of a Kustomization, later sources before earlier ones, its own entries before all. */
export function gatherVariables(
  postBuild: PostBuild,
  own: ReadonlyMap<string, Origin>,
  find: FindSource,
): Variables | VariablesRefused {
  const sources = postBuild.substituteFrom.map((from) => ({ from, source: find(from) }));
  const missing = sources.find(({ from, source }) => source === "absent" && !from.optional)?.from;
  if (missing !== undefined)
    return { refused: `substitute from '${missing.kind}/${missing.name}' error: there is no such ${missing.kind}` };
  const stated = Object.entries(postBuild.substitute).map(([name, value]): [string, VariableValue] => [
    name,
    { value, origin: own.get(name) ?? null, isOpaque: false },
  ]);
  const given = sources.flatMap(({ source }) => (typeof source === "string" ? [] : [...source]));
  const values = new Map([...given, ...stated].map(([name, value]) => [name, inOneLine(value)]));
  const unknown = sources.flatMap(({ from, source }) => (source === "unknown" ? [`${from.kind}/${from.name}`] : []));
  const isActive = values.size > 0 || unknown.length > 0 || postBuild.always;
  const invalid = [...values.keys()].find((name) => !isVariableName(name));
  if (invalid !== undefined)
    return { refused: `'${invalid}' var name is invalid, must match '^[_[:alpha:]][_[:alpha:][:digit:]]*$'` };
  const key = isActive ? JSON.stringify([sources.map(({ source }) => keyOf(source)), stated, unknown]) : "";
  const origins = [...values.values()].flatMap(({ origin }) => origin ?? []);
  return { isActive, lookup: (name) => values.get(name), unknown, origins, key };
}

const keys = new WeakMap<Exclude<VariableSource, string>, string>();

/** Says when two sources give the same; most Kustomizations of a cluster share theirs. */
function keyOf(source: VariableSource): string {
  if (typeof source === "string") return source;
  const key = keys.get(source) ?? JSON.stringify([...source]);
  keys.set(source, key);
  return key;
}

/** What stands for a value that nobody here knows: always the same, and fit for a host name or an object's name. */
export function opaqueValue(name: string): string {
  return `opaque-${name.toLowerCase().replaceAll("_", "-")}`;
}

/** What a field's origin says of a variable in it. */
export function variableUse(variables: Variables, name: string): VariableUse {
  const found = variables.lookup(name);
  return {
    name,
    origin: found?.origin ?? null,
    isOpaque: found === undefined ? variables.unknown.length > 0 : found.isOpaque,
  };
}

function inOneLine(variable: VariableValue): VariableValue {
  return variable.value.includes("\n") ? { ...variable, value: variable.value.replaceAll("\n", "") } : variable;
}
