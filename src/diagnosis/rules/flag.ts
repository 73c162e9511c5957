import { refText } from "../../signal/object.ts";
import { confidenceOf } from "../confidence.ts";
import { historyOf } from "../history.ts";
import type { Rule } from "../rule.ts";
import { ailing, citeSuspect, citeSymptom } from "../telling.ts";

/** A feature flag that is on and makes something fail on purpose, as its name says. */
export const flag: Rule = {
  name: "flag-makes-it-fail",
  categories: ["feature_flag"],
  sees: ["flag"],
  silentIf: ["the flag is off, or its name says nothing of failing"],
  asksFor: {},
  diagnose: (scene, trouble) => {
    const flags = ailing(trouble, "flag");
    const [first] = flags;
    if (first === undefined) return [];
    const names = flags.map(({ ailment }) => ailment.flag).join(", ");
    const [changed] = historyOf(scene, trouble.root).filter(({ path }) => path[0] === "data");
    return [
      {
        category: "feature_flag",
        root: trouble.root,
        sentence: `${refText(trouble.root)} switches ${names} on, which makes something fail on purpose.`,
        cites: [...flags.slice(0, 3).map(citeSymptom), ...(changed === undefined ? [] : [citeSuspect(changed)])],
        confidence: confidenceOf({ prior: { right: 5, wrong: 1 }, supports: changed === undefined ? 0 : 1 }),
        advice: {
          is: "person",
          because: `Decide whether ${names} should be off again: what a feature flag is for, only people know.`,
        },
        culprit: changed?.commit ?? null,
        wrongIf: "what the flag is about runs as it should",
      },
    ];
  },
};
