import { type KubernetesObject, type ObjectRef, refOf } from "../signal/object.ts";
import { declaredOf } from "./declared.ts";
import type { Intent } from "./intent.ts";
import type { Lookup } from "./lookup.ts";
import { listAt, mapAt, textAt } from "./read.ts";
import { nearestName } from "./reference/nearest.ts";
import type { Scene } from "./scene.ts";
import { declaredAt } from "./suspects.ts";
import { setting } from "./telling.ts";
import { containerNamed } from "./workload.ts";

/** An image that was surely meant, with where it was seen. */
export type Meant = { readonly image: string; readonly basis: string; readonly intent: Intent };

type Name = { readonly folder: string; readonly last: string; readonly tag: string };

// Fewer than this many alike are a coincidence, not a custom of the house.
const ENOUGH_SIBLINGS = 3;

/**
 * The image a container was surely meant to run, told by what runs beside it: the same name with a slip of the
 * keyboard, or the one tag that every other image of the same folder has. Undefined where a guess would be needed.
 */
export function imageOfSiblings(
  scene: Scene,
  workload: ObjectRef,
  container: string,
  image: string,
): Meant | undefined {
  const path = pathOf(scene, workload, container);
  if (path === undefined || declaredAt(scene, workload, path) !== image) return undefined;
  const running = runningImages(scene, workload);
  const isOwn = [workload.name, container].includes(nameOf(image)?.last ?? "");
  // Where history is known, the first tag that was written tells no slip: that image may only not be there yet.
  const byCustom = scene.history.known ? undefined : houseTag(image, running);
  const found = (isOwn ? undefined : slip(image, running)) ?? byCustom;
  if (found === undefined) return undefined;
  const intent = setting("set-image", workload, [{ path, from: image, to: found.image }], found.basis);
  return { ...found, intent };
}

type Found = { readonly image: string; readonly basis: string };

function slip(image: string, running: ReadonlySet<string>): Found | undefined {
  const meant = nearestName(image, running);
  return meant === undefined || !isNear(nameOf(image)?.last, nameOf(meant)?.last)
    ? undefined
    : { image: meant, basis: `${meant} runs in this cluster, and ${image} is a slip away from it` };
}

// Long addresses have much in common: the last part must be a slip away by itself.
function isNear(wanted = "", meant = ""): boolean {
  return wanted === meant || nearestName(wanted, [meant]) !== undefined;
}

function houseTag(image: string, running: ReadonlySet<string>): Found | undefined {
  const wanted = nameOf(image);
  if (wanted === undefined) return undefined;
  const beside = [...running]
    .map(nameOf)
    .filter((name): name is Name => name?.folder === wanted.folder && name.last !== wanted.last);
  const tags = new Set(beside.map((name) => name.tag));
  const [tag] = tags;
  if (tag === undefined || tags.size !== 1 || tag === wanted.tag || beside.length < ENOUGH_SIBLINGS) return undefined;
  return {
    image: `${wanted.folder}/${wanted.last}:${tag}`,
    basis: `all ${beside.length} other images of ${wanted.folder} have the tag ${tag}`,
  };
}

function nameOf(image: string): Name | undefined {
  const match = /^(.+)\/([^/:@]+):([\w.-]+)$/.exec(image);
  return match === null ? undefined : { folder: match[1] ?? "", last: match[2] ?? "", tag: match[3] ?? "" };
}

// Images of pods that run, and those that the nodes hold: both were pulled from here.
function runningImages(scene: Scene, workload: ObjectRef): ReadonlySet<string> {
  const images = new Set<string>();
  for (const pod of scene.lookup.all("/Pod")) {
    const root = scene.lookup.rootOf(pod);
    const isOwn = root.name === workload.name && root.namespace === workload.namespace;
    for (const status of listAt(pod, "status", "containerStatuses")) {
      const { image, ready } = status as { image?: unknown; ready?: unknown };
      if (!isOwn && ready === true && typeof image === "string") images.add(image);
    }
  }
  return images;
}

/** The images that ready pods run or nodes hold: all of them were pulled from here. */
export function imagesHere(lookup: Lookup): ReadonlySet<string> {
  const held = lookup
    .all("/Node")
    .flatMap((node) => listAt(node, "status", "images").flatMap((image) => listAt(image, "names")));
  const running = lookup.all("/Pod").flatMap((pod) =>
    listAt(pod, "spec", "containers")
      .filter((container) => isReadyIn(pod, textAt(container, "name")))
      .map((container) => textAt(container, "image")),
  );
  return new Set([...held, ...running].filter((name) => typeof name === "string"));
}

function isReadyIn(pod: KubernetesObject, container: string | undefined): boolean {
  return listAt(pod, "status", "containerStatuses").some(
    (status) => textAt(status, "name") === container && mapAt(status)["ready"] === true,
  );
}

function pathOf(scene: Scene, workload: ObjectRef, container: string): (string | number)[] | undefined {
  const object = declaredOf(scene, workload);
  const found = containerNamed(object, container);
  return found === undefined || object === undefined || refOf(object).name !== workload.name
    ? undefined
    : [...found.path, "image"];
}
