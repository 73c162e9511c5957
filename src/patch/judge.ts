import { diffObjects, type FieldChange } from "../manifest/difference.ts";
import type { FluxKustomization } from "../manifest/flux/kustomization.ts";
import { isEqual } from "../manifest/json.ts";
import type { Manifests } from "../manifest/manifests.ts";
import { pathText, valueAt } from "../manifest/path.ts";
import type { Refusal, Rendering } from "../manifest/rendered.ts";
import { withChanges } from "../manifest/with-changes.ts";
import { type KubernetesObject, refText } from "../signal/object.ts";
import { type Causes, causeOf, UNDONE } from "./follow.ts";
import type { Look } from "./look.ts";
import { type Marks, marksOf, placeText } from "./marks.ts";
import { isOf, objectsOf, type Pair, refOfPair } from "./pairs.ts";
import type { ChangedField, RenderedChange } from "./patch.ts";

/** What a change of files is meant to do once it is rendered. */
export type Meant = {
  readonly changes: readonly FieldChange[];
  /**
   * The repository with all of the causing commit taken back, where the change undoes one: what else the same bytes set
   * belongs to the undo, other clusters included. Null where the change is to reach one cluster only.
   */
  readonly undone: Manifests | null;
};

/** What one Kustomization shows, and what speaks against it. */
export type Judged = { readonly change: RenderedChange; readonly objections: readonly Objection[] };

/** One reason against a change; it is beyond what is meant where the same bytes set more than that. */
export type Objection = { readonly isBeyond: boolean; readonly sentence: string };

type Explained = { readonly field: ChangedField; readonly isExplained: boolean };

/** Holds what Kustomizations render before and after a change against what is meant. */
export class Judge {
  readonly #looks: readonly Look[];
  readonly #meant: Meant;
  readonly #home: string | undefined;
  readonly #marks: Marks;

  constructor(looks: readonly Look[], meant: Meant, before: Manifests) {
    const [first] = meant.changes;
    this.#looks = looks;
    this.#meant = meant;
    this.#home = first && before.findObject(first.object)[0]?.kustomization.cluster;
    this.#marks = marksOf(looks, meant.changes);
  }

  judge({ kustomization, before, after, pairs, isMended }: Look): Judged {
    const kept = { kustomization: kustomization.id, changed: [] };
    if (before === after) return { change: kept, objections: [] };
    if (after?.ok === false) return { change: kept, objections: objectionsTo(kustomization.id, before, after) };
    if (isMended) return { change: { ...kept, buildsAgain: true }, objections: [] };
    const fields = pairs.flatMap((pair) => this.#changed(pair, pairs, kustomization));
    const strange = fields.filter(({ isExplained }) => !isExplained);
    return {
      change: { ...kept, changed: fields.map(({ field }) => field) },
      objections: strange.map(({ field }) => ({
        isBeyond: true,
        sentence: `${fieldText(field)} would change in ${kustomization.id} too, which is not meant.`,
      })),
    };
  }

  /** Why not all that is meant comes about, or undefined where it does. */
  unmet(): Objection | undefined {
    const unmet = this.#meant.changes.find((change) => !this.#looks.some((look) => isMet(change, look)));
    return unmet && { isBeyond: false, sentence: `${fieldText(unmet)} would not become what it is to be.` };
  }

  #changed(pair: Pair, pairs: readonly Pair[], kustomization: FluxKustomization): readonly Explained[] {
    const [before, after] = [pair.before?.object, pair.after?.object];
    if (before === after) return [];
    const expected = expectedOf(before, this.#meantFor(pair, kustomization), after);
    const causes = {
      kustomization,
      pairs,
      changes: this.#meant.changes,
      marks: this.#marks,
      undone: this.#meant.undone,
    };
    const asked = diffObjects(before, expected).map(({ object, path }) => ({
      field: { object, path },
      isExplained: true,
    }));
    const others = diffObjects(expected, after).map((change) => this.#explain(change, pair, causes));
    return [...asked, ...others];
  }

  #explain(change: FieldChange, pair: Pair, causes: Causes): Explained {
    const field = { object: refOfPair(pair), path: change.path };
    const followsFrom = causeOf(change, pair, causes);
    if (followsFrom === undefined) return { field, isExplained: false };
    // Where no field was named, whatever the files show once they are as they were is what was asked for.
    const isAsked = followsFrom === UNDONE && this.#meant.changes.length === 0;
    return { field: isAsked ? field : { ...field, followsFrom }, isExplained: true };
  }

  #meantFor(pair: Pair, { cluster }: FluxKustomization): readonly FieldChange[] {
    const isUndo = this.#meant.undone !== null;
    if (!isUndo && cluster !== this.#home) return [];
    const isTwin = isUndo && objectsOf(pair).some((object) => this.#marks.documents.has(placeText(object.origin)));
    return this.#meant.changes.filter(
      ({ object, path, to }) => (isTwin || isOf(object, pair)) && isEqual(valueAt(pair.after?.object, path), to),
    );
  }
}

function expectedOf(
  before: KubernetesObject | undefined,
  meant: readonly FieldChange[],
  after: KubernetesObject | undefined,
): KubernetesObject | undefined {
  if (meant.length === 0) return before;
  const expected = withChanges(before ?? null, meant, after ?? null);
  return expected === null ? undefined : (expected as KubernetesObject);
}

function isMet({ object, path, to }: FieldChange, { after, pairs }: Look): boolean {
  if (!after?.ok) return false;
  return pairs.some((pair) => isOf(object, pair) && isEqual(valueAt(pair.after?.object, path), to));
}

function objectionsTo(
  id: string,
  before: Rendering | undefined,
  after: Rendering & { readonly ok: false },
): readonly Objection[] {
  if (before?.ok === false && isSame(before.refusal, after.refusal)) return [];
  const when = before?.ok === false ? "still would not build" : "would not build any more";
  return [{ isBeyond: false, sentence: `${id} ${when}: ${after.refusal.message}` }];
}

// What another source makes nobody here ever knew, however that is told.
function isSame(before: Refusal, after: Refusal): boolean {
  return isEqual(before, after) || [before, after].every(({ code }) => code === "OTHER_SOURCE");
}

function fieldText({ object, path }: ChangedField): string {
  return path.length === 0 ? refText(object) : `${pathText(path)} of ${refText(object)}`;
}
