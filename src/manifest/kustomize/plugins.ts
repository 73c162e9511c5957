import {
  asWay,
  fieldOf,
  type Mapping,
  type Node,
  nodeAt,
  type Scalar,
  scalarsOf,
  textOf,
  withEntry,
} from "../yaml/node.ts";
import { fromJsonText } from "../yaml/through-json.ts";
import { addHashes } from "./finish.ts";
import type { Folder } from "./folder.ts";
import { generate } from "./generator.ts";
import type { ResourceId } from "./id.ts";
import { setImages } from "./images.ts";
import {
  CONFIG_MAP_ARGUMENTS,
  FIELD_SPEC,
  IMAGE,
  REPLACEMENT,
  REPLICA,
  SECRET_ARGUMENTS,
  SELECTOR,
} from "./kustomization-shape.ts";
import { setPairs } from "./labels.ts";
import { addAffix } from "./names.ts";
import { setNamespace } from "./namespace.ts";
import { applyJson6902, applyPatch, applyStrategicMerges } from "./patches.ts";
import { refuse } from "./refused.ts";
import { replace } from "./replacement.ts";
import { readReplacements } from "./replacement-file.ts";
import { setReplicas } from "./replicas.ts";
import type { Resource } from "./resource.ts";
import type { Resources } from "./resources.ts";
import { conform, type Fields, lenient } from "./shape.ts";
import { fieldSpecsIn, pairsAs, type Step } from "./step.ts";

const METADATA: Fields = { fields: { name: "text", namespace: "text" } };
const FIELD_SPECS = { list: FIELD_SPEC } as const;

/** A built-in transformer that stands in a file of its own: its fields, and what it does. */
type Plugin = {
  readonly shape: Fields["fields"];
  readonly run: (resources: Resources, config: Mapping, folder: Folder) => void;
};

const TRANSFORMERS: Readonly<Record<string, Plugin>> = {
  NamespaceTransformer: {
    shape: { metadata: METADATA, fieldSpecs: FIELD_SPECS, unsetOnly: "boolean", setRoleBindingSubjects: "text" },
    run: runNamespace,
  },
  PrefixTransformer: {
    shape: { prefix: "text", fieldSpecs: FIELD_SPECS },
    run: (all, config) => runAffix(all, config, "prefix"),
  },
  SuffixTransformer: {
    shape: { suffix: "text", fieldSpecs: FIELD_SPECS },
    run: (all, config) => runAffix(all, config, "suffix"),
  },
  PrefixSuffixTransformer: {
    shape: { prefix: "text", suffix: "text", fieldSpecs: FIELD_SPECS },
    run: (all, config) => {
      runAffix(all, config, "prefix");
      runAffix(all, config, "suffix");
    },
  },
  LabelTransformer: {
    shape: { labels: { map: "text" }, fieldSpecs: FIELD_SPECS },
    run: (all, config) => runPairs(all, config, "label"),
  },
  AnnotationsTransformer: {
    shape: { annotations: { map: "text" }, fieldSpecs: FIELD_SPECS },
    run: (all, config) => runPairs(all, config, "annotation"),
  },
  ImageTagTransformer: {
    shape: { imageTag: IMAGE, fieldSpecs: FIELD_SPECS },
    run: (all, config) =>
      setImages(all, { entry: mapIn(config, "imageTag"), fieldSpecs: fieldSpecsIn(config, "fieldSpecs") }),
  },
  ReplicaCountTransformer: {
    shape: { replica: REPLICA, fieldSpecs: FIELD_SPECS },
    run: (all, config) =>
      setReplicas(all, { entry: mapIn(config, "replica"), fieldSpecs: fieldSpecsIn(config, "fieldSpecs") }),
  },
  PatchTransformer: {
    shape: { path: "text", patch: "text", target: SELECTOR, options: { map: "boolean" } },
    run: applyPatch,
  },
  PatchStrategicMergeTransformer: { shape: { paths: { list: "text" }, patches: "text" }, run: runStrategicMerges },
  PatchJson6902Transformer: { shape: { path: "text", jsonOp: "text", target: SELECTOR }, run: runJson6902 },
  ReplacementTransformer: {
    shape: { replacements: { list: { fields: { ...REPLACEMENT.fields, path: "text" } } } },
    run: runReplacements,
  },
  HashTransformer: { shape: {}, run: addHashes },
};

/** The step that a transformer's own file asks for; one that is not built in is refused by name. */
export function pluginStep(resource: Resource, folder: Folder): Step {
  const { node } = resource;
  const { kind } = resource.id;
  const plugin = isBuiltIn(resource.id) && Object.hasOwn(TRANSFORMERS, kind) ? TRANSFORMERS[kind] : undefined;
  if (node === undefined || plugin === undefined) return refusePlugin(resource, "transformer");
  const config = conform(fromJsonText(node), lenient({ fields: plugin.shape }), "") as Mapping;
  return { kind, plugin: resource, run: (resources) => plugin.run(resources, config, folder) };
}

/** What a generator's own file generates; one that is not built in is refused by name. */
export function pluginGenerate(resource: Resource, folder: Folder): Resource {
  const { node } = resource;
  const { kind } = resource.id;
  const isKnown = isBuiltIn(resource.id) && (kind === "ConfigMapGenerator" || kind === "SecretGenerator");
  if (node === undefined || !isKnown) return refusePlugin(resource, "generator");
  const { fields } = kind === "SecretGenerator" ? SECRET_ARGUMENTS : CONFIG_MAP_ARGUMENTS;
  let config = conform(fromJsonText(node), lenient({ fields: { ...fields, metadata: METADATA } }), "") as Mapping;
  for (const key of ["name", "namespace"]) {
    const value = nodeAt(config, "metadata", key);
    if (value !== undefined && textOf(fieldOf(config, key)) === "") config = withEntry(config, key, value);
  }
  return generate(kind === "SecretGenerator" ? "Secret" : "ConfigMap", config, folder);
}

function isBuiltIn({ group, version }: ResourceId): boolean {
  return group === "" && version === "builtin";
}

function refusePlugin({ id, place }: Resource, role: "transformer" | "generator"): never {
  const message = isBuiltIn(id)
    ? `the built-in ${role} ${id.kind} is not supported here`
    : `external plugins disabled; unable to load external plugin '${id.kind}'`;
  return refuse("UNSUPPORTED", message, place);
}

function mapIn(config: Mapping, key: string): Mapping {
  const value = fieldOf(config, key);
  return value?.kind === "map" ? value : { ...config, entries: [] };
}

function scalarIn(config: Node, ...path: readonly string[]): Scalar | undefined {
  const value = nodeAt(config, ...path);
  return value?.kind === "scalar" && value.text !== "" ? value : undefined;
}

function runNamespace(resources: Resources, config: Mapping): void {
  const namespace = scalarIn(config, "metadata", "namespace");
  const said = textOf(fieldOf(config, "setRoleBindingSubjects")) || "defaultOnly";
  if (said !== "defaultOnly" && said !== "allServiceAccounts" && said !== "none") {
    refuse("BAD_PLUGIN", `invalid value "${said}" for setRoleBindingSubjects`, config);
  }
  if (namespace === undefined) return;
  setNamespace(resources, {
    namespace: namespace.text,
    place: asWay(namespace, "namespace"),
    fieldSpecs: fieldSpecsIn(config, "fieldSpecs"),
    unsetOnly: textOf(fieldOf(config, "unsetOnly")) === "true",
    subjects: said,
  });
}

function runAffix(resources: Resources, config: Mapping, at: "prefix" | "suffix"): void {
  if (fieldOf(config, "fieldSpecs") === undefined) refuse("BAD_PLUGIN", "fieldSpecs is not expected to be nil", config);
  const affix = scalarIn(config, at);
  addAffix(resources, {
    at,
    text: affix?.text ?? "",
    place: asWay(affix ?? config, at === "prefix" ? "name-prefix" : "name-suffix"),
    fieldSpecs: fieldSpecsIn(config, "fieldSpecs"),
  });
}

function runPairs(resources: Resources, config: Mapping, way: "label" | "annotation"): void {
  const pairs = pairsAs(fieldOf(config, way === "label" ? "labels" : "annotations"), way);
  setPairs(resources, { pairs, fieldSpecs: fieldSpecsIn(config, "fieldSpecs") });
}

function runStrategicMerges(resources: Resources, config: Mapping, folder: Folder): void {
  const inline = scalarIn(config, "patches");
  const listed = scalarsOf(fieldOf(config, "paths"));
  const entries = inline === undefined ? listed : [...listed, inline];
  if (entries.length === 0) refuse("BAD_PLUGIN", "empty file path and empty patch content", config);
  applyStrategicMerges(resources, entries, folder);
}

function runJson6902(resources: Resources, config: Mapping, folder: Folder): void {
  const operations = fieldOf(config, "jsonOp");
  applyJson6902(resources, operations === undefined ? config : withEntry(config, "patch", operations), folder);
}

function runReplacements(resources: Resources, config: Mapping, folder: Folder): void {
  const list = fieldOf(config, "replacements");
  const entries = list?.kind === "list" ? list.items.filter((item) => item.kind === "map") : [];
  for (const replacement of readReplacements(entries, folder)) replace(resources, replacement);
}
