import { RE2JS } from "re2js";
import {
  asWay,
  fieldOf,
  isNull,
  type Mapping,
  mapChildren,
  type Node,
  type Place,
  type Scalar,
  withEntry,
} from "../yaml/node.ts";
import type { FieldSpec } from "./field-spec.ts";
import { gvkOf } from "./id.ts";
import { refuse } from "./refused.ts";
import type { Resources } from "./resources.ts";
import { changeFields, replaceText } from "./set-field.ts";

/** One entry of `images`, as kustomization.yaml has it. */
export type ImageStep = { readonly entry: Mapping; readonly fieldSpecs: readonly FieldSpec[] };

/** Writes an images entry into every image of that name. */
export function setImages(resources: Resources, { entry, fieldSpecs }: ImageStep): void {
  const set = imageSetter(entry);
  for (const resource of resources.all) {
    resource.change((node) => {
      if (gvkOf(node).kind === "CustomResourceDefinition") return node;
      // Wherever containers stand at all, then in the fields that are configured.
      const walked = inContainers(node, set) as Mapping;
      return fieldSpecs.reduce((changed, spec) => changeFields(changed, spec, set), walked);
    });
  }
}

function inContainers(node: Node, set: (image: Node) => Node): Node {
  if (node.kind === "scalar") return node;
  if (node.kind === "list") return mapChildren(node, (item) => inContainers(item, set));
  let changed = node;
  for (const { key, value } of node.entries) {
    const walked = inContainers(value, set);
    const isContainers = key === "containers" || key === "initContainers";
    const field =
      isContainers && walked.kind === "list" ? mapChildren(walked, (item) => inContainer(item, set)) : walked;
    if (field !== value) changed = withEntry(changed, key, field);
  }
  return changed;
}

function inContainer(item: Node, set: (image: Node) => Node): Node {
  if (isNull(item)) return item;
  if (item.kind !== "map")
    return refuse("WRONG_TYPE", `wrong node kind: expected MappingNode, found a ${item.kind}`, item);
  const image = fieldOf(item, "image");
  return image === undefined ? item : withEntry(item, "image", set(image));
}

function imageSetter(entry: Mapping): (image: Node) => Node {
  const part = (key: string): Scalar | undefined => {
    const value = fieldOf(entry, key);
    return value?.kind === "scalar" && value.text !== "" ? value : undefined;
  };
  const isMeant = imageTest(part("name")?.text ?? "", entry);
  const change: ImageChange = {
    name: part("newName"),
    tag: part("newTag"),
    digest: part("digest"),
    suffix: part("tagSuffix"),
  };
  const place = placeOf(change, entry);
  return (image) => {
    if (image.kind !== "scalar") return refuse("WRONG_TYPE", "wrong node kind: expected ScalarNode in image", image);
    if (!isMeant(image.text)) return image;
    return replaceText(image, { text: newImage(image.text, change), tag: "", place });
  };
}

const REST = "(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$";

// The name is an expression, if only by its dots.
function imageTest(name: string, entry: Mapping): (image: string) => boolean {
  if (/^[\w./:-]+$/.test(name)) {
    // Without other operators it means the same here, where it is compiled and found much faster.
    const plain = new RegExp(`^${name.replaceAll(".", "[^\\n]")}${REST}`, "u");
    return (image) => plain.test(image);
  }
  try {
    const pattern = RE2JS.compile(`^${name}${REST}`);
    return (image) => pattern.matcher(image).find();
  } catch {
    return refuse("BAD_PATTERN", `the image name ${name} is no regular expression`, entry);
  }
}

type ImageChange = Readonly<Record<"name" | "tag" | "digest" | "suffix", Scalar | undefined>>;

// The tag is what people change; the new name, if any, stands behind it.
function placeOf({ name, tag, digest, suffix }: ImageChange, entry: Mapping): Place {
  const first = tag ?? digest ?? suffix ?? name ?? entry;
  const place = asWay(first, "images");
  return name === undefined || first === name ? place : { ...place, behind: asWay(name, "images") };
}

function newImage(image: string, change: ImageChange): string {
  const parts = splitImage(image);
  const name = change.name?.text ?? parts.name;
  let { tag, digest } = parts;
  if (change.tag !== undefined || change.digest !== undefined) {
    tag = change.tag?.text ?? "";
    digest = change.digest?.text ?? "";
  } else if (change.suffix !== undefined) {
    tag += change.suffix.text;
    digest = "";
  }
  return `${name}${tag === "" ? "" : `:${tag}`}${digest === "" ? "" : `@${digest}`}`;
}

/** The name, the tag and the digest of an image; empty where they are not said. */
function splitImage(image: string): { readonly name: string; readonly tag: string; readonly digest: string } {
  // A colon before the first slash belongs to the registry's port.
  const from = Math.max(image.indexOf("/"), 0);
  const at = image.indexOf("@", from);
  const colon = image.indexOf(":", from);
  const nameEnd = [at, colon].filter((index) => index >= 0).sort((a, b) => a - b)[0] ?? image.length;
  const hasTag = colon >= 0 && (at < 0 || colon < at);
  return {
    name: image.slice(0, nameEnd),
    tag: hasTag ? image.slice(colon + 1, at < 0 ? undefined : at) : "",
    digest: at < 0 ? "" : image.slice(at + 1),
  };
}
