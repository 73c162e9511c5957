import { applyOperator, hasDefault } from "./operators.ts";
import { BadSubstitution, type Expansion, type Part, parseTemplate } from "./template.ts";

/** A text after substitution, or why Flux refuses it. */
export type Substituted =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly because: string };

/** The value of a variable, or undefined where it is not set. */
export type Lookup = (name: string) => string | undefined;

/** The value of a variable that is not set and has no default; without it such a variable is an error (strict mode). */
export type Unset = (name: string) => string;

// More than any cluster takes for one object: a long value, used a few thousand times, would otherwise fill the memory.
const MOST_CHARACTERS = 4_194_304;

/** Replaces every `${…}` of a text, as Flux's postBuild substitution does. */
export function substitute(text: string, lookup: Lookup, unset: Unset = refuseUnset): Substituted {
  const evaluate = (part: Part): string => (typeof part === "string" ? part : expand(part));
  let written = 0;
  const expand = ({ name, operator, args }: Expansion): string => {
    const given = args.map(evaluate);
    const value = lookup(name) ?? (hasDefault(operator) ? "" : unset(name));
    const expanded = applyOperator(operator, value, given);
    written += expanded.length;
    if (written > MOST_CHARACTERS) throw new BadSubstitution(`more than ${MOST_CHARACTERS} characters of values`);
    return expanded;
  };
  try {
    return { ok: true, text: parseTemplate(text).map(evaluate).join("") };
  } catch (error) {
    if (!(error instanceof BadSubstitution)) throw error;
    return { ok: false, because: error.message };
  }
}

/** The names of the variables in a text, each once, in order; none where it is no template. */
export function variablesIn(text: string): readonly string[] {
  const names = new Set<string>();
  const found = substitute(text, (name) => {
    names.add(name);
    return "";
  });
  return found.ok ? [...names] : [];
}

/** Whether Flux accepts this name for a variable; one bad name refuses every object. */
export function isVariableName(name: string): boolean {
  return /^[_A-Za-z][_A-Za-z0-9]*$/.test(name);
}

function refuseUnset(name: string): never {
  throw new BadSubstitution(`variable not set (strict mode): "${name}"`);
}
