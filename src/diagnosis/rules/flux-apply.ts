import type { Manifests } from "../../manifest/manifests.ts";
import { type ObjectRef, refText } from "../../signal/object.ts";
import { isApplied } from "../applied.ts";
import { type Awaited, awaited } from "../awaited.ts";
import { confidenceOf } from "../confidence.ts";
import { citeCommit, culpritOf } from "../culprit.ts";
import { denierIn } from "../denial.ts";
import { absenceFact, conditionFact, type FluxFault, fluxFaults, kustomizationOf } from "../flux/fault.ts";
import { breakingCommit } from "../flux/past.ts";
import { changedText } from "../flux/recent.ts";
import { fixedChange } from "../flux/refused-change.ts";
import { renderedRef } from "../flux/rendered.ts";
import type { FluxTrouble, NamedObject } from "../flux/trouble.ts";
import { type Removal, removalOf } from "../history.ts";
import type { Advice, FactDraft, Hypothesis } from "../hypothesis.ts";
import type { Intent } from "../intent.ts";
import { restoreFields } from "../restore.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import type { Symptom } from "../symptom.ts";
import { bringBack } from "../telling.ts";

/** What Flux renders is refused by the API server (kustomize-controller: ReconciliationFailed). */
export const fluxApply: Rule = {
  name: "flux-apply-refused",
  categories: ["gitops_namespace", "immutable_field", "rbac_serviceaccount"],
  sees: ["flux namespace-missing", "flux namespace-going", "flux namespace-unset", "flux immutable", "flux forbidden"],
  silentIf: [
    "what is missing is there by now, or in git and not applied yet",
    "the branch renders it elsewhere by now",
    "a policy denied it",
  ],
  asksFor: {
    "restore-object": "the namespace as the commit removed it",
    "restore-files": "the files as they were before the commit that moved the objects",
    "restore-fields": "the fields before the commit that changed what cannot be changed",
  },
  diagnose: (scene, trouble) => fluxFaults(scene, trouble).flatMap((fault) => refused(scene, fault)),
};

function refused(scene: Scene, fault: FluxFault): Hypothesis[] {
  const { trouble } = fault;
  if (trouble.is === "namespace-missing") return namespaceMissing(scene, fault, trouble.namespace);
  if (trouble.is === "namespace-going") return [namespaceGoing(fault, trouble.namespace)];
  if (trouble.is === "namespace-unset") return namespaceUnset(scene, fault, trouble.object);
  if (trouble.is === "immutable") return immutable(scene, fault, trouble);
  // What a policy denies is a matter of the manifest, not of rights.
  if (trouble.is === "forbidden") return denierIn(trouble.text) === undefined ? [forbidden(fault)] : [];
  return [];
}

function namespaceMissing(scene: Scene, fault: FluxFault, name: string): Hypothesis[] {
  const { symptom } = fault;
  const root = symptom.object;
  const namespace: ObjectRef = { apiVersion: "v1", kind: "Namespace", namespace: null, name };
  const id = kustomizationOf(scene, root)?.id;
  const coming = awaited(scene, namespace);
  // It may have come, or its objects may have gone elsewhere, since the condition was written.
  if (scene.lookup.get(namespace) !== undefined) return [];
  if (id !== undefined && rendersOutside(scene.manifests, id, name)) return [];
  if (coming !== undefined) return [namespaceComing(fault, name, coming)];
  const gone = removalOf(scene, namespace);
  if (gone !== undefined) return [namespaceTaken(scene, symptom, gone)];
  return [
    misplaced(scene, root, {
      sentence: `${refText(root)} applies objects to the namespace ${name}, which does not exist.`,
      cites: [conditionFact(symptom), absenceFact(scene, namespace)],
      holds: (manifests) => id !== undefined && rendersOutside(manifests, id, name),
      naming: { naming: name },
      because: `no namespace ${name} exists, and its objects were elsewhere before`,
      person: `Add Namespace ${name} to the repository, or put the objects of ${refText(root)} where they belong.`,
      wrongIf: `something else makes the namespace ${name} and only has not yet`,
    }),
  ];
}

function namespaceComing({ symptom }: FluxFault, name: string, { advice, cites }: Awaited): Hypothesis {
  return {
    category: "gitops_namespace",
    root: symptom.object,
    sentence: `${refText(symptom.object)} applies objects to the namespace ${name}, which has not been made yet.`,
    cites: [conditionFact(symptom), ...cites],
    confidence: confidenceOf({ prior: { right: 9, wrong: 1 } }),
    advice,
    culprit: null,
    wrongIf: `the namespace ${name} is there by now`,
  };
}

function namespaceGoing({ symptom }: FluxFault, name: string): Hypothesis {
  return {
    category: "gitops_namespace",
    root: symptom.object,
    sentence: `${refText(symptom.object)} applies objects to the namespace ${name}, which is being deleted.`,
    cites: [conditionFact(symptom)],
    confidence: confidenceOf({ prior: { right: 19, wrong: 1 } }),
    advice: { is: "person", because: `Find out who deletes the namespace ${name}, and what keeps it from going.` },
    culprit: null,
    wrongIf: `the namespace ${name} is gone and made again`,
  };
}

function namespaceTaken(scene: Scene, symptom: Symptom, gone: Removal): Hypothesis {
  const { object: namespace, culprit } = gone;
  return {
    category: "gitops_namespace",
    root: symptom.object,
    sentence: `${refText(symptom.object)} applies objects to the namespace ${namespace.name}, which a commit took away.`,
    cites: [
      conditionFact(symptom),
      absenceFact(scene, namespace),
      ...citeCommit(culprit, `took ${refText(namespace)} away`),
    ],
    confidence: confidenceOf({ prior: { right: 30, wrong: 1 }, supports: 1 }),
    advice: bringBack(gone),
    culprit,
    wrongIf: `something else makes the namespace ${namespace.name} and only has not yet`,
  };
}

function namespaceUnset(scene: Scene, { symptom }: FluxFault, object: NamedObject): Hypothesis[] {
  const root = symptom.object;
  const id = kustomizationOf(scene, root)?.id;
  const isPlaced = (manifests: Manifests): boolean => id !== undefined && !rendersBare(manifests, id, object);
  if (id !== undefined && isPlaced(scene.manifests)) return [];
  const what = `${object.kind}/${object.name}`;
  return [
    misplaced(scene, root, {
      sentence: `${refText(root)} cannot be applied: ${what} has no namespace.`,
      cites: [conditionFact(symptom)],
      holds: isPlaced,
      because: `${what} had a namespace before`,
      person: `Give ${what} a namespace, or set one in the kustomization or in spec.targetNamespace of ${refText(root)}.`,
      wrongIf: `${object.kind} is no namespaced kind`,
    }),
  ];
}

type Misplaced = {
  readonly sentence: string;
  readonly cites: readonly FactDraft[];
  /** The word that is wrong, where it is known. */
  readonly naming?: { readonly naming: string };
  /** Whether all stands where it belongs in a revision. */
  readonly holds: (manifests: Manifests) => boolean;
  readonly because: string;
  readonly person: string;
  readonly wrongIf: string;
};

function misplaced(scene: Scene, root: ObjectRef, told: Misplaced): Hypothesis {
  const id = kustomizationOf(scene, root)?.id;
  const broken = breakingCommit(scene.manifests, scene.history, { touches: () => true, holds: told.holds });
  const culprit = broken === undefined ? null : culpritOf(broken.commit);
  const read = id === undefined ? new Set<string>() : scene.manifests.render(id).files;
  const files = broken?.commit.files.map(({ path }) => path).filter((path) => read.has(path)) ?? [];
  const intents: Intent[] =
    broken && files.length > 0 ? [{ kind: "restore-files", files, commit: broken.commit.hash, ...told.naming }] : [];
  return {
    category: "gitops_namespace",
    root,
    sentence: told.sentence,
    cites: [...told.cites, ...citeCommit(culprit, "put the objects where they are")],
    confidence: confidenceOf({ prior: { right: 30, wrong: 1 }, supports: 1 }),
    advice:
      intents.length > 0 ? { is: "change", intents, because: told.because } : { is: "person", because: told.person },
    culprit,
    wrongIf: told.wrongIf,
  };
}

function rendersBare(manifests: Manifests, id: string, { kind, name }: NamedObject): boolean {
  const rendering = manifests.render(id);
  return (
    !rendering.ok ||
    rendering.objects.some(
      ({ object }) => object.kind === kind && object.metadata.name === name && object.metadata.namespace === undefined,
    )
  );
}

function rendersOutside(manifests: Manifests, id: string, namespace: string): boolean {
  const rendering = manifests.render(id);
  return rendering.ok && !rendering.objects.some(({ object }) => object.metadata.namespace === namespace);
}

type Immutable = Extract<FluxTrouble, { readonly is: "immutable" }>;

function immutable(scene: Scene, { symptom }: FluxFault, { object: named, text }: Immutable): Hypothesis[] {
  const root = symptom.object;
  const object = renderedRef(scene, root, named);
  if (object !== undefined && isApplied(scene, object)) return [];
  const change = object === undefined ? undefined : fixedChange(scene, { object, applier: root, text });
  const undone = change?.changes ?? [];
  const commit = change?.isContested ? undefined : undone[0]?.commit;
  const advice: Advice =
    object && commit
      ? {
          is: "change",
          intents: restoreFields(object, undone, commit),
          because: `the field of ${refText(named)} cannot change in place: as it was it applies again; to have the new value a person must delete the object`,
        }
      : {
          is: "person",
          because: `Delete ${refText(named)} so that Flux makes it anew, or put its immutable fields back as they were.`,
        };
  return [
    {
      category: "immutable_field",
      root,
      sentence: `${refText(root)} cannot be applied: a field of ${refText(named)} that cannot change in place was changed.`,
      cites: [conditionFact(symptom), ...citeCommit(undone[0]?.commit, changedText(undone))],
      confidence: confidenceOf({ prior: { right: 30, wrong: 1 }, supports: undone.length > 0 ? 1 : 0 }),
      advice,
      culprit: commit ?? null,
      wrongIf: "the API server refuses another field than the one that the commit changed",
    },
  ];
}

function forbidden({ symptom }: FluxFault): Hypothesis {
  return {
    category: "rbac_serviceaccount",
    root: symptom.object,
    sentence: `${refText(symptom.object)} may not apply what it renders: the API server forbids it.`,
    cites: [conditionFact(symptom)],
    confidence: confidenceOf({ prior: { right: 8, wrong: 3 } }),
    advice: {
      is: "person",
      because: `Give the service account of ${refText(symptom.object)} the right it lacks, or keep to what it may do.`,
    },
    culprit: null,
    wrongIf: "an admission policy forbids it, not RBAC",
  };
}
