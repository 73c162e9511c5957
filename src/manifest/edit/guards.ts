import type { EditRefusalCode } from "./edit.ts";
import { childrenOf, type Written } from "./written.ts";

/** Why a file is not for us to edit. */
export type Guard = { readonly code: EditRefusalCode; readonly message: string };

const GENERATED_NAME = /(?:^|\/)gotk-components\.ya?ml$/;
// Copies of what others make, and the charts that a chart brings along: the next update would undo the change.
const VENDORED_FOLDER = /(?:^|\/)(?:vendor|third_party|node_modules|charts\/[^/]+\/charts)\//;
const GENERATED_HEADER =
  /this (?:manifest|file) (?:was|is) (?:auto-?)?generated|do not edit|@generated|^# *code generated/im;

// What SOPS adds to each document: when it was encrypted, by which version, and the authentication code.
const SOPS_BLOCK =
  /^sops:[ \t]*\r?\n(?:(?:[ \t#-].*)?\r?\n)*?[ \t]+(?:mac|version|lastmodified):|[{,]\s*"sops"\s*:\s*\{|^sops_(?:mac|version)=/m;

/** Whether a tool writes this file or copies it here, by its path or by what its first comments say. */
export function generatedGuard(file: string, text: string): Guard | undefined {
  const header = /^(?:[ \t]*(?:#[^\n]*|---[ \t]*)?\r?\n)*/.exec(text)?.[0] ?? "";
  const said = GENERATED_HEADER.exec(header)?.[0];
  if (VENDORED_FOLDER.test(file)) {
    const message = "expected a file that is made here, but it is a copy: change it where it comes from";
    return { code: "GENERATED", message };
  }
  if (said === undefined && !GENERATED_NAME.test(file)) return undefined;
  const why = said === undefined ? "Flux writes it" : `its first lines say "${said}"`;
  return { code: "GENERATED", message: `expected a file that people write, but ${why}: change what generates it` };
}

/** Whether SOPS encrypted the file, be it YAML, JSON or variables: any change would break its authentication code. */
export function sopsGuard(text: string): Guard | undefined {
  if (!SOPS_BLOCK.test(text)) return undefined;
  return {
    code: "SOPS",
    message: "expected a file that can be read, found one encrypted by SOPS: change it with `sops edit`",
  };
}

/** Whether a text is a template that only becomes YAML once it is rendered. */
export function templateGuard(text: string, documents: readonly Written[] | undefined): Guard | undefined {
  const isTemplate = documents === undefined ? /\{\{|\{%/.test(text) : documents.some(hasTemplate);
  if (!isTemplate) return undefined;
  return { code: "TEMPLATE", message: "expected YAML, found a template: change it by hand" };
}

// `{{ .Values.x }}` without quotes reads as a map whose key is a map.
function hasTemplate(node: Written): boolean {
  if (node.kind === "map" && node.flow && node.entries.some(({ keyNode }) => keyNode.kind === "map")) return true;
  return childrenOf(node).some(hasTemplate);
}
