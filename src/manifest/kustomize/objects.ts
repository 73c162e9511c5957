import { fieldOf, isBlank, isNull, type Mapping, type Node, nodeAt, textOf } from "../yaml/node.ts";
import { type Parsed, parseObjects } from "../yaml/parse.ts";
import type { Text } from "../yaml/text.ts";
import { fromJsonText } from "../yaml/through-json.ts";
import { findFlaw } from "../yaml/value.ts";
import { refuse } from "./refused.ts";

/** The objects of a text, lists taken apart; one without kind or name is refused. */
export function readObjects(text: Text): readonly Mapping[] {
  return objectsOf(parsedDocuments(parseObjects(text), text));
}

/** The documents, or a refusal in kustomize's words. */
export function parsedDocuments(parsed: Parsed, { source }: Pick<Text, "source">): readonly Node[] {
  if (parsed.ok) return parsed.documents;
  const { code, message, at } = parsed.flaw;
  return refuse(code, `MalformedYAMLError: ${message} in File: ${source.file}`, { source, start: at });
}

/** The objects that documents hold. */
function objectsOf(documents: readonly Node[]): readonly Mapping[] {
  const queue = unwrapped(documents).flatMap((node) => (isBlank(node) ? [] : [validated(node)]));
  const objects: Mapping[] = [];
  for (let object = queue.shift(); object !== undefined; object = queue.shift()) {
    const items = fieldOf(object, "items");
    if (!textOf(fieldOf(object, "kind")).endsWith("List") || items === undefined) objects.push(object);
    else queue.push(...itemsOf(object, items));
  }
  return objects;
}

// The one document of a file may be a plain List, whose items are taken as they stand.
function unwrapped(documents: readonly Node[]): readonly Node[] {
  const [only] = documents;
  if (only === undefined || documents.length > 1) return documents;
  const isList = ["List", "ResourceList"].includes(textOf(fieldOf(only, "kind")));
  const items = fieldOf(only, "items");
  if (!isList || (items === undefined && fieldOf(only, "functionConfig") === undefined)) return documents;
  return items?.kind === "list" ? items.items : [];
}

function itemsOf(list: Mapping, items: Node): readonly Mapping[] {
  const flaw = findFlaw(list);
  if (flaw !== undefined)
    refuse(flaw.code, `trouble expanding list: ${flaw.message}`, { ...flaw.node, start: flaw.at });
  if (isNull(items)) return [];
  if (items.kind !== "list") {
    return refuse("WRONG_TYPE", `expected array in ${textOf(fieldOf(list, "kind"))}/items`, items);
  }
  return items.items.flatMap((item) =>
    unwrapped([fromJsonText(item)]).flatMap((node) => (isBlank(node) ? [] : [validated(node)])),
  );
}

function validated(node: Node): Mapping {
  const kind = textOf(fieldOf(node, "kind"));
  const isBare = ["apiVersion", "kind", "metadata"].every((key) => isBlank(fieldOf(node, key)));
  if (node.kind !== "map" || isBare) return refuse("NOT_AN_OBJECT", `missing Resource metadata${hintAt(node)}`, node);
  if (kind === "") return refuse("NOT_AN_OBJECT", "missing kind in object", node);
  if (!kind.endsWith("List") && textOf(nodeAt(node, "metadata", "name")) === "") {
    return refuse("NOT_AN_OBJECT", `missing metadata.name in object ${kind}`, node);
  }
  return node;
}

// What git holds in place of a file of Git LFS.
function hintAt(node: Node): string {
  const isPointer = node.kind === "scalar" && node.text.startsWith("version https://git-lfs.github.com/");
  return isPointer ? ": this is a Git LFS pointer, not the file it stands for" : "";
}
