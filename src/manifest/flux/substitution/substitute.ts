import { applyOperator, hasDefault } from "./operators.ts";
import { BadSubstitution, type Expansion, type Part, parseTemplate } from "./template.ts";

/** A text after substitution, or why Flux refuses it. */
export type Substituted =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly because: string };

/** The value of a variable; undefined (strict mode) makes a variable without a default an error. */
export type Lookup = (name: string) => string | undefined;

/** Replaces every `${…}` of a text, as Flux's postBuild substitution does. */
export function substitute(text: string, lookup: Lookup): Substituted {
  try {
    return {
      ok: true,
      text: parseTemplate(text)
        .map((part) => evaluate(part, lookup))
        .join(""),
    };
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

function evaluate(part: Part, lookup: Lookup): string {
  return typeof part === "string" ? part : expand(part, lookup);
}

function expand({ name, operator, args }: Expansion, lookup: Lookup): string {
  const given = args.map((part) => evaluate(part, lookup));
  const value = lookup(name);
  if (value === undefined && !hasDefault(operator))
    throw new BadSubstitution(`variable not set (strict mode): "${name}"`);
  return applyOperator(operator, value ?? "", given);
}
