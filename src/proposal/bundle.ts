import type { FactDraft, Hypothesis } from "../diagnosis/hypothesis.ts";
import type { Fact } from "../evidence/fact.ts";

/** The facts of one incident, each once and with an id, so that hypotheses can cite them. */
export type Bundle = { readonly facts: readonly Fact[]; readonly idsOf: (hypothesis: Hypothesis) => readonly string[] };

/** Gathers what hypotheses cite, in the order in which they cite it. */
export function bundleOf(hypotheses: readonly Hypothesis[]): Bundle {
  const known = new Map<string, Fact>();
  const idOf = (draft: FactDraft): string => {
    const key = `${draft.verdict} ${draft.source} ${draft.text}`;
    const fact = known.get(key) ?? { id: `f${known.size + 1}`, ...draft };
    known.set(key, fact);
    return fact.id;
  };
  const ids = new Map(hypotheses.map((hypothesis) => [hypothesis, [...new Set(hypothesis.cites.map(idOf))]]));
  return { facts: [...known.values()], idsOf: (hypothesis) => ids.get(hypothesis) ?? [] };
}
