import { isEqual } from "../manifest/json.ts";
import { isSameObject } from "../signal/object.ts";
import type { Hypothesis } from "./hypothesis.ts";
import type { Intent } from "./intent.ts";

type Restoring = Extract<Intent, { kind: "restore-fields" }>;

/**
 * A variable that leads nowhere is wrong whatever else is: where one commit wrote it into an object that fails by
 * something else that it did, both are undone. One alone would leave the other.
 */
export function bothUndone<H extends Hypothesis>(hypotheses: readonly H[]): readonly H[] {
  const [first, ...others] = hypotheses;
  const own = first === undefined ? undefined : restoringOf(first);
  if (first === undefined || own === undefined || first.advice.is !== "change") return hypotheses;
  const beside = others.filter((other) => isApart(first, other)).flatMap((other) => restoringOf(other) ?? []);
  const fields = beside
    .filter(({ object, commit }) => commit === own.commit && isSameObject(object, own.object))
    .flatMap((each) => each.fields)
    .filter(({ path }) => !own.fields.some((field) => isEqual([...field.path], [...path])));
  if (fields.length === 0) return hypotheses;
  const intents = [{ ...own, fields: [...own.fields, ...fields] }, ...first.advice.intents.slice(1)];
  return [{ ...first, advice: { ...first.advice, intents } }, ...others];
}

function restoringOf({ advice }: Hypothesis): Restoring | undefined {
  const intent = advice.is === "change" ? advice.intents[0] : undefined;
  return intent?.kind === "restore-fields" ? intent : undefined;
}

function isApart(a: Hypothesis, b: Hypothesis): boolean {
  const kinds = [a, b].map(({ cites }) => cites[0]?.kind);
  return kinds.filter((kind) => kind === "misaddressed").length === 1;
}
