import type { Json, KubernetesObject } from "../../signal/object.ts";
import { groupOf } from "../../signal/object.ts";
import { isMap } from "../json.ts";
import { valueAt } from "../path.ts";
import { isTrueAt, listAt, textAt, textsAt } from "./fields.ts";
import type { FluxSpec, PostBuild, SourceRef, SubstituteFrom } from "./kustomization.ts";

const GROUP = "kustomize.toolkit.fluxcd.io";
const DEFAULT_NAMESPACE = "default";

/** Whether an object is a Flux Kustomization, of whichever version. */
export function isFluxKustomization(object: { readonly apiVersion: string; readonly kind: string }): boolean {
  return object.kind === "Kustomization" && groupOf(object.apiVersion) === GROUP;
}

/** Reads the spec of a Flux Kustomization with the defaults of its controller. */
export function readFluxSpec(object: KubernetesObject): FluxSpec {
  const spec = object["spec"];
  const namespace = object.metadata.namespace ?? DEFAULT_NAMESPACE;
  return {
    path: folderOf(textAt(spec, "path") ?? ""),
    sourceRef: readSourceRef(valueAt(spec, ["sourceRef"]), namespace),
    postBuild: readPostBuild(spec),
    decrypts: textAt(spec, "decryption", "provider") !== null,
    isRemote:
      textAt(spec, "kubeConfig", "secretRef", "name") !== null ||
      textAt(spec, "kubeConfig", "configMapRef", "name") !== null,
  };
}

/** The folder a path means within a repository: it cannot leave it, so `..` above the root stays there. */
export function folderOf(path: string): string {
  const steps: string[] = [];
  for (const step of path.split("/")) {
    if (step === "..") steps.pop();
    else if (step !== "" && step !== ".") steps.push(step);
  }
  return steps.join("/");
}

/** A reference to a source, in the namespace of what refers to it unless it says another. */
export function readSourceRef(entry: Json | undefined, namespace: string): SourceRef {
  return {
    kind: textAt(entry, "kind") ?? "GitRepository",
    namespace: textAt(entry, "namespace") ?? namespace,
    name: textAt(entry, "name") ?? "",
  };
}

function readPostBuild(spec: Json | undefined): PostBuild | null {
  const stated = valueAt(spec, ["postBuild"]);
  if (!isMap(stated)) return null;
  return {
    always: textAt(stated, "substituteStrategy") === "Always",
    substitute: textsAt(stated, "substitute"),
    substituteFrom: listAt(stated, "substituteFrom").map(readSubstituteFrom),
  };
}

function readSubstituteFrom(entry: Json): SubstituteFrom {
  return {
    kind: textAt(entry, "kind") ?? "",
    name: textAt(entry, "name") ?? "",
    optional: isTrueAt(entry, "optional"),
  };
}
