import { pathText } from "../manifest/path.ts";
import { type ObjectRef, refText } from "../signal/object.ts";
import type { Category } from "./category.ts";
import { confidenceOf, type Prior } from "./confidence.ts";
import type { Advice, FactDraft, Hypothesis } from "./hypothesis.ts";
import type { Suspect, Suspects } from "./suspect.ts";
import type { Symptom } from "./symptom.ts";
import { citeMemory, citeSuspect, citeSymptom, short, toldOf, undo } from "./telling.ts";

/** What a rule holds against a change: the change, what it explains, and how sure the rule is. */
export type Charge = {
  readonly category: Category;
  readonly root: ObjectRef;
  /** What is wrong, for a person; who changed what is added to it. */
  readonly sentence: string;
  readonly symptoms: readonly Symptom[];
  /** The changes to undo. */
  readonly suspects: Suspects;
  readonly facts?: readonly FactDraft[];
  readonly prior: Prior;
  readonly supports?: number;
  readonly contradicts?: number;
  readonly onlyTime?: boolean;
  /** Set where a person must decide although it is known what was changed. */
  readonly person?: string;
  readonly wrongIf: string;
};

/** A hypothesis that a change caused the trouble, and that undoing it ends it. */
export function blame(charge: Charge): Hypothesis {
  const { suspects, symptoms } = charge;
  const [first] = suspects;
  const remembered = suspects.some((suspect) => suspect.worked !== null) ? 1 : 0;
  const person = charge.person ?? (first.isUnsteady && remembered === 0 ? unsteadyText(first) : undefined);
  const advice: Advice =
    person === undefined
      ? { is: "change", intents: undo(suspects), because: undoText(first) }
      : { is: "person", because: person };
  return {
    category: charge.category,
    root: charge.root,
    sentence: `${charge.sentence} ${causeText(first)}`,
    cites: [
      ...symptoms.slice(0, 3).map(citeSymptom),
      ...suspects.map(citeSuspect),
      ...citeMemory(first),
      ...(charge.facts ?? []),
    ],
    confidence: confidenceOf({
      prior: charge.prior,
      supports: (charge.supports ?? 0) + remembered,
      contradicts: charge.contradicts ?? 0,
      onlyTime: charge.onlyTime ?? false,
    }),
    advice,
    culprit: suspects.find(({ commit }) => commit !== null)?.commit ?? null,
    wrongIf: charge.wrongIf,
  };
}

function causeText(suspect: Suspect): string {
  const field = `${pathText(suspect.path)} of ${refText(suspect.object)}`;
  const { from, to } = toldOf(suspect);
  const change = `from ${short(from)} to ${short(to)}`;
  if (suspect.commit === null) return `Its last template had ${short(from)} in ${field}.`;
  return `Commit ${suspect.commit.commit.slice(0, 8)} ("${suspect.commit.subject}") changed ${field} ${change}.`;
}

function unsteadyText({ object, path }: Suspect): string {
  return `Say what ${pathText(path)} of ${refText(object)} should be: commits changed it shortly one after the other, and none of its values is known to have worked.`;
}

function undoText(suspect: Suspect): string {
  const field = `${pathText(suspect.path)} of ${refText(suspect.object)}`;
  const value =
    suspect.from === undefined ? `Take ${field} out again` : `Set ${field} back to ${short(toldOf(suspect).from)}`;
  return `${value}${suspect.commit === null ? ", as it was in the last template" : `, as it was before commit ${suspect.commit.commit.slice(0, 8)}`}.`;
}
