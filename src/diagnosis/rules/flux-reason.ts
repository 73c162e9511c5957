import { refText } from "../../signal/object.ts";
import { confidenceOf } from "../confidence.ts";
import { citeCommit, commitText } from "../culprit.ts";
import { conditionFact, type FluxFault, fluxFaults } from "../flux/fault.ts";
import { changedText, recentChanges } from "../flux/recent.ts";
import { type Stop, stopOf, takenAs } from "../flux/stop.ts";
import type { Advice, Hypothesis } from "../hypothesis.ts";
import { isAtWork } from "../passing.ts";
import { restoreFields } from "../restore.ts";
import type { Rule } from "../rule.ts";
import type { FieldHistory, Scene } from "../scene.ts";
import { minutesSince } from "../symptoms/now.ts";

/** A Flux object whose message is in no known form: its reason tells what sort of trouble it is, and whose turn it is. */
export const fluxReason: Rule = {
  name: "flux-reason",
  categories: [
    "flux_source",
    "helm_source",
    "helm_chart_version",
    "helm_values",
    "helm_upgrade",
    "flux_health",
    "flux_dependson",
    "kustomize_build",
    "image_ref",
    "image_pull_secret",
    "secret_missing",
    "operator_cr",
    "node_infra",
    "drift",
    "unknown",
  ],
  sees: ["flux unread"],
  silentIf: ["Flux is still at work", "the reason is none that Flux knows"],
  asksFor: { "restore-fields": "the setting before the commit, where the reason says that it is refused" },
  diagnose: (scene, trouble) => fluxFaults(scene, trouble).flatMap((fault) => hypothesis(scene, fault)),
  foretell: () => ({ silent: "unknown", because: "only Flux tells whether it can go on; with what was there it did" }),
};

// Flux tries again within minutes; what still fails after these needs somebody.
const TRYING_MINUTES = 30;

function hypothesis(scene: Scene, fault: FluxFault): Hypothesis[] {
  const { symptom, trouble, object } = fault;
  const reason = symptom.ailment.is === "flux" ? symptom.ailment.reason : "";
  const stop = stopOf(object.kind, reason);
  const minutes = minutesSince(scene.lookup, symptom.at);
  const isCalm = stop?.category === "no_op" || (isAtWork(reason) && minutes < TRYING_MINUTES);
  if (trouble.is !== "unread" || stop === undefined || isCalm) return [];
  const changed = stop.course === "act" ? recentChanges(scene, fault, stop.settings) : [];
  const [newest] = changed;
  const root = symptom.object;
  return [
    {
      category: takenAs(stop.category, scene.lookup, object),
      root,
      sentence: `${refText(root)} cannot go on: ${symptom.text}.`,
      cites: [conditionFact(symptom), ...citeCommit(newest?.commit, changedText(changed))],
      confidence: confidenceOf({
        prior: stop.course === "act" ? { right: 7, wrong: 2 } : { right: 3, wrong: 2 },
        supports: newest === undefined ? 0 : 1,
      }),
      advice: adviceOf(stop, changed, minutes),
      culprit: newest?.commit ?? null,
      wrongIf: "the reason has another meaning in this version of Flux",
    },
  ];
}

function adviceOf({ course, because }: Stop, changed: readonly FieldHistory[], minutes: number): Advice {
  const [newest] = changed;
  if (newest !== undefined) {
    const told = `${commitText(newest.commit)} changed the setting that is refused`;
    return { is: "change", intents: restoreFields(newest.object, changed, newest.commit), because: told };
  }
  if (course !== "act" && minutes < TRYING_MINUTES)
    return { is: "nothing", because: `Flux tries again by itself. If it lasts: ${because}` };
  return { is: "person", because };
}
