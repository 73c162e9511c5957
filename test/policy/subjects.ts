import { join } from "node:path";
import { loadPolicies } from "../../src/adapters/policy-files.ts";
import type { Intent } from "../../src/diagnosis/intent.ts";
import type { FieldPath } from "../../src/manifest/path.ts";
import type { Patch, Proof } from "../../src/patch/patch.ts";
import { judge } from "../../src/policy/judge.ts";
import type { Policy } from "../../src/policy/policy.ts";
import type { Subject } from "../../src/policy/subject.ts";
import type { Json, KubernetesObject, ObjectRef } from "../../src/signal/object.ts";
import { refOf } from "../../src/signal/object.ts";

/** The policies that Oakum ships. */
export const shipped = loadPolicies(join(import.meta.dirname, "../../policies"));

export const checkout: ObjectRef = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "checkout" };

const path: FieldPath = ["spec", "template", "spec", "containers", "[name=app]", "image"];

export const proof: Proof = {
  proven: true,
  because: "Only the image of Deployment/shop/checkout changes.",
  rendered: [{ kustomization: "flux-system/apps", changed: [{ object: checkout, path }] }],
  counterfactual: { silent: true, because: "The tag ran before." },
};

/** A patch that changes these fields of one object, from and to. */
export function patchOf(
  changes: readonly (readonly [FieldPath, Json | undefined, Json | undefined])[],
  object = checkout,
): Patch {
  return {
    changes: changes.map(([path, from, to]) => ({ object, path, from, to })),
    edits: [],
    operations: [],
    diff: "",
    files: new Map([["apps/checkout.yaml", new Uint8Array()]]),
    proof,
  };
}

export const restore: Intent = {
  kind: "restore-fields",
  object: checkout,
  fields: [{ path: [...path], from: "shop/app:2.5.1", to: "shop/app:2.4.1" }],
  commit: "c0ffee",
};

/** An intent that brings something new. */
export function setting(kind: "set-image" | "set-storage" | "set-resources" | "set-autoscaling"): Intent {
  return { kind, object: checkout, fields: [{ path: [...path], to: "x" }], basis: "seen in the cluster" };
}

/** A change that every shipped policy allows, changed. */
export function subject(change: Partial<Subject> = {}): Subject {
  return {
    patch: patchOf([[path, "registry.test/shop/app:2.5.1", "registry.test/shop/app:2.4.1"]]),
    intent: restore,
    confidence: 0.9,
    root: checkout,
    objects: [],
    autoscaled: [],
    clusters: 1,
    tier: "",
    openProposals: 0,
    ...change,
  };
}

/** A change of one object. */
export function changing(before: KubernetesObject | null, after: KubernetesObject | null): Subject["objects"] {
  const object = after ?? before;
  if (object === null) throw new Error("An object that is there neither before nor after does not change");
  return [{ ref: refOf(object), before, after, namespace: null }];
}

/** What one policy says of a change. */
export function findings(name: string, of: Subject, policies: readonly Policy[] = shipped) {
  return judge(
    policies.filter((policy) => policy.name === name),
    of,
  ).findings;
}
