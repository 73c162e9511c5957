import type { Json, KubernetesObject, ObjectRef } from "../../signal/object.ts";
import { groupOf } from "../../signal/object.ts";
import { isMap } from "../json.ts";
import { valueAt } from "../path.ts";
import { isTrueAt, listAt, textAt, textsAt } from "./fields.ts";
import type { Dependency, FluxSpec, PostBuild, SourceRef, SubstituteFrom } from "./kustomization.ts";

const GROUP = "kustomize.toolkit.fluxcd.io";
const DEFAULT_NAMESPACE = "default";
const SHORTEST_TIMEOUT_MS = 30_000;

/** Whether an object is a Flux Kustomization, of whichever version. */
export function isFluxKustomization(object: { readonly apiVersion: string; readonly kind: string }): boolean {
  return object.kind === "Kustomization" && groupOf(object.apiVersion) === GROUP;
}

/** Reads the spec of a Flux Kustomization with the defaults of its controller. */
export function readFluxSpec(object: KubernetesObject): FluxSpec {
  const spec = object["spec"];
  const namespace = object.metadata.namespace ?? DEFAULT_NAMESPACE;
  const interval = milliseconds(textAt(spec, "interval")) ?? 0;
  return {
    path: folderOf(textAt(spec, "path") ?? ""),
    sourceRef: readSourceRef(valueAt(spec, ["sourceRef"]), namespace),
    dependsOn: listAt(spec, "dependsOn").map((entry) => readDependency(entry, namespace)),
    targetNamespace: textAt(spec, "targetNamespace"),
    postBuild: readPostBuild(spec),
    commonMetadata: {
      labels: textsAt(spec, "commonMetadata", "labels"),
      annotations: textsAt(spec, "commonMetadata", "annotations"),
    },
    prune: isTrueAt(spec, "prune"),
    force: isTrueAt(spec, "force"),
    suspend: isTrueAt(spec, "suspend"),
    wait: isTrueAt(spec, "wait"),
    interval,
    retryInterval: milliseconds(textAt(spec, "retryInterval")) ?? interval,
    timeout: Math.max(milliseconds(textAt(spec, "timeout")) ?? interval - SHORTEST_TIMEOUT_MS, SHORTEST_TIMEOUT_MS),
    healthChecks: listAt(spec, "healthChecks").map(readHealthCheck),
    decrypts: textAt(spec, "decryption", "provider") !== null,
    serviceAccountName: textAt(spec, "serviceAccountName"),
    isRemote:
      textAt(spec, "kubeConfig", "secretRef", "name") !== null ||
      textAt(spec, "kubeConfig", "configMapRef", "name") !== null,
    deletionPolicy: textAt(spec, "deletionPolicy") ?? "MirrorPrune",
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

/** A duration as Go writes it (`1h30m`, `90s`, `1.5h`), in milliseconds. */
export function milliseconds(text: string | null): number | undefined {
  if (text === null || !/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined;
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  let total = 0;
  for (const [, count, unit = ""] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g))
    total += Number(count) * (units[unit] ?? 0);
  return total;
}

/** A reference to a source, in the namespace of what refers to it unless it says another. */
export function readSourceRef(entry: Json | undefined, namespace: string): SourceRef {
  return {
    kind: textAt(entry, "kind") ?? "GitRepository",
    namespace: textAt(entry, "namespace") ?? namespace,
    name: textAt(entry, "name") ?? "",
  };
}

/** One entry of `dependsOn`, in the namespace of what depends unless it says another. */
export function readDependency(entry: Json, namespace: string): Dependency {
  return {
    namespace: textAt(entry, "namespace") ?? namespace,
    name: textAt(entry, "name") ?? "",
    readyExpr: textAt(entry, "readyExpr"),
  };
}

function readHealthCheck(entry: Json): ObjectRef {
  return {
    apiVersion: textAt(entry, "apiVersion") ?? "",
    kind: textAt(entry, "kind") ?? "",
    namespace: textAt(entry, "namespace"),
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
