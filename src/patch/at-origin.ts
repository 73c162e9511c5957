import type { FieldChange } from "../manifest/difference.ts";
import { setAt, type ValueSwap } from "../manifest/edit/at.ts";
import type { Edited, EditRefusal } from "../manifest/edit/edit.ts";
import type { Manifests } from "../manifest/manifests.ts";
import type { Origin } from "../manifest/origin.ts";
import { pathText, valueAt } from "../manifest/path.ts";
import type { RenderedObject } from "../manifest/rendered.ts";
import { refText } from "../signal/object.ts";
import { addWithin, removeAt, replaceAt } from "./at-place.ts";
import { carriedBy } from "./carried-by.ts";
import { type Attempt, Draft } from "./draft.ts";

/** One edit that is to be made at certain bytes of a file. */
type Plan = { readonly file: string; readonly start: number; readonly make: (bytes: Uint8Array) => Edited };

/** Makes each change where the bytes stand that set the field now, or within what is nearest to it. */
export function editAtOrigins(manifests: Manifests, changes: readonly FieldChange[]): Attempt {
  const draft = new Draft(manifests.tree);
  const plans: Plan[] = [];
  for (const change of changes) {
    const plan = planOf(manifests, change);
    if ("code" in plan) return { ok: false, refusal: plan };
    plans.push(plan);
  }
  // The last bytes of a file first, so that the origins of the others still hold.
  for (const { file, make } of plans.toSorted((a, b) => b.start - a.start)) {
    const refusal = draft.edit(file, make);
    if (refusal !== undefined) return { ok: false, refusal };
  }
  return { ok: true, files: draft.files };
}

function planOf(manifests: Manifests, change: FieldChange): Plan | EditRefusal {
  const { object, path, from, to } = change;
  const rendered = manifests.findObject(object)[0]?.rendered;
  if (rendered === undefined) {
    return { code: "UNSUPPORTED", message: `expected a Kustomization that renders ${refText(object)}, found none` };
  }
  const depth = from === undefined ? deepest(rendered, path) : path.length;
  const origin = depth === 0 ? rendered.origin : rendered.originOf(path.slice(0, depth));
  if (origin === undefined || origin.file === "") {
    return { code: "UNSUPPORTED", message: `nothing in git says ${pathText(path)} of ${refText(object)}` };
  }
  const { file, start } = origin;
  if (from === undefined)
    return { file, start, make: (bytes) => addWithin(bytes, origin, path.slice(depth), to ?? null) };
  if (to === undefined) return { file, start, make: (bytes) => removeAt(bytes, origin, from) };
  const place = { origin, path, object: rendered.object };
  return (
    throughVariable(origin, { from, to }, manifests) ?? {
      file,
      start,
      make: (bytes) => replaceAt(bytes, place, { from, to }),
    }
  );
}

// How many steps of a path lead to something that is there.
function deepest({ object }: RenderedObject, path: FieldChange["path"]): number {
  let depth = path.length - 1;
  while (depth > 0 && valueAt(object, path.slice(0, depth)) === undefined) depth--;
  return depth;
}

// A field that is set through a variable is changed where the variable's value stands, if that can be only one.
function throughVariable(origin: Origin, swap: ValueSwap, manifests: Manifests): Plan | undefined {
  const [carried, another] = (origin.variables ?? []).flatMap((variable) => carriedBy(variable, swap, manifests) ?? []);
  if (carried === undefined || another !== undefined) return undefined;
  const { carrier, swap: own } = carried;
  const { file, start } = carrier;
  return { file, start, make: (current) => setAt(current, file, carrier, own) };
}
