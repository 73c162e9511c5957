import { isEqual } from "../../manifest/json.ts";
import { type ObjectRef, refText } from "../../signal/object.ts";
import { isContainerField } from "../bearing.ts";
import { blame } from "../blame.ts";
import { confidenceOf } from "../confidence.ts";
import { complaintFacts, type Failing, failing, failText } from "../crash/failing.ts";
import type { Foretold, Hypothesis } from "../hypothesis.ts";
import { affinity } from "../match.ts";
import { listAt, textAt } from "../read.ts";
import { type Rule, TEMPLATE_BEFORE } from "../rule.ts";
import type { Scene } from "../scene.ts";
import type { Suspect } from "../suspect.ts";
import { suspectsOf } from "../suspects.ts";
import { citeFound, short, toldOf } from "../telling.ts";
import { type Giving, givingsOf } from "../variables.ts";
import { type Container, containerNamed } from "../workload.ts";

/** A program that is told one variable twice, hears only the last, and complains of what it hears. */
export const shadowed: Rule = {
  name: "variable-told-twice",
  categories: ["env_var"],
  sees: ["crash", "unready", "waiting", "complaining"],
  silentIf: [
    "both say the same",
    "the program complains of anything else",
    "more than one variable fits",
    "the container says itself what a map says too, or maps have always overlapped: so defaults are written",
  ],
  asksFor: {
    "restore-fields": "the variables without the one that the commit added",
    "set-environment": TEMPLATE_BEFORE,
  },
  diagnose: (scene, trouble) => {
    const found = failing(scene, trouble);
    const container = found && containerNamed(scene.lookup.get(trouble.root), found.container);
    if (found === undefined || container === undefined) return [];
    const [twice, ...others] = toldTwice(scene, trouble.root, container).filter(
      (each) => affinity(found.complaints, wordsOf(trouble.root, container, each)) > 0,
    );
    return twice === undefined || others.length > 0 ? [] : judge(scene, trouble.root, { found, container, twice });
  },
  foretell: () => foretold(),
};

type Twice = { readonly unheard: Giving; readonly heard: Giving };

type Case = { readonly found: Failing; readonly container: Container; readonly twice: Twice };

function toldTwice({ lookup }: Scene, root: ObjectRef, container: Container): readonly Twice[] {
  const byName = Map.groupBy(givingsOf(lookup, root.namespace, container), ({ name }) => name);
  return [...byName.values()].flatMap((givings) => {
    const [heard, unheard] = givings.toReversed();
    const isTwice = heard !== undefined && heard.field === unheard?.field && heard.value !== unheard.value;
    return isTwice && unheard !== undefined ? [{ heard, unheard }] : [];
  });
}

// What the program would have to say if what it hears were a change of what it does not.
function wordsOf(root: ObjectRef, container: Container, { unheard, heard }: Twice): Suspect {
  const path = [...container.path, "env", `[name=${heard.name}]`, "value"];
  return { object: root, path, from: unheard.value, to: heard.value, commit: null, worked: null };
}

function judge(scene: Scene, root: ObjectRef, { found, container, twice }: Case): readonly Hypothesis[] {
  const { unheard, heard } = twice;
  const { from, to } = toldOf(wordsOf(root, container, twice));
  const why = `${heard.name} is told twice: ${short(from)} by ${unheard.by}, and last, which counts, ${short(to)} by ${heard.by}`;
  const sentence = `${found.container} of ${refText(root)} ${failText(found)}: ${why}.`;
  const wrongIf = `${found.container} fails in the same way with ${short(from)}`;
  const facts = [citeFound("variable", why, `${refText(root)} ${heard.field}`), ...complaintFacts(found)];
  const about = { category: "env_var", root, sentence, wrongIf } as const;
  const brought = suspectsOf(scene, root).find((suspect) => isBrought(suspect, found.container, heard));
  if (brought !== undefined) {
    const suspects = [without(brought, heard)] as const;
    return [
      blame({ ...about, symptoms: [found.symptom], suspects, facts, prior: { right: 14, wrong: 1 }, supports: 1 }),
    ];
  }
  if (heard.field === "envFrom") return [];
  return [
    {
      ...about,
      cites: facts,
      confidence: confidenceOf({ prior: { right: 6, wrong: 1 } }),
      advice: { is: "person", because: `Say once what ${heard.name} of ${found.container} should be: ${why}.` },
      culprit: null,
    },
  ];
}

// A list that got the entry which counts, and did not have it before.
function isBrought(suspect: Suspect, container: string, { field, index, name }: Giving): boolean {
  const entry = listAt(suspect.to)[index];
  const isThis = field === "envFrom" || textAt(entry, "name") === name;
  const isNew = isThis && entry !== undefined && !listAt(suspect.from).some((before) => isEqual(before, entry));
  return isNew && suspect.path.at(-1) === field && isContainerField(suspect, container, field);
}

// What else the commit did to the list is innocent.
function without(suspect: Suspect, { index }: Giving): Suspect {
  return { ...suspect, from: listAt(suspect.to).toSpliced(index, 1) };
}

function foretold(): Foretold {
  return { silent: "unknown", because: "only running tells whether the program is content with what it then hears" };
}
