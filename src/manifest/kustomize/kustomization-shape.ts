import { type Fields, lenient, type Shape } from "./shape.ts";

const TEXTS: Shape = { list: "text" };
const TEXT_MAP: Shape = { map: "text" };
const GVK = { group: "text", version: "text", kind: "text" } as const;
const RESOURCE_ID = { ...GVK, name: "text", namespace: "text" } as const;

/** `path`, `create` and the kind it is for. */
export const FIELD_SPEC: Fields = { fields: { ...GVK, path: "text", create: "boolean" } };
/** Which resources a patch or a replacement is for. */
export const SELECTOR: Fields = { fields: { ...RESOURCE_ID, annotationSelector: "text", labelSelector: "text" } };

const FIELD_OPTIONS: Fields = {
  fields: { delimiter: "text", index: "integer", encoding: "text", create: "boolean" },
};
const REPLACEMENT_FIELDS = {
  source: { fields: { ...RESOURCE_ID, fieldPath: "text", options: FIELD_OPTIONS } },
  targets: {
    list: { fields: { select: SELECTOR, reject: { list: SELECTOR }, fieldPaths: TEXTS, options: FIELD_OPTIONS } },
  },
  sourceValue: "text",
} as const;
/** One replacement, as it stands in a file of its own: fields that are not known there are passed over. */
export const REPLACEMENT: Fields = lenient({ fields: REPLACEMENT_FIELDS });

/** One entry of `images`. */
export const IMAGE: Fields = {
  fields: { name: "text", newName: "text", tagSuffix: "text", newTag: "text", digest: "text" },
};
/** One entry of `replicas`. */
export const REPLICA: Fields = { fields: { name: "text", count: "integer" } };

const GENERATOR_OPTIONS: Fields = {
  fields: { labels: TEXT_MAP, annotations: TEXT_MAP, disableNameSuffixHash: "boolean", immutable: "boolean" },
};
const GENERATOR = {
  namespace: "text",
  name: "text",
  behavior: "text",
  literals: TEXTS,
  files: TEXTS,
  envs: TEXTS,
  env: "text",
  options: GENERATOR_OPTIONS,
} as const;
/** One entry of `configMapGenerator`. */
export const CONFIG_MAP_ARGUMENTS: Fields = { fields: GENERATOR };
/** One entry of `secretGenerator`. */
export const SECRET_ARGUMENTS: Fields = { fields: { ...GENERATOR, type: "text" } };

const PATCH: Fields = { fields: { path: "text", patch: "text", target: SELECTOR, options: { map: "boolean" } } };
const VARIABLE: Fields = {
  fields: {
    name: "text",
    objref: { fields: { apiVersion: "text", ...RESOURCE_ID } },
    fieldref: { fields: { fieldPath: "text" } },
  },
};

/** Everything a kustomization.yaml may say. */
export const KUSTOMIZATION: Fields = {
  fields: {
    kind: "text",
    apiVersion: "text",
    metadata: { fields: { name: "text", namespace: "text", labels: TEXT_MAP, annotations: TEXT_MAP } },
    openapi: TEXT_MAP,
    namePrefix: "text",
    nameSuffix: "text",
    namespace: "text",
    commonLabels: TEXT_MAP,
    labels: {
      list: {
        fields: {
          pairs: TEXT_MAP,
          includeSelectors: "boolean",
          includeTemplates: "boolean",
          fields: { list: FIELD_SPEC },
        },
      },
    },
    commonAnnotations: TEXT_MAP,
    patchesStrategicMerge: TEXTS,
    patchesJson6902: { list: PATCH },
    patches: { list: PATCH },
    images: { list: IMAGE },
    imageTags: { list: IMAGE },
    replacements: { list: { fields: { ...REPLACEMENT_FIELDS, path: "text" } } },
    replicas: { list: REPLICA },
    vars: { list: VARIABLE },
    sortOptions: {
      fields: { order: "text", legacySortOptions: { fields: { orderFirst: TEXTS, orderLast: TEXTS } } },
    },
    resources: TEXTS,
    components: TEXTS,
    crds: TEXTS,
    bases: TEXTS,
    configMapGenerator: { list: CONFIG_MAP_ARGUMENTS },
    secretGenerator: { list: SECRET_ARGUMENTS },
    helmGlobals: { fields: { chartHome: "text", configHome: "text" } },
    helmCharts: { list: { map: "anything" } },
    helmChartInflationGenerator: { list: { map: "anything" } },
    generatorOptions: GENERATOR_OPTIONS,
    configurations: TEXTS,
    generators: TEXTS,
    transformers: TEXTS,
    validators: TEXTS,
    buildMetadata: TEXTS,
  },
};

/** A file of `configurations`: which fields each transformer reaches. */
export const TRANSFORMER_CONFIGURATION: Fields = {
  fields: {
    namePrefix: { list: FIELD_SPEC },
    nameSuffix: { list: FIELD_SPEC },
    namespace: { list: FIELD_SPEC },
    commonLabels: { list: FIELD_SPEC },
    labels: { list: FIELD_SPEC },
    templateLabels: { list: FIELD_SPEC },
    commonAnnotations: { list: FIELD_SPEC },
    nameReference: { list: { fields: { ...GVK, fieldSpecs: { list: FIELD_SPEC } } } },
    varReference: { list: FIELD_SPEC },
    images: { list: FIELD_SPEC },
    replicas: { list: FIELD_SPEC },
  },
};
