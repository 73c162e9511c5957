import { createHash } from "node:crypto";
import type { Json } from "../../signal/object.ts";
import { compareBytes } from "../tree.ts";
import { fieldOf, type Mapping, textOf } from "../yaml/node.ts";
import { throughJson } from "../yaml/through-json.ts";
import { findFlaw, jsonOf } from "../yaml/value.ts";
import { refuse } from "./refused.ts";

// Digits that look like letters become letters, so that a name cannot spell anything.
const LETTERS: Readonly<Record<string, string>> = { "0": "g", "1": "h", "3": "k", a: "m", e: "t" };

/** The suffix that names a ConfigMap or a Secret by its content. */
export function contentHash(object: Mapping): string {
  const isSecret = textOf(fieldOf(object, "kind")) === "Secret";
  const optional = isSecret ? "stringData" : "binaryData";
  const encoded: Record<string, Json> = {
    kind: isSecret ? "Secret" : "ConfigMap",
    // kustomize looks for a field called `metadata/name` here, which no object has.
    name: "",
    data: contentOf(object, "data"),
  };
  if (isSecret) encoded["type"] = contentOf(object, "type");
  const rest = contentOf(object, optional);
  if (typeof rest === "object") encoded[optional] = rest;
  const hex = createHash("sha256").update(goJson(encoded)).digest("hex").slice(0, 10);
  return hex.replace(/[013ae]/g, (digit) => LETTERS[digit] ?? digit);
}

function contentOf(object: Mapping, key: string): Json {
  const node = fieldOf(object, key);
  if (node === undefined) return "";
  if (node.kind === "scalar") return node.text;
  const flaw = findFlaw(node);
  if (flaw !== undefined) refuse(flaw.code, flaw.message, { ...flaw.node, start: flaw.at });
  return jsonOf(throughJson(node));
}

// As Go writes JSON: keys in byte order, and what HTML could take for markup escaped.
function goJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(goJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => compareBytes(a, b));
    return `{${entries.map(([key, part]) => `${goJson(key)}:${goJson(part)}`).join(",")}}`;
  }
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
