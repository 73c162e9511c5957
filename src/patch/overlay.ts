import type { FieldChange } from "../manifest/difference.ts";
import { editDocument } from "../manifest/edit/document.ts";
import { openFile } from "../manifest/edit/opening.ts";
import { readValue } from "../manifest/edit/reading.ts";
import { USUAL_STYLE } from "../manifest/edit/style.ts";
import { blockText } from "../manifest/edit/value-text.ts";
import type { FluxKustomization } from "../manifest/flux/kustomization.ts";
import { isList, isMap, own } from "../manifest/json.ts";
import { isKustomizationFile } from "../manifest/kustomize/kustomization-file.ts";
import type { Manifests } from "../manifest/manifests.ts";
import { withChanges } from "../manifest/with-changes.ts";
import type { Json, ObjectRef } from "../signal/object.ts";
import { type Attempt, Draft } from "./draft.ts";

// The overlay that is meant is among the first few; looking at more would only cost time.
const MOST_OVERLAYS = 8;

/** Ways to add a patch for one object to a kustomization file that only its own cluster reads, the likeliest first. */
export function patchesInOverlays(manifests: Manifests, changes: readonly FieldChange[]): readonly (() => Attempt)[] {
  const object = changes[0]?.object;
  if (object === undefined) return [];
  const home = manifests.findObject(object)[0]?.kustomization;
  if (home === undefined || !changes.every(isPatchable)) return [];
  return overlaysOf(manifests, home, object).map((file) => () => withPatch(manifests, file, object, changes));
}

// A list item without a name cannot be spoken of in a patch.
function isPatchable({ path }: FieldChange): boolean {
  return path.length > 0 && path.every((step) => typeof step === "string");
}

function overlaysOf(manifests: Manifests, home: FluxKustomization, object: ObjectRef): readonly string[] {
  const files = [...manifests.render(home.id).files].filter(isKustomizationFile);
  const own = files.filter((file) => manifests.consumersOf(file).every(({ id }) => id === home.id));
  const likeness = (file: string): number => (file.split("/").includes(object.name) ? 100 : 0) + file.split("/").length;
  return own.toSorted((a, b) => likeness(b) - likeness(a)).slice(0, MOST_OVERLAYS);
}

function withPatch(manifests: Manifests, file: string, object: ObjectRef, changes: readonly FieldChange[]): Attempt {
  const draft = new Draft(manifests.tree);
  const refusal = draft.edit(file, (bytes) => {
    const opened = openFile(bytes, file);
    if (!opened.ok) return opened;
    const [root] = opened.documents;
    const value = root === undefined ? undefined : readValue(root, root);
    const patches = value === undefined || !isMap(value) ? undefined : own(value, "patches");
    const text = `${blockText(patchBody(object, changes), 0, USUAL_STYLE)}\n`;
    const entry: Json = { target: { kind: object.kind, name: object.name }, patch: text };
    const to: Json = isList(patches) ? entry : [entry];
    return editDocument(bytes, file, 0, [{ do: "add", path: isList(patches) ? ["patches", "-"] : ["patches"], to }]);
  });
  return refusal === undefined ? { ok: true, files: draft.files } : { ok: false, refusal };
}

function patchBody(object: ObjectRef, changes: readonly FieldChange[]): Json {
  const head: Json = { apiVersion: object.apiVersion, kind: object.kind, metadata: { name: object.name } };
  // In a strategic merge patch a null takes a field away.
  return withChanges(
    head,
    changes.map(({ path, to }) => ({ path, to: to ?? null })),
  );
}
