import { RE2JS } from "re2js";
import { fieldOf, type Node, textOf } from "../yaml/node.ts";
import { effectiveNamespace, type ResourceId } from "./id.ts";
import { readLabelSelector } from "./label-selector.ts";
import { refuse } from "./refused.ts";
import { metadataMap, type Resource } from "./resource.ts";

/** Whether a resource is meant. */
export type Selector = (resource: Resource) => boolean;

/**
 * Reads the target of a patch: every part is a regular expression for the whole text, namespace and name may be those
 * the resource began with, labels and annotations are selected as Kubernetes does.
 */
export function readSelector(target: Node): Selector {
  const part = (key: string): ((text: string) => boolean) => pattern(textOf(fieldOf(target, key)), target);
  const [group, version, kind] = [part("group"), part("version"), part("kind")];
  const [name, namespace] = [part("name"), part("namespace")];
  const byLabels = readLabelSelector(textOf(fieldOf(target, "labelSelector")), target);
  const byAnnotations = readLabelSelector(textOf(fieldOf(target, "annotationSelector")), target);
  const isEither = (resource: Resource, matches: (id: ResourceId) => boolean): boolean =>
    matches(resource.originalId) || matches(resource.id);
  return (resource) =>
    resource.node !== undefined &&
    group(resource.id.group) &&
    version(resource.id.version) &&
    kind(resource.id.kind) &&
    isEither(resource, (id) => namespace(effectiveNamespace(id))) &&
    isEither(resource, (id) => name(id.name)) &&
    byLabels(metadataMap(resource.node, "labels")) &&
    byAnnotations(metadataMap(resource.node, "annotations"));
}

function pattern(text: string, target: Node): (text: string) => boolean {
  if (text === "") return () => true;
  // Most targets name one thing: no need for an expression then.
  if (/^[A-Za-z0-9-]+$/.test(text)) return (found) => found === text;
  try {
    const compiled = RE2JS.compile(`^(?:${text})$`);
    return (found) => compiled.matcher(found).find();
  } catch {
    return refuse("BAD_PATTERN", `expected a regular expression, found ${text}`, target);
  }
}
