import { type JsonMap, type ObjectRef, refText } from "../../signal/object.ts";
import { containerStep, isPodField } from "../bearing.ts";
import { blame } from "../blame.ts";
import type { Category } from "../category.ts";
import { confidenceOf } from "../confidence.ts";
import { misfitsOf, requestsOf } from "../fitting.ts";
import type { Advice, Foretold, Hypothesis } from "../hypothesis.ts";
import type { Predicate } from "../message/scheduling.ts";
import { closedTo, cordonedNode, onlyCordoned } from "../placement/cordoned.ts";
import { bearsOnPlacement, needed } from "../placement/guilty.ts";
import { likelyPlacement } from "../placement/likely.ts";
import { categoryOfPredicates, nodeFacts, obstacleText } from "../placement/obstacle.ts";
import { type Rule, TEMPLATE_BEFORE } from "../rule.ts";
import type { Scene } from "../scene.ts";
import type { Suspect } from "../suspect.ts";
import { suspectsOf } from "../suspects.ts";
import type { Symptom } from "../symptom.ts";
import { ailing, citeSymptom } from "../telling.ts";
import { podTemplateOf } from "../workload.ts";

/** No node takes the pod: what it asks for, where it wants to run, or what it tolerates fits none (kube-scheduler: Unschedulable). */
export const scheduling: Rule = {
  name: "fits-no-node",
  categories: ["scheduling_resources", "scheduling_constraints", "port_conflict", "node_infra"],
  sees: ["unschedulable"],
  silentIf: [
    "a volume is what is missing",
    "the pod fits a node by now",
    "the change undone would not let it fit",
    "a node that a person closed has the room that is asked for",
  ],
  asksFor: {
    "restore-fields": "what the commit changed without which the pod would fit",
    "set-scheduling": `labels that nodes carry; ${TEMPLATE_BEFORE}`,
    "set-resources": TEMPLATE_BEFORE,
    "set-port": TEMPLATE_BEFORE,
    "set-access": TEMPLATE_BEFORE,
  },
  diagnose: (scene, trouble) => {
    const [symptom] = ailing(trouble, "unschedulable");
    if (symptom === undefined) return [];
    const { predicates } = symptom.ailment;
    if (isForItsVolumes(predicates)) return [];
    return [changed(scene, trouble.root, symptom, predicates) ?? unchanged(scene, trouble.root, symptom, predicates)];
  },
  foretell,
};

const OF_VOLUMES = ["claim-missing", "claim-unbound", "volume-node", "no-volume", "volume-in-use"];

// Ordinary pods are never meant for the nodes of the control plane: those say nothing beside a volume that is elsewhere.
function isForItsVolumes(predicates: readonly Predicate[]): boolean {
  const telling = predicates.filter(
    ({ obstacle }) =>
      obstacle.is !== "taint" || !/node-role\.kubernetes\.io\/(?:control-plane|master)/.test(obstacle.taint ?? ""),
  );
  return telling.length > 0 && telling.every(({ obstacle }) => OF_VOLUMES.includes(obstacle.is));
}

function specOf(scene: Scene, root: ObjectRef): JsonMap | undefined {
  return podTemplateOf(scene.lookup.get(root))?.spec;
}

// The changes of one commit that, undone, let the pod fit: the newest commit for which that holds.
function changed(
  scene: Scene,
  root: ObjectRef,
  symptom: Symptom,
  predicates: readonly Predicate[],
): Hypothesis | undefined {
  const object = scene.lookup.get(root);
  const candidates = suspectsOf(scene, root).filter(
    (suspect) => suspect.object.kind === root.kind && bearsOnPlacement(suspect),
  );
  if (object === undefined) return undefined;
  for (const commit of new Set(candidates.map((suspect) => suspect.commit?.commit))) {
    const together = candidates.filter((suspect) => suspect.commit?.commit === commit);
    const guilty = needed(scene, object, together, predicates).filter(
      (suspect) => !isOfClosed(scene, root, suspect) && !isRoomOfClosed(scene, root, predicates),
    );
    const [first, ...rest] = guilty;
    if (first === undefined) continue;
    return blame({
      category: categoryOfFields(guilty, predicates),
      root,
      sentence: `No node takes the pods of ${refText(root)}: ${obstacleText(predicates)}.`,
      symptoms: [symptom],
      suspects: [first, ...rest],
      facts: nodeFacts(scene, object),
      prior: { right: 14, wrong: 1 },
      supports: scene.lookup.isListed("/Node") ? 1 : 0,
      wrongIf: "a node with room and the wanted labels joins the cluster",
    });
  }
  return undefined;
}

// What nodes carry and have that a person has closed for a while was asked for rightly.
function isOfClosed(scene: Scene, root: ObjectRef, suspect: Suspect): boolean {
  const isOfNodes = isPodField(suspect, "nodeSelector", "affinity") || containerStep(suspect.path) !== undefined;
  return isOfNodes && onlyCordoned(scene, specOf(scene, root)) !== undefined;
}

// There is room for what is asked where a person closed a node for a while, as the scheduler says too.
function isRoomOfClosed(scene: Scene, root: ObjectRef, predicates: readonly Predicate[]): boolean {
  const kinds = predicates.map(({ obstacle }) => obstacle.is);
  return kinds.includes("cordoned") && kinds.includes("resource") && closedTo(scene, specOf(scene, root)).length > 0;
}

function categoryOfFields(suspects: readonly Suspect[], predicates: readonly Predicate[]): Category {
  if (predicates.some(({ obstacle }) => obstacle.is === "port")) return "port_conflict";
  if (suspects.some((suspect) => containerStep(suspect.path) !== undefined)) return "scheduling_resources";
  return suspects.length > 0 ? "scheduling_constraints" : categoryOfPredicates(predicates);
}

function unchanged(scene: Scene, root: ObjectRef, symptom: Symptom, predicates: readonly Predicate[]): Hypothesis {
  const cordoned = onlyCordoned(scene, specOf(scene, root));
  if (cordoned !== undefined) return cordonedNode(root, symptom, cordoned);
  const category = categoryOfPredicates(predicates);
  const likely = likelyPlacement(scene, root, predicates);
  const advice: Advice =
    likely === undefined
      ? { is: "person", because: personText(scene, root, category) }
      : { is: "change", intents: [likely.intent], because: likely.because };
  return {
    category,
    root,
    sentence: `No node takes the pods of ${refText(root)}: ${obstacleText(predicates)}.`,
    cites: [citeSymptom(symptom), ...nodeFacts(scene, scene.lookup.get(root))],
    confidence: confidenceOf({ prior: { right: 19, wrong: 1 }, supports: likely === undefined ? 0 : 1 }),
    advice,
    culprit: null,
    wrongIf: "a node with room and the wanted labels joins the cluster",
  };
}

function personText(scene: Scene, root: ObjectRef, category: Category): string {
  const spec = specOf(scene, root);
  const wanted = spec === undefined ? undefined : requestsOf(spec);
  if (category === "scheduling_resources" && wanted !== undefined) {
    return `Add room for ${wanted.cpu} CPU and ${Math.round(wanted.memory / 2 ** 20)}Mi, or say what ${root.name} really needs.`;
  }
  return category === "node_infra"
    ? "Look at the nodes: no manifest is wrong."
    : `Say where ${root.name} should run: no node is what it asks for.`;
}

// The scheduler would decide at once: what can be computed of its filters is enough to know.
function foretell(after: Scene, hypothesis: Hypothesis): Foretold {
  const spec = specOf(after, hypothesis.root);
  if (spec === undefined || !after.lookup.isListed("/Node"))
    return { silent: "unknown", because: "the nodes were not read" };
  const taking = [...misfitsOf(after.lookup, spec)].filter(([, found]) => found.length === 0).map(([name]) => name);
  return taking.length > 0
    ? { silent: true, because: `node ${taking.join(", ")} would take the pod` }
    : { silent: false, because: "no node would take the pod" };
}
