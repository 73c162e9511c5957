import type { Json, ObjectRef } from "../../signal/object.ts";
import { fits } from "../fitting.ts";
import type { Intent } from "../intent.ts";
import type { Predicate } from "../message/scheduling.ts";
import { listAt, textAt, textsAt } from "../read.ts";
import { nearestName } from "../reference/nearest.ts";
import type { Scene } from "../scene.ts";
import { declaredAt } from "../suspects.ts";
import { setting } from "../telling.ts";
import { podTemplateOf } from "../workload.ts";

/** Where a pod was surely meant to run, told by the labels and taints that the nodes carry. */
export type Placement = { readonly intent: Intent; readonly because: string };

type Field = { readonly path: readonly (string | number)[]; readonly from: string; readonly to: string };

/** One wrong word in a selector or toleration, set right by the only node label or taint that comes near it. */
export function likelyPlacement(
  scene: Scene,
  root: ObjectRef,
  predicates: readonly Predicate[],
): Placement | undefined {
  const kinds = predicates.map(({ obstacle }) => obstacle.is);
  const field =
    (kinds.includes("selector") ? selectorField(scene, root) : undefined) ??
    (kinds.includes("taint") ? tolerationField(scene, root) : undefined);
  if (field === undefined || declaredAt(scene, root, field.path) !== field.from) return undefined;
  const basis = `nodes carry ${field.to}, and none carries ${field.from}`;
  return {
    intent: setting("set-scheduling", root, [field], basis),
    because: `Write ${field.to} instead of ${field.from}: ${basis}.`,
  };
}

function selectorField(scene: Scene, root: ObjectRef): Field | undefined {
  const template = podTemplateOf(scene.lookup.get(root));
  if (template === undefined) return undefined;
  const nodes = scene.lookup.all("/Node").map((node) => node.metadata.labels ?? {});
  for (const [key, value] of Object.entries(textsAt(template.spec, "nodeSelector"))) {
    const values = new Set(nodes.flatMap((labels) => (labels[key] === undefined ? [] : [labels[key]])));
    if (values.has(value) || key === "kubernetes.io/hostname") continue;
    const meant = nearestName(value, values);
    const isFit =
      meant !== undefined &&
      fits(scene.lookup, {
        ...template.spec,
        nodeSelector: { ...textsAt(template.spec, "nodeSelector"), [key]: meant },
      });
    if (meant !== undefined && isFit) return { path: [...template.path, "nodeSelector", key], from: value, to: meant };
  }
  return undefined;
}

function tolerationField(scene: Scene, root: ObjectRef): Field | undefined {
  const template = podTemplateOf(scene.lookup.get(root));
  if (template === undefined) return undefined;
  const taints = scene.lookup.all("/Node").flatMap((node) => listAt(node, "spec", "taints"));
  for (const [index, toleration] of listAt(template.spec, "tolerations").entries()) {
    for (const part of ["value", "key"] as const) {
      const from = textAt(toleration, part);
      const to = from === undefined ? undefined : meantBy(toleration, taints, part, from);
      if (from !== undefined && to !== undefined)
        return { path: [...template.path, "tolerations", index, part], from, to };
    }
  }
  return undefined;
}

// The same taint but for one part of it.
function meantBy(
  toleration: Json | undefined,
  taints: readonly Json[],
  part: "value" | "key",
  from: string,
): string | undefined {
  const other = part === "value" ? "key" : "value";
  const like = taints.filter(
    (taint) => textAt(taint, other) === textAt(toleration, other) && textAt(taint, part) !== undefined,
  );
  const parts = new Set(like.map((taint) => textAt(taint, part) ?? ""));
  return parts.has(from) ? undefined : nearestName(from, parts);
}
