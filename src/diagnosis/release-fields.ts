import { leavesOf } from "../manifest/field-query.ts";
import { applierOf } from "../manifest/flux/applier.ts";
import { type FieldPath, pathText, valueAt } from "../manifest/path.ts";
import { type Json, type KubernetesObject, type ObjectRef, refOf } from "../signal/object.ts";
import type { Intent } from "./intent.ts";
import { restoreFields } from "./restore.ts";
import type { FieldHistory, Scene } from "./scene.ts";
import { type ValuesChange, valuesChanges } from "./values-changes.ts";

/** A field of a live object that bears the mark of values that one commit changed in the release which makes the object. */
export type ReleaseField = FieldHistory & { readonly values: readonly FieldHistory[] };

type Restoring = Extract<Intent, { readonly kind: "restore-fields" }>;

// A value that shows in more fields than that tells nothing of any of them.
const MOST_FIELDS = 4;

/**
 * What commits changed in an object whose chart nobody here can render, as far as it shows: where the live object says
 * what a commit wrote into the values, it said before what stood there before. Nothing for what is rendered.
 */
export function releaseFieldsOf(
  scene: Pick<Scene, "lookup" | "manifests" | "changes">,
  object: ObjectRef,
): readonly ReleaseField[] {
  const live = scene.lookup.get(object);
  const release = applierOf(live, "HelmRelease");
  if (live === undefined || release === undefined || scene.manifests.findObject(object).length > 0) return [];
  const commits = Map.groupBy(valuesChanges(scene, release).filter(isTelling), ({ said }) => said.commit.commit);
  return [...commits.values()].flatMap((values) => fieldsOfCommit(live, values));
}

function fieldsOfCommit(live: KubernetesObject, values: readonly ValuesChange[]): readonly ReleaseField[] {
  const found = new Map<string, ReleaseField>();
  for (const change of values) {
    const marked = leavesOf(live["spec"] ?? null, ["spec"]).filter((path) => isMarked(live, path, change));
    if (marked.length > MOST_FIELDS) continue;
    for (const path of marked) {
      const to = valueAt(live, path);
      const known = found.get(pathText(path));
      found.set(pathText(path), {
        ...{ object: refOf(live), path, to, commit: change.said.commit },
        from: before(known === undefined ? to : known.from, change),
        values: [...(known?.values ?? []), change.said],
      });
    }
  }
  return [...found.values()];
}

function isTelling({ from, to }: ValuesChange): boolean {
  return isPlain(from) && isPlain(to) && String(to) !== "" && String(from) !== "";
}

function isPlain(value: Json | undefined): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

/** Whether a field says the new value: as a whole or as a word of it, in a place of that name unless it is a word of its own. */
function isMarked(live: KubernetesObject, path: FieldPath, { path: values, to }: ValuesChange): boolean {
  const text = String(valueAt(live, path));
  const value = String(to);
  const isWhole = text === value;
  if (!isWhole && !wordIn(text, value)) return false;
  const isDistinct = typeof to === "string" && value.length >= 6 && /[a-z]/i.test(value);
  return isDistinct || isAlike(String(path.at(-1)), String(values.at(-1)));
}

function wordIn(text: string, word: string): boolean {
  const at = text.indexOf(word);
  const isBound = (sign: string | undefined): boolean => sign === undefined || !/[\w.]/.test(sign);
  return at >= 0 && isBound(text[at - 1]) && isBound(text[at + word.length]);
}

// `tag` and `digest` stand in an image; otherwise one name holds the other: replicaCount and replicas, port and containerPort.
function isAlike(field: string, value: string): boolean {
  if (field === "image") return ["tag", "digest", "repository", "image"].includes(value);
  const [a, b] = [field.toLowerCase(), value.toLowerCase().replace(/count$/, "s")];
  return a.includes(b) || b.includes(a);
}

function before(field: Json | undefined, { from, to }: ValuesChange): Json | undefined {
  if (String(field) === String(to)) return from;
  // A function, because a text may hold what `replace` takes for a pattern.
  return String(field).replace(String(to), () => String(from));
}

/**
 * The same undo, asked for where it can be made: in the values of the release, where the object itself is in no file.
 * Undefined where it is not known which values these are.
 */
export function inValues(scene: Scene, { object, fields, commit }: Restoring): Restoring | undefined {
  const known = releaseFieldsOf(scene, object).filter((field) => field.commit.commit === commit);
  const behind = fields.map(({ path }) => known.find((field) => pathText(field.path) === pathText(path))?.values ?? []);
  const values = [...new Set(behind.flat())];
  const [first] = values;
  const isOfOne = values.every(
    (value) => value.object.kind === first?.object.kind && value.object.name === first.object.name,
  );
  if (first === undefined || !isOfOne || behind.some((each) => each.length === 0)) return undefined;
  const [intent] = restoreFields(first.object, values, first.commit);
  return intent?.kind === "restore-fields" ? intent : undefined;
}
