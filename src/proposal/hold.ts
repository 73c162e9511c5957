import { declaredOf } from "../diagnosis/declared.ts";
import { textAt } from "../diagnosis/read.ts";
import type { Scene } from "../diagnosis/scene.ts";
import { isFlux, isSuspended } from "../diagnosis/symptoms/flux.ts";
import { commitInRevision } from "../evidence/commit.ts";
import { type KubernetesObject, type ObjectRef, refOf, refText } from "../signal/object.ts";
import { carriersOf, findObject, wayTo } from "./way.ts";

/**
 * Why nothing that is merged about an object would reach it: a person suspended it or what brings changes to it, or told
 * Flux to leave it alone. Undefined where nothing holds it.
 */
export function holdOn(scene: Scene, ref: ObjectRef): string | undefined {
  const live = findObject(scene.world, ref);
  return exclusion(ref, live, declaredOf(scene, ref)) ?? suspension(scene, ref, live);
}

function suspension(scene: Scene, ref: ObjectRef, live: KubernetesObject | undefined): string | undefined {
  const { world } = scene;
  const { source, appliers } = wayTo(world, ref);
  const itself = live !== undefined && isFlux(live) ? [live] : [];
  const way = [...itself, ...(source === null ? [] : [source]), ...appliers, ...carriersOf(world, ref)];
  const held = way.find(isSuspended);
  if (held !== undefined)
    return `${refText(refOf(held))} is suspended: nothing is proposed while a person holds it; resume it to have a change applied.`;
  // What a Flux object builds comes from its own source; the object itself comes by those that apply it.
  const bringing = itself.length > 0 ? carriersOf(world, ref).find(({ kind }) => kind === "GitRepository") : source;
  return bringing ? (pinning(bringing) ?? otherBranch(scene, bringing)) : undefined;
}

function pinning(source: KubernetesObject): string | undefined {
  const pin = ["tag", "semver", "commit"].find((field) => textAt(source, "spec", "ref", field) !== undefined);
  if (pin === undefined) return undefined;
  return `${refText(refOf(source))} follows no branch but a ${pin}: what is merged reaches the cluster only once that is moved.`;
}

// Another source brings commits of this branch, and this one a commit that is not among them.
function otherBranch({ world, history }: Scene, source: KubernetesObject): string | undefined {
  if (!history.known || history.truncated) return undefined;
  const known = new Set([history.head, ...history.commits.map(({ hash }) => hash)]);
  const isOfBranch = (object: KubernetesObject): boolean => known.has(fetchedBy(object) ?? "");
  const isOther = fetchedBy(source) !== undefined && !isOfBranch(source);
  if (!isOther || !world.objects.some((object) => object.kind === "GitRepository" && isOfBranch(object)))
    return undefined;
  return `${refText(refOf(source))} brings commits of another branch: what is merged here does not reach it.`;
}

function fetchedBy(source: KubernetesObject): string | undefined {
  return commitInRevision(textAt(source, "status", "artifact", "revision"));
}

const RECONCILE = "kustomize.toolkit.fluxcd.io/reconcile";
const APPLY = "kustomize.toolkit.fluxcd.io/ssa";

// kustomize-controller heeds these on the live object and on the manifest, as labels too, in any case.
function exclusion(
  ref: ObjectRef,
  live: KubernetesObject | undefined,
  declared: KubernetesObject | undefined,
): string | undefined {
  const told = [live, declared].flatMap((object) => (object === undefined ? [] : marksOf(object)));
  const found = told.find(
    ([name, value]) =>
      (name === RECONCILE && value === "disabled") ||
      (name === APPLY && (value === "ignore" || (value === "ifnotpresent" && live !== undefined))),
  );
  if (found === undefined) return undefined;
  return `Flux leaves ${refText(ref)} alone (${found[0]} is ${found[1]}): a change in git has no effect on it until that mark is gone.`;
}

function marksOf({ metadata }: KubernetesObject): readonly (readonly [string, string])[] {
  const marks = { ...metadata.labels, ...metadata.annotations };
  return [RECONCILE, APPLY].flatMap((name) => (marks[name] === undefined ? [] : [[name, marks[name].toLowerCase()]]));
}
