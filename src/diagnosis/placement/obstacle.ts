import type { Json } from "../../signal/object.ts";
import type { Category } from "../category.ts";
import { isSelected, requestsOf, untolerated } from "../fitting.ts";
import type { Hypothesis } from "../hypothesis.ts";
import type { Predicate } from "../message/scheduling.ts";
import { mapAt } from "../read.ts";
import type { Scene } from "../scene.ts";
import { citeFound } from "../telling.ts";
import { podTemplateOf } from "../workload.ts";

/** What the scheduler's complaints are called. */
export function categoryOfPredicates(predicates: readonly Predicate[]): Category {
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

/** What the scheduler complains of, in words. */
export function obstacleText(predicates: readonly Predicate[]): string {
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

/** The nodes as the pod sees them: labels, taints and room. */
export function nodeFacts(scene: Scene, object: Json | undefined): Hypothesis["cites"] {
  const template = podTemplateOf(object);
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
