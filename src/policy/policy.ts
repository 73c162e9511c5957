import type { CelValue, Expression } from "./cel.ts";
import type { ResourceRule } from "./definition.ts";

/** One check of a change, read from a file: what is asked, and what is said on both branches. */
export type Policy = {
  readonly name: string;
  readonly params: CelValue;
  /** Null where it is asked once about the whole change. */
  readonly objects: { readonly included: readonly ResourceRule[]; readonly excluded: readonly ResourceRule[] } | null;
  /** Only where all of these hold is it asked at all. */
  readonly conditions: readonly Expression[];
  readonly variables: readonly { readonly name: string; readonly expression: Expression }[];
  readonly validations: readonly { readonly holds: Expression; readonly otherwise: Sentence }[];
  readonly satisfied: Sentence;
};

/** What is said: a text, or an expression that makes one; where it cannot, the text stands for it. */
export type Sentence = { readonly text: string; readonly expression: Expression | null };
