import { type Json, type JsonMap, type ObjectRef, refText } from "../../signal/object.ts";
import { containerStep, isPodField } from "../bearing.ts";
import { blame } from "../blame.ts";
import type { Category } from "../category.ts";
import { confidenceOf } from "../confidence.ts";
import { fits, isSelected, misfitsOf, requestsOf, untolerated } from "../fitting.ts";
import type { Advice, Foretold, Hypothesis } from "../hypothesis.ts";
import type { Predicate } from "../message/scheduling.ts";
import { mapAt } from "../read.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { type Suspect, suspectsOf } from "../suspects.ts";
import type { Symptom } from "../symptom.ts";
import { ailing, citeFound, citeSymptom } from "../telling.ts";
import { undone } from "../undone.ts";
import { podTemplateOf } from "../workload.ts";
import { likelyPlacement } from "./placement.ts";

/** No node takes the pod: what it asks for, where it wants to run, or what it tolerates fits none (kube-scheduler: Unschedulable). */
export const scheduling: Rule = {
  name: "fits-no-node",
  categories: ["scheduling_resources", "scheduling_constraints", "port_conflict", "node_infra"],
  diagnose: (scene, trouble) => {
    const [symptom] = ailing(trouble, "unschedulable");
    if (symptom === undefined) return [];
    const { predicates } = symptom.ailment;
    const volumes = ["claim-missing", "claim-unbound", "volume-node", "no-volume", "volume-in-use"];
    if (predicates.length > 0 && predicates.every(({ obstacle }) => volumes.includes(obstacle.is))) return [];
    return [changed(scene, trouble.root, symptom, predicates) ?? unchanged(scene, trouble.root, symptom, predicates)];
  },
  foretell: (after, hypothesis) => foretell(after, hypothesis),
};

function specOf(scene: Scene, root: ObjectRef): JsonMap | undefined {
  const object = scene.lookup.get(root);
  return object === undefined ? undefined : podTemplateOf(object)?.spec;
}

function bears(suspect: Suspect): boolean {
  if (
    isPodField(
      suspect,
      "nodeSelector",
      "affinity",
      "tolerations",
      "topologySpreadConstraints",
      "nodeName",
      "priorityClassName",
      "schedulerName",
      "hostNetwork",
    )
  ) {
    return true;
  }
  const field = containerStep(suspect.path)?.rest[0];
  return field === "resources" || field === "ports" || containerStep(suspect.path)?.rest.length === 0;
}

// The changes of one commit that, undone, let the pod fit: the newest commit for which that holds.
function changed(
  scene: Scene,
  root: ObjectRef,
  symptom: Symptom,
  predicates: readonly Predicate[],
): Hypothesis | undefined {
  const object = scene.lookup.get(root);
  const candidates = suspectsOf(scene, root).filter((suspect) => suspect.object.kind === root.kind && bears(suspect));
  if (object === undefined) return undefined;
  for (const commit of new Set(candidates.map((suspect) => suspect.commit?.commit))) {
    const together = candidates.filter((suspect) => suspect.commit?.commit === commit);
    const guilty = needed(scene, object, together, predicates);
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

// Only the changes without which the pod would still not fit: a commit may have done other things too.
function needed(
  scene: Scene,
  object: Json,
  together: readonly Suspect[],
  predicates: readonly Predicate[],
): readonly Suspect[] {
  const isFit = (suspects: readonly Suspect[]): boolean => fitsAs(scene, undone(object, suspects));
  if (!scene.lookup.isListed("/Node") || fitsAs(scene, object))
    return together.filter((suspect) => explains(suspect, predicates));
  if (!isFit(together)) return [];
  const guilty = together.filter((suspect) => !isFit(together.filter((other) => other !== suspect)));
  if (guilty.length === 0) return together;
  return [...guilty, ...together.filter((suspect) => guilty.some((other) => isOfOneMind(other, suspect)))];
}

// A limit that was raised with the request belongs to the same intention.
function isOfOneMind(guilty: Suspect, other: Suspect): boolean {
  const [a, b] = [containerStep(guilty.path), containerStep(other.path)];
  if (other === guilty || a?.rest[0] !== "resources" || b?.rest[0] !== "resources") return false;
  return a.container === b.container && a.isInit === b.isInit && a.rest.at(-1) === b.rest.at(-1);
}

function fitsAs(scene: Scene, object: Json): boolean {
  const template = podTemplateOf(object as { readonly kind: string } & Json & object);
  return template !== undefined && fits(scene.lookup, template.spec);
}

// What the scheduler complains of that cannot be computed from the nodes alone, such as affinity between pods.
function explains(suspect: Suspect, predicates: readonly Predicate[]): boolean {
  // No scheduler has said anything: there is none of that name.
  if (predicates.length === 0) return isPodField(suspect, "schedulerName");
  return predicates.some(({ obstacle }) => {
    switch (obstacle.is) {
      case "resource":
        return containerStep(suspect.path)?.rest[0] === "resources";
      case "affinity":
      case "anti-affinity":
        return isPodField(suspect, "affinity");
      case "spread":
        return isPodField(suspect, "topologySpreadConstraints");
      case "selector":
        return isPodField(suspect, "nodeSelector", "affinity");
      case "taint":
        return isPodField(suspect, "tolerations", "nodeSelector");
      case "port":
        return containerStep(suspect.path)?.rest[0] === "ports" || isPodField(suspect, "hostNetwork");
      default:
        return false;
    }
  });
}

function categoryOfFields(suspects: readonly Suspect[], predicates: readonly Predicate[]): Category {
  if (predicates.some(({ obstacle }) => obstacle.is === "port")) return "port_conflict";
  if (suspects.some((suspect) => containerStep(suspect.path) !== undefined)) return "scheduling_resources";
  return suspects.length > 0 ? "scheduling_constraints" : categoryOfPredicates(predicates);
}

function categoryOfPredicates(predicates: readonly Predicate[]): Category {
  const kinds = predicates.map(({ obstacle }) => obstacle.is);
  if (kinds.includes("port")) return "port_conflict";
  if (kinds.some((kind) => ["selector", "affinity", "anti-affinity", "spread", "node-name", "port"].includes(kind)))
    return "scheduling_constraints";
  if (kinds.includes("resource")) return "scheduling_resources";
  if (kinds.includes("taint")) return "scheduling_constraints";
  return kinds.includes("cordoned") || kinds.includes("no-nodes") || kinds.includes("pods")
    ? "node_infra"
    : "scheduling_constraints";
}

function unchanged(scene: Scene, root: ObjectRef, symptom: Symptom, predicates: readonly Predicate[]): Hypothesis {
  const cordoned = onlyCordoned(scene, root);
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

// A node that would take the pod but for a person who closed it.
function onlyCordoned(scene: Scene, root: ObjectRef): readonly string[] | undefined {
  const spec = specOf(scene, root);
  if (spec === undefined) return undefined;
  const misfits = [...misfitsOf(scene.lookup, spec)];
  const closed = misfits.filter(
    ([, found]) =>
      found.length > 0 &&
      found.every((misfit) => misfit === "cordoned" || misfit === "taint") &&
      found.includes("cordoned"),
  );
  return closed.length > 0 && misfits.every(([, found]) => found.length > 0) ? closed.map(([name]) => name) : undefined;
}

function cordonedNode(root: ObjectRef, symptom: Symptom, nodes: readonly string[]): Hypothesis {
  const names = nodes.join(", ");
  return {
    category: "node_infra",
    root,
    sentence: `The pods of ${refText(root)} fit node ${names}, which takes no new pods.`,
    cites: [
      citeSymptom(symptom),
      citeFound("node", `node ${names} is unschedulable`, `Node/${nodes[0] ?? ""} spec.unschedulable`),
    ],
    confidence: confidenceOf({ prior: { right: 6, wrong: 2 } }),
    advice: { is: "person", because: `Uncordon ${names} or add a node: no manifest is wrong.` },
    culprit: null,
    wrongIf: `${names} takes pods again and this one still finds no node`,
  };
}

function nodeFacts(scene: Scene, object: Json | undefined): Hypothesis["cites"] {
  const template = object === undefined ? undefined : podTemplateOf(object as { readonly kind: string } & object);
  if (template === undefined) return [];
  const wanted = requestsOf(template.spec);
  return scene.lookup
    .all("/Node")
    .slice(0, 5)
    .map((node) => {
      const allocatable = mapAt(node, "status", "allocatable");
      const taints = untolerated(node, template.spec);
      const says = [
        isSelected(node, template.spec) ? "has the wanted labels" : "has not the wanted labels",
        ...(taints.length > 0 ? [`has the untolerated taint ${taints.join(", ")}`] : []),
        `offers ${String(allocatable["cpu"])} CPU and ${String(allocatable["memory"])} (asked: ${wanted.cpu} CPU, ${Math.round(wanted.memory / 2 ** 20)}Mi)`,
      ];
      return citeFound("node", `node ${node.metadata.name} ${says.join(", ")}`, `Node/${node.metadata.name}`);
    });
}

function obstacleText(predicates: readonly Predicate[]): string {
  const texts = predicates.map(({ nodes, obstacle }) => {
    const count = nodes === null ? "" : `${nodes} `;
    switch (obstacle.is) {
      case "resource":
        return `${count}have too little ${obstacle.resource}`;
      case "selector":
        return `${count}do not carry the labels it selects`;
      case "taint":
        return `${count}have a taint it does not tolerate`;
      case "cordoned":
        return `${count}take no new pods`;
      case "anti-affinity":
        return `${count}run a pod it must not meet`;
      case "other":
        return obstacle.text;
      default:
        return `${count}${obstacle.is}`;
    }
  });
  return texts.length === 0 ? "the scheduler has not said why" : texts.join(", ");
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
