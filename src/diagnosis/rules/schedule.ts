import { refText } from "../../signal/object.ts";
import { blame } from "../blame.ts";
import { confidenceOf } from "../confidence.ts";
import { historyOf } from "../history.ts";
import type { Rule } from "../rule.ts";
import { ofOneCommit } from "../suspect.ts";
import { ailing, citeSymptom } from "../telling.ts";

/** A CronJob whose schedule or time zone cannot be followed. */
export const schedule: Rule = {
  name: "schedule-cannot-be-followed",
  categories: ["job_failed"],
  sees: ["schedule"],
  silentIf: ["the CronJob is suspended", "its schedule can be read, and something else keeps its runs from starting"],
  asksFor: { "restore-fields": "schedule and time zone before the commit" },
  diagnose: (scene, trouble) => {
    const [symptom] = ailing(trouble, "schedule");
    if (symptom === undefined) return [];
    const { root } = trouble;
    const sentence = `${refText(root)} does not run: ${symptom.ailment.message}.`;
    const wrongIf = "it runs at its next time without a change";
    const isUnread = UNREAD.test(`${symptom.ailment.reason} ${symptom.ailment.message}`);
    const suspects = ofOneCommit(
      historyOf(scene, root).filter(
        ({ path }) => isUnread && path[0] === "spec" && (path[1] === "schedule" || path[1] === "timeZone"),
      ),
    );
    if (suspects !== undefined) {
      const about = { category: "job_failed", root, sentence, symptoms: [symptom], wrongIf } as const;
      return [blame({ ...about, suspects, prior: { right: 19, wrong: 1 } })];
    }
    return [
      {
        category: "job_failed",
        root,
        sentence,
        cites: [citeSymptom(symptom)],
        confidence: confidenceOf({ prior: { right: 4, wrong: 1 } }),
        advice: {
          is: "person",
          because: isUnread
            ? "Write a schedule and a time zone that can be followed."
            : "See why its runs are not started: its schedule can be followed.",
        },
        culprit: null,
        wrongIf,
      },
    ];
  },
  foretell: () => ({ silent: "unknown", because: "only its next time tells; the schedule before was followed" }),
};

// `unparseable schedule: "…"`, `invalid schedule: …`, `invalid timeZone: …: unknown time zone …`
const UNREAD = /unparseable ?schedule|invalid ?schedule|time ?zone/i;
