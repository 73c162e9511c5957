import { createHash } from "node:crypto";
import type { Mapping, Node, Place } from "../yaml/node.ts";

const signatures = new WeakMap<Mapping, string>();

/** A text that is equal for objects which say the same by the same bytes, whatever was parsed anew in between. */
export function signatureOf(object: Mapping): string {
  const signature = signatures.get(object) ?? createHash("sha1").update(sayingOf(object)).digest("base64");
  signatures.set(object, signature);
  return signature;
}

/** What a node says and where it is written. */
export function sayingOf(node: Node | undefined): string {
  if (node === undefined) return "";
  if (node.kind === "scalar") return `${placed(node)}=${JSON.stringify(node.text)}`;
  if (node.kind === "list") return `[${node.items.map(sayingOf).join()}]`;
  return `{${node.entries.map(({ key, value }) => `${key}:${sayingOf(value)}`).join()}}`;
}

function placed({ source, start, behind }: Place): string {
  const at = `${source.file}:${start}`;
  return behind === undefined ? at : `${at}<${placed(behind)}`;
}
