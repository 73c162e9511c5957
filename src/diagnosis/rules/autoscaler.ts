import { valueAt } from "../../manifest/path.ts";
import { type Json, type ObjectRef, refText } from "../../signal/object.ts";
import { awaited } from "../awaited.ts";
import { containerStep } from "../bearing.ts";
import { blame } from "../blame.ts";
import { confidenceOf } from "../confidence.ts";
import { historyOf } from "../history.ts";
import type { Culprit, Foretold, Hypothesis } from "../hypothesis.ts";
import { namesIn } from "../lookup.ts";
import { mapAt, numberAt, textAt } from "../read.ts";
import { replacedBy } from "../reference/replaced.ts";
import { slipOf } from "../reference/slip.ts";
import { type Rule, TEMPLATE_BEFORE } from "../rule.ts";
import type { Scene } from "../scene.ts";
import type { Suspect } from "../suspect.ts";
import { declaredAt } from "../suspects.ts";
import type { Symptom } from "../symptom.ts";
import { ailing, citeSymptom, setting, slipText } from "../telling.ts";
import { containersOf, podTemplateOf } from "../workload.ts";

/** An autoscaler that has come to its end, has lost its target, or sees no metrics. */
export const autoscaler: Rule = {
  name: "autoscaler-cannot-scale",
  categories: ["hpa_pdb_rollout"],
  sees: ["autoscaler"],
  silentIf: ["it runs its maximum and nothing asks for more"],
  asksFor: {
    "restore-fields": "the target or the requests before the commit",
    "set-autoscaling": "the one workload that took its place, or that comes near",
    "set-resources": TEMPLATE_BEFORE,
  },
  diagnose: (scene, trouble) => {
    const [symptom] = ailing(trouble, "autoscaler");
    if (symptom === undefined) return [];
    const { reason, message } = symptom.ailment;
    if (reason === "TooManyReplicas") return [atItsEnd(scene, trouble.root, symptom)];
    if (reason === "FailedGetScale") return [lostTarget(scene, trouble.root, symptom)];
    return [
      /missing request for/.test(message) ? noRequest(scene, trouble.root, symptom) : noMetrics(trouble.root, symptom),
    ];
  },
  foretell,
};

const KNOWN_CAUSE = { right: 14, wrong: 1 };

/** What is held of an autoscaler where no commit is to blame, but for its sentence and advice. */
function blameless(root: ObjectRef, symptom: Symptom): Omit<Hypothesis, "sentence" | "advice"> {
  return {
    category: "hpa_pdb_rollout",
    root,
    cites: [citeSymptom(symptom)],
    confidence: confidenceOf({ prior: KNOWN_CAUSE }),
    culprit: null,
    wrongIf: "the autoscaler scales again without a change",
  };
}

function atItsEnd(scene: Scene, root: ObjectRef, symptom: Symptom): Hypothesis {
  const most = numberAt(scene.lookup.get(root), "spec", "maxReplicas") ?? "its maximum";
  const lowered = historyOf(scene, root).find(({ path }) => path.at(-1) === "maxReplicas");
  return {
    ...blameless(root, symptom),
    sentence: `${refText(root)} runs ${most} pods, its maximum, and the load asks for more.`,
    advice: {
      is: "person",
      because: `Decide whether ${root.name} may run more than ${most} pods: an autoscaler's maximum is for people.`,
    },
    culprit: lowered?.commit ?? null,
  };
}

function lostTarget(scene: Scene, root: ObjectRef, symptom: Symptom): Hypothesis {
  const path = ["spec", "scaleTargetRef", "name"];
  const target = targetOf(scene, root);
  const { kind, name } = target;
  const sentence = `${refText(root)} scales ${kind} ${name}, which does not exist.`;
  const coming = awaited(scene, target);
  if (coming !== undefined) {
    const about = blameless(root, symptom);
    return { ...about, sentence, cites: [...about.cites, ...coming.cites], advice: coming.advice };
  }
  const [changed] = historyOf(scene, root).filter((suspect) =>
    suspect.path.join("/").startsWith("spec/scaleTargetRef"),
  );
  if (changed !== undefined) {
    return blame({
      category: "hpa_pdb_rollout",
      root,
      sentence,
      symptoms: [symptom],
      suspects: [changed],
      prior: KNOWN_CAUSE,
      wrongIf: "the target is there",
    });
  }
  const meant = meantTarget(scene, target, root);
  if (meant === undefined || declaredAt(scene, root, path) !== name) {
    return {
      ...blameless(root, symptom),
      sentence,
      advice: { is: "person", because: `Say what ${root.name} should scale: ${kind} ${name} does not exist.` },
    };
  }
  const { to, basis, culprit } = meant;
  return {
    ...blameless(root, symptom),
    sentence,
    confidence: confidenceOf({ prior: { right: 19, wrong: 1 } }),
    advice: {
      is: "change",
      intents: [setting("set-autoscaling", root, [{ path, from: name, to }], basis)],
      because: `Scale ${to}: ${basis}.`,
    },
    culprit,
  };
}

type Meant = { readonly to: string; readonly basis: string; readonly culprit: Culprit | null };

// What took its place in the commit that removed it, or else the one workload that is called almost the same.
function meantTarget(scene: Scene, target: ObjectRef, asking: ObjectRef): Meant | undefined {
  const { kind, name } = target;
  const replaced = replacedBy(scene, target);
  const [only, ...others] = replaced?.by ?? [];
  if (replaced !== undefined && only !== undefined && others.length === 0) {
    const { commit } = replaced;
    return { to: only, basis: `commit ${commit.commit.slice(0, 8)} put ${kind} ${only} in its place`, culprit: commit };
  }
  const near = slipOf(name, namesIn(scene.lookup, `apps/${kind}`, target.namespace), asking);
  return near === undefined ? undefined : { to: near, basis: slipText(`${kind} ${near}`, name), culprit: null };
}

// A share of a request can only be told where there is a request.
function noRequest(scene: Scene, root: ObjectRef, symptom: Symptom): Hypothesis {
  const target = targetOf(scene, root);
  const missing = missingIn(symptom);
  const sentence = `${refText(root)} cannot tell the load of ${target.name}, whose pods do not all ask for ${missing.resource}.`;
  const [changed] = historyOf(scene, target).filter((suspect) => tookRequest(suspect, missing));
  if (changed !== undefined) {
    return blame({
      category: "hpa_pdb_rollout",
      root,
      sentence,
      symptoms: [symptom],
      suspects: [changed],
      prior: KNOWN_CAUSE,
      wrongIf: "the metrics come back without a change",
    });
  }
  return {
    ...blameless(root, symptom),
    sentence,
    advice: {
      is: "person",
      because: `Say how much ${missing.resource} ${missing.container ?? target.name} asks for: without a request its load cannot be told.`,
    },
  };
}

type Missing = { readonly resource: string; readonly container: string | null };

// `missing request for cpu in container istio-proxy of Pod catalog-…`; before Kubernetes 1.29 without the container.
function missingIn({ text }: Symptom): Missing {
  const [, resource = "cpu", container = null] = /missing request for (\w+)(?: in container (\S+))?/.exec(text) ?? [];
  return { resource, container };
}

/** Whether a change took a container's request for a resource away, alone or with others. */
function tookRequest({ path, from, to }: Suspect, { resource, container }: Missing): boolean {
  const step = containerStep(path);
  const way = ["resources", "requests", resource];
  const isOnWay = step?.rest.every((each, at) => each === way[at]) === true;
  if (!isOnWay || step.rest.length === 0 || (container !== null && container !== step.container)) return false;
  const asks = (value: Json | undefined): boolean =>
    value !== undefined && valueAt(value, way.slice(step.rest.length)) !== undefined;
  return asks(from) && !asks(to);
}

function targetOf({ lookup }: Scene, root: ObjectRef): ObjectRef {
  const said = (field: string): string | undefined => textAt(lookup.get(root), "spec", "scaleTargetRef", field);
  const apiVersion = said("apiVersion") ?? "apps/v1";
  return { apiVersion, kind: said("kind") ?? "Deployment", namespace: root.namespace, name: said("name") ?? "" };
}

function noMetrics(root: ObjectRef, symptom: Symptom): Hypothesis {
  return {
    ...blameless(root, symptom),
    sentence: `${refText(root)} gets no metrics: ${symptom.text}.`,
    confidence: confidenceOf({ prior: { right: 4, wrong: 1 } }),
    advice: { is: "person", because: "See whether the metrics service runs: the autoscaler sees nothing." },
  };
}

// The target has to be there and, where a share of a request is measured, to ask for something.
function foretell(after: Scene, { root }: Hypothesis): Foretold {
  const object = after.lookup.get(root);
  const kind = textAt(object, "spec", "scaleTargetRef", "kind") ?? "";
  const name = textAt(object, "spec", "scaleTargetRef", "name") ?? "";
  const target = after.lookup.find(`apps/${kind}`, root.namespace, name);
  if (target === undefined) return { silent: false, because: `${kind} ${name} would still not be there` };
  const template = podTemplateOf(target);
  const asks =
    template !== undefined &&
    containersOf(template).every(({ spec, isInit }) => isInit || "cpu" in mapAt(spec, "resources", "requests"));
  return asks
    ? { silent: true, because: `${kind} ${name} is there and asks for CPU` }
    : { silent: false, because: `${kind} ${name} would still ask for no CPU` };
}
