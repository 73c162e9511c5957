import { compareBytes } from "../tree.ts";
import {
  asWay,
  fieldOf,
  type Mapping,
  mappingAt,
  nodeAt,
  type Place,
  type Scalar,
  scalarAt,
  textOf,
  withEntry,
  withoutEntry,
} from "../yaml/node.ts";
import { plainTag } from "../yaml/scalar.ts";
import { findFlaw } from "../yaml/value.ts";
import { fieldSpec } from "./field-spec.ts";
import type { Folder } from "./folder.ts";
import { contentHash } from "./hash.ts";
import { setPairs } from "./labels.ts";
import { refuse } from "./refused.ts";
import { type BuildOrigin, metadataMap, metadataText, type Resource } from "./resource.ts";
import type { Resources } from "./resources.ts";
import { setText } from "./set-field.ts";

const ORIGIN = "config.kubernetes.io/origin";
const TRANSFORMATIONS = "alpha.config.kubernetes.io/transformations";
const INTERNAL = "internal.config.kubernetes.io/";
/** Annotations that kustomize takes off what it prints. */
const TAKEN_OFF = new Set([
  ...["previousKinds", "previousNames", "previousNamespaces", "prefixes", "suffixes", "refBy"].map(
    (key) => INTERNAL + key,
  ),
  ...["generatorBehavior", "needsHashSuffix", "allowNameChange", "allowKindChange"].map((key) => INTERNAL + key),
  ...["path", "index", "seqindent", "id", "annotations-migration-resource-id"].map((key) => INTERNAL + key),
  ...["config.kubernetes.io/path", "config.kubernetes.io/index", "config.k8s.io/id", ORIGIN, TRANSFORMATIONS],
]);
const KUSTOMIZE_VERSION = "kustomize-v5.7.1";

/** Puts the hash of its content behind the name of each generated resource that wants it. */
export function addHashes(resources: Resources): void {
  for (const resource of resources.all) {
    if (!resource.needsHash || resource.node === undefined) continue;
    const name = `${resource.id.name}-${contentHash(resource.node)}`;
    resource.rememberId();
    resource.change((node) => {
      const metadata = fieldOf(node, "metadata");
      if (metadata?.kind !== "map") return node;
      const place = fieldOf(metadata, "name") ?? node;
      return withEntry(node, "metadata", setText(metadata, "name", { text: name, tag: "", place }));
    });
  }
}

/** Drops what is only for tools on this machine, and refuses what has lost its kind or name. */
export function dropLocal(resources: Resources): void {
  const kept = resources.all.filter(({ node }) => {
    if (node === undefined) return false;
    const kind = textOf(fieldOf(node, "kind"));
    if (kind === "") refuse("NOT_AN_OBJECT", "missing kind in object", node);
    if (metadataText(node, "name") === "" && !kind.endsWith("List"))
      refuse("NOT_AN_OBJECT", "missing metadata.name in object", node);
    const local = metadataMap(node, "annotations").get("config.kubernetes.io/local-config");
    return local === undefined || local === "false";
  });
  const isKept = new Set(kept);
  resources.keep((resource) => isKept.has(resource));
}

/** Writes what `buildMetadata` asks for, takes off what kustomize keeps for itself, and refuses what cannot be printed. */
export function finish(resources: Resources, folder: Folder): void {
  const asked = fieldOf(folder.kustomization, "buildMetadata");
  const options = new Set(asked?.kind === "list" ? asked.items.map(textOf) : []);
  if (options.has("managedByLabel") && asked !== undefined) {
    const value: Scalar = scalarAt(asWay(asked, "label"), KUSTOMIZE_VERSION, "!!str", "PLAIN");
    const fieldSpecs = [fieldSpec("metadata/labels", {}, true)];
    setPairs(resources, { pairs: new Map([["app.kubernetes.io/managed-by", value]]), fieldSpecs });
  }
  for (const resource of resources.all) {
    resource.change((node) => withPrintedAnnotations(node, notes(resource, options), asked ?? node));
    const flaw = resource.node === undefined ? undefined : findFlaw(resource.node);
    if (flaw !== undefined) refuse(flaw.code, flaw.message, { ...flaw.node, start: flaw.at });
  }
}

function notes({ origin, transformations }: Resource, options: ReadonlySet<string>): ReadonlyMap<string, string> {
  const written = new Map<string, string>();
  if (options.has("originAnnotations") && origin !== undefined) written.set(ORIGIN, originText(origin, ""));
  if (options.has("transformerAnnotations") && transformations.length > 0) {
    written.set(TRANSFORMATIONS, transformations.map((step) => `- ${originText(step, "  ")}`).join(""));
  }
  return written;
}

function originText(origin: BuildOrigin, indent: string): string {
  if ("path" in origin) return `path: ${origin.path}\n`;
  const by = origin.configuredBy.map(([key, text]) => `${indent}  ${key}: ${text}\n`);
  return `configuredIn: ${origin.configuredIn}\n${indent}configuredBy:\n${by.join("")}`;
}

// Every annotation is a text in print; what was none becomes the text it was written as, or an empty one.
function withPrintedAnnotations(object: Mapping, added: ReadonlyMap<string, string>, asked: Place): Mapping {
  const metadata = fieldOf(object, "metadata");
  // Only a list may be without metadata, and it is printed with some.
  if (metadata === undefined) return withEntry(object, "metadata", mappingAt(object, []));
  const old = nodeAt(object, "metadata", "annotations");
  if (metadata.kind !== "map" || (old === undefined && added.size === 0)) return object;
  const texts = new Map([...metadataMap(object, "annotations")].filter(([key]) => !TAKEN_OFF.has(key)));
  for (const [key, text] of added) texts.set(key, text);
  if (texts.size === 0) return withEntry(object, "metadata", withoutEntry(metadata, "annotations"));
  if (old?.kind === "map" && isPrinted(old, texts)) return object;
  const entries = [...texts]
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([key, text]) => {
      const value = fieldOf(old, key);
      const place: Place = value ?? asWay(asked, "annotation");
      return { key, keyTag: plainTag(key), keyStart: place.start, value: scalarAt(place, text, "!!str", "PLAIN") };
    });
  const place = old ?? mappingAt(asWay(asked, "annotation"), []);
  return withEntry(object, "metadata", withEntry(metadata, "annotations", mappingAt(place, entries)));
}

function isPrinted(map: Mapping, texts: ReadonlyMap<string, string>): boolean {
  const isText = map.entries.every(({ value }) => value.kind === "scalar" && value.tag === "!!str");
  return isText && map.entries.length === texts.size && map.entries.every(({ key }) => texts.has(key));
}
