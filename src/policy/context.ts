import { riskOf } from "../diagnosis/intent.ts";
import { groupOf, type KubernetesObject, type ObjectRef } from "../signal/object.ts";
import { type CelMap, type CelValue, toCel } from "./cel.ts";
import { leafChangesOf } from "./leaf-changes.ts";
import type { Policy } from "./policy.ts";
import { type ChangedObject, operationOn, type Subject } from "./subject.ts";

/** All that a policy's expressions can ask: `oakum` about the whole change, the rest about one changed object of it. */
export function contextOf(policy: Policy, oakum: CelMap, changed: ChangedObject | null): CelMap {
  const context: Record<string, CelValue> = {
    object: objectOf(changed?.after),
    oldObject: objectOf(changed?.before),
    namespaceObject: objectOf(changed?.namespace),
    request: requestOf(changed),
    params: policy.params,
    oakum,
  };
  return { ...context, variables: variablesIn(policy, context) };
}

// Each variable is worked out when it is first asked for, as Kubernetes does: a variable may only make sense where
// the condition before it holds.
function variablesIn({ variables }: Policy, context: Record<string, CelValue>): CelMap {
  const values: Record<string, CelValue> = {};
  const all = { ...context, variables: values };
  for (const { name, expression } of variables) {
    const known = lazily(() => expression(all) as CelValue);
    Object.defineProperty(values, name, { enumerable: true, get: known });
  }
  return values;
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function objectOf(object: KubernetesObject | null | undefined): CelValue {
  return object ? toCel(object) : null;
}

function requestOf(changed: ChangedObject | null): CelMap {
  const { apiVersion, kind, namespace, name } = changed?.ref ?? NOTHING;
  return {
    operation: changed === null ? "" : operationOn(changed),
    namespace: namespace ?? "",
    name,
    kind: { group: groupOf(apiVersion), version: apiVersion.slice(apiVersion.indexOf("/") + 1), kind },
  };
}

const NOTHING: ObjectRef = { apiVersion: "", kind: "", namespace: null, name: "" };

/** What policies see of the whole change, by the name `oakum` (policies/README.md). */
export function oakumOf(subject: Subject): CelMap {
  const { patch, intent, root, autoscaled } = subject;
  const { proven, counterfactual, rendered } = patch.proof;
  return {
    intent: { kind: intent.kind, restores: intent.kind.startsWith("restore-") },
    risk: riskOf(intent),
    confidence: subject.confidence,
    tier: subject.tier,
    root: { kind: root.kind, namespace: root.namespace ?? "", name: root.name },
    files: [...patch.files.keys()],
    changes: patch.changes.flatMap(leafChangesOf),
    fanOut: { kustomizations: BigInt(rendered.length), clusters: BigInt(subject.clusters) },
    proof: { proven, silent: String(counterfactual.silent) },
    autoscaled: autoscaled.map(({ object, field, by }) => ({
      kind: object.kind,
      namespace: object.namespace ?? "",
      name: object.name,
      field,
      by,
    })),
    openProposals: BigInt(subject.openProposals),
  };
}
