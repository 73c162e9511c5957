import { type ObjectRef, refText } from "../../signal/object.ts";
import { isApplied } from "../applied.ts";
import { categoryOf } from "../bearing.ts";
import type { Category } from "../category.ts";
import { confidenceOf } from "../confidence.ts";
import { citeCommit } from "../culprit.ts";
import { categoryOfDenial, denierIn } from "../denial.ts";
import { conditionFact, type FluxFault, fluxFaults } from "../flux/fault.ts";
import { renamedField } from "../flux/misspelled.ts";
import { changedText } from "../flux/recent.ts";
import { fileOfBoth, isFollowed, isStillThere, type RefusedChange, refusedChange } from "../flux/refused-change.ts";
import { refusedField } from "../flux/refused-field.ts";
import { renderedRef } from "../flux/rendered.ts";
import type { Advice, Hypothesis } from "../hypothesis.ts";
import type { Intent } from "../intent.ts";
import { restoreFields } from "../restore.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import type { Suspect } from "../suspect.ts";
import { cut } from "../telling.ts";

/** A manifest with a field that the API server does not know or a value that it does not take (dry-run failed). */
export const fluxInvalid: Rule = {
  name: "flux-apply-invalid",
  categories: [
    "api_version",
    "env_var",
    "scheduling_resources",
    "image_ref",
    "service_port",
    "probe",
    "pvc_storage",
    "configmap_missing",
    "hpa_pdb_rollout",
    "ingress_route",
    "job_failed",
    "alert_rule",
    "policy_scan",
    "webhook_mesh",
    "flux_substitution",
  ],
  sees: ["flux invalid", "flux forbidden"],
  silentIf: ["what git says is applied by now"],
  asksFor: {
    "restore-fields": "what the newest commit changed where the API server's message points",
    "restore-files": "a Service and its EndpointSlice, where the commit changed both",
    "set-flux": "the name of a field that others of its kind have",
  },
  diagnose: (scene, trouble) => fluxFaults(scene, trouble).flatMap((fault) => invalid(scene, fault)),
  foretell: () => ({
    silent: "unknown",
    because: "only the API server tells whether it takes the manifest; it took the one before",
  }),
};

type Field = Pick<Suspect, "object" | "path">;

function invalid(scene: Scene, { symptom, trouble }: FluxFault): readonly Hypothesis[] {
  if (trouble.is !== "invalid" && trouble.is !== "forbidden") return [];
  const isDenied = denierIn(trouble.text) !== undefined;
  if (trouble.is === "forbidden" && !isDenied) return [];
  const root = symptom.object;
  const object = renderedRef(scene, root, trouble.object);
  if (object === undefined) return [];
  const change = refusedChange(scene, { object, applier: root, text: trouble.text });
  if (isApplied(scene, object) && !change.changes.some((each) => isStillThere(scene, each))) return [];
  const [first] = change.changes;
  const refusal = cut(trouble.text.trim(), 200);
  return [
    {
      category: isDenied
        ? categoryOfDenial(trouble.text)
        : categoryOfText(scene, trouble.text, first ?? fieldNamed(object, trouble.text)),
      root,
      sentence: `${refText(root)} cannot be applied: the API server refuses ${refText(object)}: ${refusal}.`,
      cites: [conditionFact(symptom), ...citeCommit(first?.commit, changedText(change.changes))],
      confidence: confidenceOf({ prior: { right: 14, wrong: 1 }, supports: first === undefined ? 0 : 1 }),
      advice: adviceOf(scene, object, { change, text: trouble.text, refusal }),
      culprit: change.isContested ? null : (first?.commit ?? null),
      wrongIf: "the cluster serves another version of this kind than it did",
    },
  ];
}

type Refusal = { readonly change: RefusedChange; readonly text: string; readonly refusal: string };

function adviceOf(scene: Scene, object: ObjectRef, { change, text, refusal }: Refusal): Advice {
  const { changes, isContested } = change;
  const commit = changes[0]?.commit;
  if (isContested) {
    const because = `Find out which of the commits it is that changed ${refText(object)} and are not applied: ${refusal}.`;
    return { is: "person", because };
  }
  if (commit && !isFollowed(scene, object, changes)) {
    const file = fileOfBoth(scene, object, commit);
    const intents: readonly Intent[] =
      file === undefined
        ? restoreFields(object, changes, commit)
        : [{ kind: "restore-files", files: [file], commit: commit.commit }];
    return { is: "change", intents, because: "it was applied as it was before" };
  }
  const because = `Write ${refText(object)} as the API server takes it: ${refusal}.`;
  return renamedField(scene, object, text) ?? { is: "person", because };
}

// The field that the message points to, as a path: containers are maps there.
function fieldNamed(object: ObjectRef, text: string): Field {
  const path = refusedField(text).flatMap((word) => (/^(?:init)?containers$/i.test(word) ? [word, "[name=]"] : [word]));
  return { object, path };
}

function categoryOfText(scene: Scene, text: string, suspect: Field): Category {
  if (isSubstituted(scene, suspect)) return "flux_substitution";
  const isForm = /not declared in schema|unknown field|expected .* got|cannot unmarshal/.test(text);
  const category = isForm ? "api_version" : categoryOf(suspect);
  return category === "unknown" ? "api_version" : category;
}

function isSubstituted({ manifests }: Scene, { object, path }: Field): boolean {
  return manifests.findObject(object).some(({ rendered }) => rendered.originOf(path)?.variables?.length);
}
