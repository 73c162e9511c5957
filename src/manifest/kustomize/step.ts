import { asWay, fieldOf, type Mapping, type Node, type Scalar, textOf } from "../yaml/node.ts";
import { type Configuration, mergeSpecs } from "./configuration.ts";
import { type FieldSpec, fieldSpec } from "./field-spec.ts";
import type { Folder } from "./folder.ts";
import { setImages } from "./images.ts";
import { pairsOf, setPairs } from "./labels.ts";
import { addAffix } from "./names.ts";
import { setNamespace } from "./namespace.ts";
import { applyJson6902, applyPatch, applyStrategicMerges } from "./patches.ts";
import { replace } from "./replacement.ts";
import { readReplacements } from "./replacement-file.ts";
import { setReplicas } from "./replicas.ts";
import type { Resource } from "./resource.ts";
import type { Resources } from "./resources.ts";

/** One step of a kustomization: the kind kustomize knows it by, and what it does. */
export type Step = {
  readonly kind: string;
  /** The file of its own that asks for it, where one does. */
  readonly plugin?: Resource;
  readonly run: (resources: Resources) => void;
};

/** The steps that a kustomization.yaml asks for, in the order in which kustomize takes them. */
export function stepsOf(folder: Folder, configuration: Configuration): readonly Step[] {
  const { kustomization } = folder;
  const merges = itemsOf(kustomization, "patchesStrategicMerge").filter((item) => item.kind === "scalar");
  const each = (key: string, kind: string, run: (resources: Resources, entry: Mapping) => void): readonly Step[] =>
    mapsIn(kustomization, key).map((entry) => ({ kind, run: (resources) => run(resources, entry) }));
  return [
    ...(merges.length === 0
      ? []
      : [
          {
            kind: "PatchStrategicMergeTransformer",
            run: (all: Resources) => applyStrategicMerges(all, merges, folder),
          },
        ]),
    ...each("patches", "PatchTransformer", (all, entry) => applyPatch(all, entry, folder)),
    ...namespaceStep(kustomization, configuration),
    ...affixStep(kustomization, "prefix", configuration.namePrefix),
    ...affixStep(kustomization, "suffix", configuration.nameSuffix),
    ...labelSteps(kustomization, configuration),
    ...annotationStep(kustomization, configuration),
    ...each("patchesJson6902", "PatchJson6902Transformer", (all, entry) => applyJson6902(all, entry, folder)),
    ...each("replicas", "ReplicaCountTransformer", (all, entry) =>
      setReplicas(all, { entry, fieldSpecs: configuration.replicas }),
    ),
    ...each("images", "ImageTagTransformer", (all, entry) =>
      setImages(all, { entry, fieldSpecs: configuration.images }),
    ),
    ...replacementStep(folder),
  ];
}

function itemsOf(map: Node, key: string): readonly Node[] {
  const list = fieldOf(map, key);
  return list?.kind === "list" ? list.items : [];
}

/** The maps in a list of configuration. */
export function mapsIn(map: Node, key: string): readonly Mapping[] {
  return itemsOf(map, key).filter((item) => item.kind === "map");
}

function scalarIn(map: Mapping, key: string): Scalar | undefined {
  const value = fieldOf(map, key);
  return value?.kind === "scalar" && value.text !== "" ? value : undefined;
}

function namespaceStep(kustomization: Mapping, configuration: Configuration): readonly Step[] {
  const namespace = scalarIn(kustomization, "namespace");
  if (namespace === undefined) return [];
  const step = {
    namespace: namespace.text,
    place: asWay(namespace, "namespace"),
    fieldSpecs: configuration.namespace,
    unsetOnly: false,
    subjects: "defaultOnly",
  } as const;
  return [{ kind: "NamespaceTransformer", run: (resources) => setNamespace(resources, step) }];
}

function affixStep(kustomization: Mapping, at: "prefix" | "suffix", fieldSpecs: readonly FieldSpec[]): readonly Step[] {
  const [key, kind] = at === "prefix" ? ["namePrefix", "PrefixTransformer"] : ["nameSuffix", "SuffixTransformer"];
  const affix = scalarIn(kustomization, key);
  if (affix === undefined) return [];
  const step = {
    at,
    text: affix.text,
    place: asWay(affix, at === "prefix" ? "name-prefix" : "name-suffix"),
    fieldSpecs,
  };
  return [{ kind, run: (resources) => addAffix(resources, step) }];
}

function labelSteps(kustomization: Mapping, configuration: Configuration): readonly Step[] {
  const common = fieldOf(kustomization, "commonLabels");
  const labels = mapsIn(kustomization, "labels");
  if (labels.length === 0 && pairsOf(common).size === 0) return [];
  const step = (pairs: Node | undefined, fieldSpecs: readonly FieldSpec[]): Step => ({
    kind: "LabelTransformer",
    run: (resources) => setPairs(resources, { pairs: pairsAs(pairs, "label"), fieldSpecs }),
  });
  return [
    ...labels.map((entry) => step(fieldOf(entry, "pairs"), labelFields(entry, configuration))),
    step(common, configuration.commonLabels),
  ];
}

const METADATA_LABELS = fieldSpec("metadata/labels", {}, true);

function labelFields(entry: Mapping, configuration: Configuration): readonly FieldSpec[] {
  const own = mergeSpecs(fieldSpecsIn(entry, "fields"), configuration.labels);
  if (textOf(fieldOf(entry, "includeSelectors")) === "true") return mergeSpecs(own, configuration.commonLabels);
  const isInTemplates = textOf(fieldOf(entry, "includeTemplates")) === "true";
  return mergeSpecs(isInTemplates ? mergeSpecs(own, configuration.templateLabels) : own, [METADATA_LABELS]);
}

/** The field specifications that a list of configuration holds. */
export function fieldSpecsIn(map: Node, key: string): readonly FieldSpec[] {
  return mapsIn(map, key).map((spec) => {
    const part = (name: string): string => textOf(fieldOf(spec, name));
    const gvk = { group: part("group"), version: part("version"), kind: part("kind") };
    return fieldSpec(part("path"), gvk, part("create") === "true");
  });
}

function annotationStep(kustomization: Mapping, configuration: Configuration): readonly Step[] {
  const pairs = pairsAs(fieldOf(kustomization, "commonAnnotations"), "annotation");
  if (pairs.size === 0) return [];
  const fieldSpecs = configuration.commonAnnotations;
  return [{ kind: "AnnotationsTransformer", run: (resources) => setPairs(resources, { pairs, fieldSpecs }) }];
}

/** The pairs of a map of texts, as what sets a label or an annotation. */
export function pairsAs(map: Node | undefined, way: "label" | "annotation"): ReadonlyMap<string, Scalar> {
  return new Map([...pairsOf(map)].map(([key, value]) => [key, { ...value, ...asWay(value, way) }]));
}

function replacementStep(folder: Folder): readonly Step[] {
  const entries = mapsIn(folder.kustomization, "replacements");
  if (entries.length === 0) return [];
  const run = (resources: Resources): void => {
    for (const replacement of readReplacements(entries, folder)) replace(resources, replacement);
  };
  return [{ kind: "ReplacementTransformer", run }];
}
