import { isList } from "../../manifest/json.ts";
import type { Json } from "../../signal/object.ts";
import { asksForMore } from "../amounts.ts";
import { containerStep, isPodField, PLACING } from "../bearing.ts";
import { fits } from "../fitting.ts";
import type { Predicate } from "../message/scheduling.ts";
import { numberAt } from "../read.ts";
import type { Scene } from "../scene.ts";
import type { Suspect } from "../suspect.ts";
import { undone } from "../undone.ts";
import { podTemplateOf } from "../workload.ts";

/** Whether a change may bear on where a pod can run. */
export function bearsOnPlacement(suspect: Suspect): boolean {
  if (isPodField(suspect, ...PLACING, "schedulerName", "hostNetwork")) return true;
  const field = containerStep(suspect.path)?.rest[0];
  return field === "resources" || field === "ports" || containerStep(suspect.path)?.rest.length === 0;
}

/** Only the changes but for which the pod would fit: a commit may have done other things too. */
export function needed(
  scene: Scene,
  object: Json,
  together: readonly Suspect[],
  predicates: readonly Predicate[],
): readonly Suspect[] {
  const isFit = (suspects: readonly Suspect[]): boolean => fitsAs(scene, undone(object, suspects));
  if (!scene.lookup.isListed("/Node") || fitsAs(scene, object))
    return together.filter((suspect) => explains(suspect, predicates, together));
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
  const template = podTemplateOf(object);
  return template !== undefined && fits(scene.lookup, template.spec);
}

// What the scheduler complains of that cannot be computed from the nodes alone, such as affinity between pods.
function explains(suspect: Suspect, predicates: readonly Predicate[], together: readonly Suspect[]): boolean {
  // No scheduler has said anything: there is none of that name.
  if (predicates.length === 0) return isPodField(suspect, "schedulerName");
  return predicates.some(({ obstacle }) => {
    switch (obstacle.is) {
      case "resource":
        return asksForMore(suspect, obstacle.resource);
      case "affinity":
        return isPodField(suspect, "affinity") && isHard(suspect, "podAffinity");
      case "anti-affinity":
        return isPodField(suspect, "affinity") && isHard(suspect, "podAntiAffinity");
      case "spread":
        return isPodField(suspect, "topologySpreadConstraints") && !isOnlyWished(suspect);
      case "selector":
        return isPodField(suspect, "nodeSelector") || isHard(suspect, "nodeAffinity");
      case "taint":
        return isPodField(suspect, "tolerations", "nodeSelector");
      case "port":
        return takesPort(suspect, together) || isPodField(suspect, "hostNetwork");
      default:
        return false;
    }
  });
}

// What is only preferred keeps no pod from a node.
function isHard({ path, from, to }: Suspect, sort: string): boolean {
  const text = JSON.stringify([path, from ?? null, to ?? null]);
  return text.includes(`"${sort}"`) && text.includes("requiredDuringScheduling");
}

function isOnlyWished({ from, to }: Suspect): boolean {
  const text = JSON.stringify([from ?? null, to ?? null]);
  return text.includes("ScheduleAnyway") && !text.includes("DoNotSchedule");
}

// A port of the node, unless the same commit took it under another name.
function takesPort({ path, to }: Suspect, together: readonly Suspect[]): boolean {
  if (containerStep(path)?.rest[0] !== "ports") return false;
  const had = together.flatMap(({ from }) => nodePortsIn(from));
  return path.at(-1) === "hostPort" ? to !== undefined : nodePortsIn(to).some((port) => !had.includes(port));
}

function nodePortsIn(value: Json | undefined): readonly number[] {
  const ports = isList(value) ? value : [value];
  return ports.flatMap((port) => numberAt(port, "hostPort") ?? []);
}
