import { gvkOf, gvkText } from "../kustomize/id.ts";
import {
  type Entry,
  fieldOf,
  type Mapping,
  mappingAt,
  type Node,
  nodeAt,
  type Place,
  textOf,
  withEntry,
  withoutEntry,
} from "../yaml/node.ts";
import { printDocument } from "../yaml/print.ts";
import type { Member } from "./cluster.ts";
import { substituteObject } from "./substitution/object.ts";
import type { Gathered } from "./variables.ts";

/** Why Flux applies nothing of a Kustomization, and the object or the value at fault. */
type Stopped = { readonly code: string; readonly message: string; readonly place: Place };

/** The objects of a Kustomization after Flux's own steps, or why it applies none of them. */
export type Finished =
  | { readonly ok: true; readonly objects: readonly Mapping[] }
  | { readonly ok: false; readonly stopped: Stopped };

const DECRYPT = "kustomize.toolkit.fluxcd.io/decrypt";
const SUBSTITUTE = "kustomize.toolkit.fluxcd.io/substitute";

/** Does to the objects of a build what Flux does before it applies them: decryption, substitution, common metadata. */
export function finishObjects(built: readonly Mapping[], { draft }: Member, variables: Gathered): Finished {
  const objects: Mapping[] = [];
  for (const object of built) {
    const finished = finishObject(object, draft.spec.decrypts, variables);
    if ("code" in finished) return { ok: false, stopped: finished };
    if (!isKustomizeConfig(finished)) objects.push(withCommonMetadata(finished, draft.node));
  }
  return { ok: true, objects };
}

function finishObject(object: Mapping, decrypts: boolean, variables: Gathered): Mapping | Stopped {
  const refuse = (code: string, message: string, place: Place = object): Stopped => ({ code, message, place });
  if (["apiVersion", "kind"].some((key) => textOf(fieldOf(object, key)) === "") || nameOf(object) === "")
    return refuse(
      "NOT_AN_OBJECT",
      `failed to decode Kubernetes apiVersion, kind and name from: ${printDocument(object).slice(0, 200)}`,
    );
  const staysEncrypted = isDecryptionDisabled(object);
  if (!decrypts && !staysEncrypted && isEncryptedSecret(object))
    return refuse(
      "NOT_DECRYPTED",
      `${idOf(object)} is SOPS encrypted, configuring decryption is required for this secret to be reconciled`,
    );
  const isDecrypted = decrypts && !staysEncrypted && textOf(nodeAt(object, "sops", "mac")) !== "";
  const plain = isDecrypted ? withoutEntry(object, "sops") : object;
  if (variables === null || isExempt(plain)) return plain;
  if ("refused" in variables)
    return refuse("BAD_SUBSTITUTION", `post build failed for '${idOf(object)}': ${variables.refused}`);
  if (!variables.isActive) return plain;
  const substituted = substituteObject(plain, variables);
  if (!substituted.ok)
    return refuse(
      "BAD_SUBSTITUTION",
      `post build failed for '${idOf(object)}': ${substituted.because}`,
      substituted.place,
    );
  return substituted.node;
}

function isEncryptedSecret(object: Mapping): boolean {
  const isSecret = textOf(fieldOf(object, "apiVersion")) === "v1" && textOf(fieldOf(object, "kind")) === "Secret";
  return isSecret && fieldOf(object, "sops") !== undefined;
}

function isDecryptionDisabled(object: Mapping): boolean {
  return textOf(nodeAt(object, "metadata", "annotations", DECRYPT)).toLowerCase() === "disabled";
}

function isExempt(object: Mapping): boolean {
  const mark = (part: string): string => textOf(nodeAt(object, "metadata", part, SUBSTITUTE));
  return mark("labels") === "disabled" || mark("annotations") === "disabled";
}

/** Flux drops what only kustomize itself would read. */
function isKustomizeConfig(object: Mapping): boolean {
  return (
    textOf(fieldOf(object, "kind")) === "Kustomization" &&
    textOf(fieldOf(object, "apiVersion")).startsWith("kustomize.config.k8s.io/")
  );
}

/** The object with the labels and annotations that a Flux object puts on everything it makes. */
export function withCommonMetadata(object: Mapping, flux: Node): Mapping {
  const metadata = fieldOf(object, "metadata");
  if (metadata?.kind !== "map") return object;
  let changed = metadata;
  for (const part of ["labels", "annotations"]) {
    const common = nodeAt(flux, "spec", "commonMetadata", part);
    if (common?.kind !== "map" || common.entries.length === 0) continue;
    const before = fieldOf(changed, part);
    let own = before?.kind === "map" ? before : mappingAt(common, []);
    for (const entry of common.entries) own = withEntry(own, entry.key, fromFlux(entry));
    changed = withEntry(changed, part, own);
  }
  return changed === metadata ? object : withEntry(object, "metadata", changed);
}

function fromFlux({ value }: Entry): Node {
  return { ...value, source: { file: value.source.file, way: "flux" } };
}

function nameOf(object: Mapping): string {
  return textOf(nodeAt(object, "metadata", "name"));
}

function idOf(object: Mapping): string {
  return `${gvkText(gvkOf(object))}/${nameOf(object)}`;
}
