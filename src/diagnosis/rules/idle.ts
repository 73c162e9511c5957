import { keyOf, type ObjectRef, refText } from "../../signal/object.ts";
import { servicesOf, webhooksIn } from "../admission.ts";
import { confidenceOf } from "../confidence.ts";
import { historyOf } from "../history.ts";
import type { Hypothesis } from "../hypothesis.ts";
import { textAt } from "../read.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { declaredAt } from "../suspects.ts";
import type { Symptom } from "../symptom.ts";
import { workloadsSelectedBy } from "../symptoms/workloads.ts";
import { ailing, citeFound, citeSuspect, citeSymptom } from "../telling.ts";

/** A workload that others ask and that is scaled to zero: by a commit, by hand, or by an autoscaler that sees no work. */
export const idle: Rule = {
  name: "scaled-to-zero",
  categories: ["replicas_drift", "webhook_mesh"],
  sees: ["scaled-to-zero"],
  silentIf: ["an autoscaler scales it", "git has asked for none for as long as is known"],
  asksFor: {},
  diagnose: (scene, trouble) => {
    const [symptom] = ailing(trouble, "scaled-to-zero");
    return symptom === undefined ? [] : judge(scene, trouble.root, symptom);
  },
};

function judge(scene: Scene, root: ObjectRef, symptom: Symptom): readonly Hypothesis[] {
  if (isScaledByOthers(scene, root)) return [];
  const declared = declaredAt(scene, root, ["spec", "replicas"]);
  const sentence = `${refText(root)} is scaled to zero, so nothing answers for it.`;
  const about = { category: "replicas_drift", root, sentence, culprit: null, wrongIf: "nobody needs it now" } as const;
  if (declared !== undefined && declared !== 0) {
    const asked = `git asks for ${String(declared)} pods`;
    return [
      {
        ...about,
        cites: [citeSymptom(symptom), citeFound("drift", asked, refText(root))],
        confidence: confidenceOf({ prior: { right: 9, wrong: 1 } }),
        advice: {
          is: "nothing",
          because: `Git asks for ${String(declared)} pods: Flux scales it up again, unless replicas are nobody's there.`,
        },
      },
    ];
  }
  const [changed] = historyOf(scene, root).filter(({ path, to }) => path.join("/") === "spec/replicas" && to === 0);
  // Scaled to zero in git for as long as anybody knows: that is how it is meant to be.
  if (changed === undefined && scene.history.known && declared === 0) return [];
  return [
    {
      ...about,
      category: isAskedAtAdmission(scene, root) ? "webhook_mesh" : about.category,
      cites: [citeSymptom(symptom), ...(changed === undefined ? [] : [citeSuspect(changed)])],
      confidence: confidenceOf({ prior: changed === undefined ? { right: 4, wrong: 1 } : { right: 9, wrong: 1 } }),
      advice: { is: "person", because: `Decide whether ${root.name} should run again: somebody scaled it to zero.` },
      culprit: changed?.commit ?? null,
    },
  ];
}

function isScaledByOthers(scene: Scene, root: ObjectRef): boolean {
  return ["autoscaling/HorizontalPodAutoscaler", "keda.sh/ScaledObject"]
    .flatMap((kind) => scene.lookup.all(kind))
    .some(
      (object) =>
        object.metadata.namespace === root.namespace && textAt(object, "spec", "scaleTargetRef", "name") === root.name,
    );
}

// Without it nothing may be created: that is more than a program that nobody runs.
function isAskedAtAdmission({ lookup }: Scene, root: ObjectRef): boolean {
  return webhooksIn(lookup)
    .flatMap((configuration) => servicesOf(configuration))
    .flatMap((service) => lookup.get(service) ?? [])
    .some((service) => workloadsSelectedBy(lookup, service).some((workload) => keyOf(workload) === keyOf(root)));
}
