import type { Json, KubernetesObject } from "../signal/object.ts";
import { containerStep } from "./bearing.ts";
import { listAt, mapAt, textAt, textsAt } from "./read.ts";
import type { Scene } from "./scene.ts";
import type { Suspect } from "./suspect.ts";
import { undone } from "./undone.ts";
import { containersOf, podTemplateOf, referencesOf } from "./workload.ts";

/**
 * The suspects without those by which a commit only says variables by other means, or says what is usual: every container
 * hears the same as before, so they are not why one fails.
 */
export function withoutRestated(scene: Scene, workload: KubernetesObject, all: readonly Suspect[]): readonly Suspect[] {
  const commits = Map.groupBy(all.filter(isOfVariables), ({ commit }) => commit?.commit);
  const restated = [...commits.values()].flatMap((suspects) => restatedAmong(scene, workload, suspects));
  return all.filter((suspect) => !restated.includes(suspect) && !saysTheUsual(suspect));
}

function isOfVariables({ object, path }: Suspect): boolean {
  return object.kind === "ConfigMap" || variableOf(path) !== undefined;
}

function variableOf(path: Suspect["path"]): string | undefined {
  const [field, item] = containerStep(path)?.rest ?? [];
  return field === "env" ? /^\[name=(.*)\]$/.exec(String(item ?? ""))?.[1] : undefined;
}

function restatedAmong(scene: Scene, workload: KubernetesObject, suspects: readonly Suspect[]): readonly Suspect[] {
  const [own, maps] = [suspects.filter(({ object }) => object.kind === workload.kind), suspects.filter(isOfMap)];
  const find = (name: string): Json | undefined =>
    scene.lookup.find("/ConfigMap", workload.metadata.namespace ?? null, name);
  const findBefore = (name: string): Json | undefined => {
    const map = find(name);
    return (
      map &&
      undone(
        map,
        maps.filter(({ object }) => object.name === name),
      )
    );
  };
  const [before, now] = [heardBy(undone(workload, own), findBefore), heardBy(workload, find)];
  const isSame = [...new Set([...before.keys(), ...now.keys()])].every((key) => before.get(key) === now.get(key));
  const isMoved = own.length > 0 && isSame;
  const mounted = referencesOf(podTemplateOf(workload)).flatMap(({ name, path }) =>
    path.includes("volumes") ? name : [],
  );
  return suspects.filter((suspect) =>
    isOfMap(suspect) ? isMoved && !mounted.includes(suspect.object.name) : isHeardAlike(suspect, before, now),
  );
}

function isOfMap({ object }: Suspect): boolean {
  return object.kind === "ConfigMap";
}

type Heard = ReadonlyMap<string, string>;

function isHeardAlike({ path }: Suspect, before: Heard, now: Heard): boolean {
  const key = `${containerStep(path)?.container} ${variableOf(path)}`;
  return now.get(key) !== undefined && before.get(key) === now.get(key);
}

// What each container hears, by its name and the variable's; of a Secret only that it is asked.
function heardBy(workload: Json, find: (configMap: string) => Json | undefined): Heard {
  const heard = containersOf(podTemplateOf(workload)).flatMap(({ name: container, spec }) =>
    [
      ...listAt(spec, "envFrom").flatMap((entry) => {
        const data = textsAt(find(textAt(entry, "configMapRef", "name") ?? ""), "data");
        return Object.entries(data).map(([key, value]) => [`${textAt(entry, "prefix") ?? ""}${key}`, value] as const);
      }),
      ...listAt(spec, "env").map((entry) => [textAt(entry, "name") ?? "", toldBy(entry, find)] as const),
    ].map(([variable, value]) => [`${container} ${variable}`, value] as const),
  );
  return new Map(heard);
}

function toldBy(entry: Json, find: (configMap: string) => Json | undefined): string {
  const { name = "", key = "" } = textsAt(entry, "valueFrom", "configMapKeyRef");
  return textAt(entry, "value") ?? textsAt(find(name), "data")[key] ?? JSON.stringify(mapAt(entry, "valueFrom"));
}

// The ports of databases, queues and the web that programs ask where nobody says one.
const USUAL_PORTS = ["80", "443", "1433", "3306", "5432", "5672", "6379", "9092", "9200", "11211", "27017"];

/** Whether programs ask this port where nobody says one. */
export function isUsualPort(port: Json | undefined): boolean {
  return USUAL_PORTS.includes(String(port));
}

function saysTheUsual({ path, from, to }: Suspect): boolean {
  const variable = variableOf(path);
  const said = typeof to === "object" ? textAt(to, "value") : to;
  return from === undefined && /PORT$/.test(variable ?? "") && isUsualPort(said);
}
