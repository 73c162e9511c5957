import { valueAt } from "../../manifest/path.ts";
import { isSameObject, type ObjectRef, refOf } from "../../signal/object.ts";
import { isPartOf } from "../applied.ts";
import { denierIn, speaksOf } from "../denial.ts";
import { historyOf } from "../history.ts";
import type { Culprit } from "../hypothesis.ts";
import { hasWord } from "../match.ts";
import { quantityOf } from "../quantity.ts";
import type { Scene } from "../scene.ts";
import type { Suspect } from "../suspect.ts";
import { valueText } from "../suspects.ts";
import { isFixed } from "./fixed-fields.ts";
import { isNear, isWithin, refusedField } from "./refused-field.ts";
import { unappliedBy } from "./unapplied.ts";

/** What of an object the API server refuses: its words, and who applies it. */
export type Refused = { readonly object: ObjectRef; readonly applier: ObjectRef; readonly text: string };

/** What the newest commit changed of it, and whether older ones that were not applied either may be at fault as well. */
export type RefusedChange = { readonly changes: readonly Suspect[]; readonly isContested: boolean };

/** The change that the words of a refusal mean. What was applied once was taken: only what came later can be at fault. */
export function refusedChange(scene: Scene, refused: Refused): RefusedChange {
  return latest(scene, refused, refusedIn);
}

/** The change of a field that cannot change in place, with what else its commit did to the object's content. */
export function fixedChange(scene: Scene, refused: Refused): RefusedChange {
  const { changes, isContested } = latest(scene, refused, fixedIn);
  const [first] = changes;
  const beside = historyOf(scene, refused.object).filter(
    ({ path, commit }) => path[0] === first?.path[0] && commit?.commit === first?.commit?.commit,
  );
  return { changes: beside, isContested };
}

type Meaning = (history: readonly Suspect[], refused: Refused) => readonly Suspect[];

function latest(scene: Scene, refused: Refused, meantIn: Meaning): RefusedChange {
  const unapplied = unappliedBy(scene, refused.applier);
  const isNew = (suspect: Suspect): boolean =>
    suspect.commit !== null && unapplied?.has(suspect.commit.commit) !== false && !wasTaken(scene, suspect);
  const meant = meantIn(historyOf(scene, refused.object).filter(isNew), refused);
  const [first] = mostTelling(meant, refused);
  const every = scene.changes(refused.object).map((change) => ({ ...change, worked: null }));
  const rivals = unapplied === undefined ? [] : mostTelling(meantIn(every.filter(isNew), refused), refused);
  return {
    changes: meant.filter(({ commit }) => commit?.commit === first?.commit?.commit),
    isContested: new Set(rivals.map(({ commit }) => commit?.commit)).size > 1,
  };
}

// Of all that is near, the changes of the very field that is refused.
function mostTelling(meant: readonly Suspect[], { text }: Refused): readonly Suspect[] {
  const field = refusedField(text);
  const exact = meant.filter(({ path }) => isWithin(path, field));
  return exact.length > 0 ? exact : meant;
}

function fixedIn(history: readonly Suspect[], { text }: Refused): readonly Suspect[] {
  return history.filter(({ path }) => isFixed(path, text));
}

function refusedIn(history: readonly Suspect[], { object, text }: Refused): readonly Suspect[] {
  // A policy tells in its own words what it is about: what else a commit did is innocent.
  if (denierIn(text) !== undefined) return history.filter((each) => each.path.length > 0 && speaksOf(text, each));
  const field = refusedField(text);
  const named = history.filter((each) =>
    field.length > 0 ? isNear(each.path, field) : /quantities must match/.test(text) && isSpoilt(each),
  );
  const meant = named.length > 0 ? ofValue(named, text) : renamed(history, text);
  // A request is refused for its limit too, and a Service's port for the Service's type.
  return meant.length > 0 && object.kind === "Service" ? history.filter(({ path }) => path[0] !== "metadata") : meant;
}

// The message shows the value that is refused: what else was changed in such a place is innocent.
function ofValue(suspects: readonly Suspect[], text: string): readonly Suspect[] {
  const value = /(?:Invalid|Unsupported) value: "?([^":\s]+)/.exec(text)?.[1];
  const saying = suspects.filter(({ to }) => value !== undefined && hasWord(valueText(to), value));
  return saying.length > 0 ? saying : suspects;
}

// What a field names and does not find is an item that went from another list, or got another name there.
function renamed(history: readonly Suspect[], text: string): readonly Suspect[] {
  const name = /: Not found: "([^"]+)"/.exec(text)?.[1];
  const gone = history.find(({ path, to }) => to === undefined && path.at(-1) === `[name=${name}]`);
  const list = gone?.path.slice(0, -1).join("/");
  return history.filter(({ path }) => path.slice(0, -1).join("/") === list);
}

// Where a quantity does not parse, the API server does not say which: one that was one before and is none now.
function isSpoilt({ from, to }: Suspect): boolean {
  return typeof to === "string" && quantityOf(from) !== undefined && quantityOf(to) === undefined;
}

// What the cluster has as git says it, the API server took once: something else has changed since.
function wasTaken({ lookup }: Scene, { object, path, to }: Suspect): boolean {
  const value = path.length === 0 ? undefined : valueAt(lookup.get(object), path);
  return to !== undefined && value !== undefined && isPartOf(to, value);
}

/** Whether what git has taken away is in the cluster yet: it goes only once the rest is taken. */
export function isStillThere({ lookup }: Scene, { object, path, to }: Suspect): boolean {
  return to === undefined && valueAt(lookup.get(object), path) !== undefined;
}

/** Whether a later commit wrote beside these changes: the API server tells of one field only, and never took that either. */
export function isFollowed(scene: Scene, object: ObjectRef, changes: readonly Suspect[]): boolean {
  const history = historyOf(scene, object);
  const places = new Set(changes.map(placeOf));
  const later = history.slice(
    0,
    history.findIndex(({ commit }) => commit?.commit === changes[0]?.commit?.commit),
  );
  return later.some((suspect) => places.has(placeOf(suspect)));
}

function placeOf({ path }: Suspect): string {
  return path.slice(0, -1).join("/");
}

const OF_A_SERVICE = ["Service", "Endpoints", "EndpointSlice"];

/**
 * The file in which a commit changed a Service and the EndpointSlice that was written for it: half of that taken back
 * would no longer fit the other half. Undefined where it changed only one.
 */
export function fileOfBoth(scene: Scene, object: ObjectRef, { commit }: Culprit): string | undefined {
  const [found] = scene.manifests.findObject(object);
  const rendering = found && scene.manifests.render(found.kustomization.id);
  if (found === undefined || !rendering?.ok || !OF_A_SERVICE.includes(object.kind)) return undefined;
  const { file } = found.rendered.origin;
  const others = rendering.objects.filter(
    ({ object: other, origin }) =>
      origin.file === file && OF_A_SERVICE.includes(other.kind) && !isSameObject(refOf(other), object),
  );
  return others.some((other) => scene.changes(refOf(other.object)).some((change) => change.commit.commit === commit))
    ? file
    : undefined;
}
