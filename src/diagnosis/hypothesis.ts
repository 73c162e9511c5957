import type { Fact } from "../evidence/fact.ts";
import type { ObjectRef } from "../signal/object.ts";
import type { Category } from "./category.ts";
import type { Intent } from "./intent.ts";

/** A fact before it has an id. */
export type FactDraft = Omit<Fact, "id">;

/** A commit that is said to have caused something. */
export type Culprit = {
  readonly commit: string;
  readonly author: string;
  readonly at: string;
  readonly subject: string;
};

/** What should be asked for if the hypothesis is right. */
export type Advice =
  /** A change; of several intents the first that can be made and proven is taken. */
  | { readonly is: "change"; readonly intents: readonly Intent[]; readonly because: string }
  /** A person must decide or act: nothing in git may or can be changed by us. */
  | { readonly is: "person"; readonly because: string }
  /** Nothing has to be done: it is not broken, or it mends itself. */
  | { readonly is: "nothing"; readonly because: string };

/** What a rule holds to be the cause, with the facts it rests on. */
export type Hypothesis = {
  readonly category: Category;
  /** The object at fault: the one the trouble shows at, or another that the rule points to. */
  readonly root: ObjectRef;
  readonly sentence: string;
  /** Never empty: a diagnosis without citations is not accepted. */
  readonly cites: readonly FactDraft[];
  readonly confidence: number;
  readonly advice: Advice;
  /** The commit that caused it, null where none did or none is found. */
  readonly culprit: Culprit | null;
  /** What one would have to see for this to be wrong. */
  readonly wrongIf: string;
};

/** Whether a hypothesis would fall silent after a change, as far as that can be told without running anything. */
export type Foretold = { readonly silent: boolean | "unknown"; readonly because: string };
