import { isEqual } from "../../manifest/json.ts";
import { valueAt } from "../../manifest/path.ts";
import { refOf, refText } from "../../signal/object.ts";
import { entryOf } from "../alarm-rule.ts";
import { blame } from "../blame.ts";
import { declaredOf } from "../declared.ts";
import { historyOf } from "../history.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { ofOneCommit, type Suspect } from "../suspect.ts";
import type { SymptomOf } from "../symptom.ts";
import { ailing } from "../telling.ts";

/** An alert that fires since a commit said anew when it does, while all that it is about is well. */
export const rewritten: Rule = {
  name: "alert-was-rewritten",
  categories: ["alert_rule"],
  sees: ["alert"],
  silentIf: [
    "the program complains too: then the alert is right",
    "only what the alert says was changed, not when it fires",
    "it fired before the commit, or long after it",
  ],
  // How much is too much only people can say.
  asksFor: {},
  diagnose: (scene, trouble) => {
    const [symptom] = ailing(trouble, "alert");
    const isAlone = trouble.symptoms.every(({ ailment }) => ailment.is === "alert");
    const rule = symptom === undefined ? undefined : scene.lookup.alarmRuleOf(symptom.ailment.alert);
    if (symptom === undefined || rule === undefined || !isAlone) return [];
    const root = refOf(rule);
    const changes = historyOf(scene, root).filter((suspect) => isAnew(scene, suspect, symptom));
    const suspects = ofOneCommit(changes);
    if (suspects === undefined) return [];
    const { alert } = symptom.ailment;
    const charge = blame({
      category: "alert_rule",
      root,
      sentence: `${symptom.text}, and everything that was read of what it is about is well.`,
      symptoms: [symptom],
      suspects,
      prior: { right: 6, wrong: 1 },
      person: `Decide whether ${alert} of ${refText(root)} should fire as it does now: it does since a commit changed when.`,
      wrongIf: `${alert} would fire with its former expression too`,
    });
    return [charge];
  },
};

const WHEN = ["expr", "for", "keep_firing_for"];
// An alert waits for some minutes or hours; what fires a day later has another cause.
const HOURS = 24;

function isAnew(scene: Scene, suspect: Suspect, { ailment, at }: SymptomOf<"alert">): boolean {
  const since = Date.parse(at ?? "") - Date.parse(suspect.commit?.at ?? "");
  return since > 0 && since < HOURS * 3_600_000 && isAboutWhen(scene, suspect, ailment.alert);
}

function isAboutWhen(scene: Scene, { object, path, from, to }: Suspect, alert: string): boolean {
  const [field, entry] = [String(path.at(-1)), path.slice(0, -1)];
  if (WHEN.includes(field)) return valueAt(declaredOf(scene, object), [...entry, "alert"]) === alert;
  const [before, now] = [entryOf(from, alert), entryOf(to, alert)];
  return before !== undefined && now !== undefined && WHEN.some((when) => !isEqual(before[when], now[when]));
}
