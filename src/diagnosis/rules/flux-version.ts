import { isEqual } from "../../manifest/json.ts";
import { valueAt } from "../../manifest/path.ts";
import { type KubernetesObject, type ObjectRef, refOf, refText } from "../../signal/object.ts";
import { confidenceOf } from "../confidence.ts";
import { citeCommit } from "../culprit.ts";
import { conditionFact, type FluxFault, fluxFaults, kustomizationOf } from "../flux/fault.ts";
import { type Served, servedFacts, servedInstead } from "../flux/served.ts";
import type { Advice, Hypothesis } from "../hypothesis.ts";
import { restoreFields } from "../restore.ts";
import type { Rule } from "../rule.ts";
import type { FieldHistory, Scene } from "../scene.ts";
import { setting } from "../telling.ts";

/** Flux renders a kind that the API server does not know in that version: it is too old, or its operator is missing. */
export const fluxVersion: Rule = {
  name: "flux-version-not-served",
  categories: ["api_version", "operator_cr"],
  sees: ["flux kind-unknown"],
  silentIf: ["the cluster has objects of that kind and version by now", "the next version has other fields"],
  asksFor: {
    "restore-fields": "the version in which the cluster keeps the object",
    "set-version": "the version that has taken its place with the same fields",
  },
  diagnose: (scene, trouble) =>
    fluxFaults(scene, trouble).flatMap((fault) =>
      fault.trouble.is === "kind-unknown" && !isServed(scene, fault.trouble)
        ? [unserved(scene, fault, fault.trouble)]
        : [],
    ),
  foretell: () => ({ silent: "unknown", because: "only the API server tells what it serves" }),
};

// Groups that Kubernetes itself serves: what it does not know there is too old. Any other kind needs its operator.
const BUILT_IN_GROUP = /^(?:apps|batch|autoscaling|policy|extensions|v1|v1beta1|[a-z.]+\.k8s\.io)(?:\/|$)/;

// What was missing when the message was written may have been installed since.
function isServed({ lookup }: Scene, { kind, apiVersion }: Unserved): boolean {
  return lookup.world.objects.some((object) => object.kind === kind && object.apiVersion === apiVersion);
}

type Unserved = { readonly kind: string; readonly apiVersion: string };

function unserved(scene: Scene, { symptom }: FluxFault, wanted: Unserved): Hypothesis {
  const root = symptom.object;
  const { kind, apiVersion } = wanted;
  const served = servedInstead(scene.lookup, kind, apiVersion);
  const isBuiltIn = BUILT_IN_GROUP.test(apiVersion) && !apiVersion.startsWith("gateway.networking.k8s.io");
  const isOutdated = isBuiltIn || served !== undefined;
  const because = isOutdated
    ? outdatedText(wanted, served)
    : `Install the CustomResourceDefinition of ${kind} (${apiVersion}) before ${refText(root)}, with dependsOn.`;
  const objects = renderedIn(scene, root, wanted);
  const brought = objects.flatMap((object) => bringerOf(scene, object) ?? [])[0];
  const advice = goingBack(scene, brought) ?? goingOn(wanted, objects, served?.apiVersion);
  return {
    category: isOutdated ? "api_version" : "operator_cr",
    root,
    sentence: `${refText(root)} cannot be applied: this cluster knows no ${kind} in ${apiVersion}.`,
    cites: [
      conditionFact(symptom),
      ...servedFacts(scene.lookup, kind, apiVersion),
      ...citeCommit(brought?.commit, `wrote ${apiVersion}`),
    ],
    confidence: confidenceOf({ prior: { right: 20, wrong: 1 } }),
    advice: advice ?? { is: "person", because },
    culprit: brought?.commit ?? null,
    wrongIf: "the definition is being installed right now",
  };
}

function outdatedText({ kind, apiVersion }: Unserved, served: Served | undefined): string {
  if (served?.apiVersion === null) return `Take the ${kind} out: no version of Kubernetes serves it any more.`;
  const instead = served?.apiVersion ?? "an apiVersion that this cluster serves";
  return `Write ${kind} in ${instead}; ${apiVersion} is served no more.`;
}

function renderedIn(scene: Scene, root: ObjectRef, { kind, apiVersion }: Unserved): readonly KubernetesObject[] {
  const id = kustomizationOf(scene, root)?.id;
  const rendering = id === undefined ? undefined : scene.manifests.render(id);
  if (!rendering?.ok) return [];
  return rendering.objects
    .map(({ object }) => object)
    .filter((object) => object.kind === kind && object.apiVersion === apiVersion);
}

// The commit that brought an object of this kind, or its version.
function bringerOf(scene: Scene, object: KubernetesObject): FieldHistory | undefined {
  return scene.changes(refOf(object)).find(({ path }) => path.length === 0 || path.join("/") === "apiVersion");
}

// The version that a commit went away from is the one in which the cluster keeps the object.
function goingBack({ lookup }: Scene, brought: FieldHistory | undefined): Advice | undefined {
  if (brought === undefined || brought.path.length === 0) return undefined;
  const { object, from, commit } = brought;
  if (lookup.get(object)?.apiVersion !== from) return undefined;
  const intents = restoreFields(object, [brought], commit);
  return { is: "change", intents, because: `The cluster serves ${refText(object)} in ${from}, as it was before.` };
}

// Kinds whose next version has the very same fields. Where fields changed too, such as those of an Ingress, another
// apiVersion alone is no answer.
const SAME_FIELDS: Readonly<Record<string, RegExp>> = {
  "policy/v1beta1": /^PodDisruptionBudget$/,
  "batch/v1beta1": /^CronJob$/,
  "autoscaling/v2beta2": /^HorizontalPodAutoscaler$/,
  "apps/v1beta2": /^(?:Deployment|StatefulSet|DaemonSet)$/,
  "rbac.authorization.k8s.io/v1beta1": /^(?:Cluster)?Role(?:Binding)?$/,
  "scheduling.k8s.io/v1beta1": /^PriorityClass$/,
  "storage.k8s.io/v1beta1": /^(?:StorageClass|CSIDriver)$/,
  "coordination.k8s.io/v1beta1": /^Lease$/,
  "networking.k8s.io/v1beta1": /^IngressClass$/,
};

function goingOn(
  { kind, apiVersion }: Unserved,
  objects: readonly KubernetesObject[],
  to: string | null | undefined,
): Advice | undefined {
  const isSame = SAME_FIELDS[apiVersion]?.test(kind) === true && !objects.some(meansAnother);
  if (!isSame || typeof to !== "string" || objects.length === 0) return undefined;
  const basis = `${to} took the place of ${apiVersion} and has the same fields`;
  const field = { path: ["apiVersion"], from: apiVersion, to };
  const intents = objects.map((object) => setting("set-version", refOf(object), [field], basis));
  return { is: "change", intents, because: `Write ${kind} in ${to}: ${basis}.` };
}

// A budget that requires nothing of its pods chose none in v1beta1, and chooses all of them in v1.
function meansAnother({ kind, spec }: KubernetesObject): boolean {
  return kind === "PodDisruptionBudget" && isEqual(valueAt(spec, ["selector"]), {});
}
