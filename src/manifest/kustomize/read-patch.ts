import { fieldOf, type Mapping, type Node, type Scalar } from "../yaml/node.ts";
import { parseConfiguration } from "../yaml/parse.ts";
import { partOf, type Text } from "../yaml/text.ts";
import type { Folder } from "./folder.ts";
import { type Operation, readOperations } from "./json-patch.ts";
import { readObjects } from "./objects.ts";
import { Refused, refuse } from "./refused.ts";

/** A patch as it was read: objects to be merged, or operations. */
export type Patch =
  | { readonly kind: "merge"; readonly objects: readonly Mapping[] }
  | { readonly kind: "operations"; readonly operations: readonly Operation[] };

/** The patch of an entry of `patches`, whichever of both kinds it is. */
export function readPatch(entry: Mapping, folder: Folder): Patch {
  const text = patchText(entry, folder, true);
  const operations = readJsonPatch(text);
  try {
    const objects = readObjects(text);
    if (objects.length > 0 && operations !== undefined && operations.length > 0) {
      return refuse("BAD_PATCH", "illegally qualifies as both an SM and JSON patch", entry);
    }
    // A patch that says nothing is a list of no operations.
    return objects.length > 0 ? { kind: "merge", objects } : { kind: "operations", operations: [] };
  } catch (error) {
    if (!(error instanceof Refused) || operations === undefined) throw error;
    return { kind: "operations", operations };
  }
}

/** The objects of an entry of `patchesStrategicMerge`: a text, or a file where the text is none. */
export function readStrategicMerge(entry: Scalar, folder: Folder): readonly Mapping[] {
  try {
    return readObjects(folder.textIn(entry, "patch"));
  } catch (error) {
    if (!(error instanceof Refused) || entry.text.includes("\n")) throw error;
    return folder.loader.objects(folder.pathTo(entry), "patch", entry);
  }
}

/** The operations of an entry of `patchesJson6902`. */
export function readJson6902(entry: Mapping, folder: Folder): readonly Operation[] {
  const text = patchText(entry, folder, false);
  if (text.text.startsWith("[") && !isJson(text.text)) refuse("BAD_PATCH", "decoding the patch: expected JSON", entry);
  const [document] = documentsOf(text);
  const operations = document === undefined ? [] : readOperations(document);
  if (operations === undefined) return refuse("BAD_PATCH", "decoding the patch: expected a list", entry);
  return operations.length > 0 ? operations : refuse("BAD_PATCH", "patch appears to be empty", entry);
}

function patchText(entry: Mapping, folder: Folder, isTrimmed: boolean): Text {
  const patch = fieldOf(entry, "patch");
  const path = fieldOf(entry, "path");
  const inline = patch?.kind === "scalar" ? folder.textIn(patch, "patch") : undefined;
  const text = inline !== undefined && isTrimmed ? trimmed(inline) : inline;
  const hasText = text !== undefined && text.text !== "";
  if (path?.kind !== "scalar" || path.text === "") {
    return hasText ? text : refuse("BAD_PATCH", "must specify one of patch and path", entry);
  }
  if (hasText) return refuse("BAD_PATCH", "patch and path can't be set at the same time", entry);
  return folder.loader.text(folder.pathTo(path), "patch", path);
}

function trimmed(text: Text): Text {
  const start = text.text.length - text.text.trimStart().length;
  return partOf(text, start, Math.max(start, text.text.trimEnd().length));
}

function readJsonPatch(text: Text): readonly Operation[] | undefined {
  if (text.text.startsWith("[") && !isJson(text.text)) return undefined;
  try {
    const [document] = documentsOf(text);
    return document === undefined ? [] : readOperations(document);
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function documentsOf(text: Text): readonly Node[] {
  const parsed = parseConfiguration(text);
  if (parsed.ok) return parsed.documents;
  return refuse(parsed.flaw.code, `MalformedYAMLError: ${parsed.flaw.message}`, {
    source: text.source,
    start: parsed.flaw.at,
  });
}
