import { RE2JS } from "re2js";
import { ignoreRules, isIgnored } from "../flux/ignore.ts";
import { isList, isMap, own } from "../json.ts";
import { type FileTree, inFolder } from "../tree.ts";
import { decodeUtf8 } from "../yaml/text.ts";
import type { Guard } from "./guards.ts";
import { parseWritten } from "./parse.ts";
import { readValue } from "./reading.ts";

const NOT_OURS = /(?:^|\s)linguist-(generated|vendored)(?=$|\s|=true)/;
const OURS = /(?:^|\s)(?:[-!]linguist-(?:generated|vendored)|linguist-(?:generated|vendored)=false)(?=$|\s)/;

/** Why the repository itself says that a file is not for us to edit: `.gitattributes` calls it generated or vendored, or `.sops.yaml` singles it out for encryption. */
export function protectionOf(tree: FileTree, file: string): Guard | undefined {
  const folders = file.split("/").map((_, depth, steps) => steps.slice(0, depth).join("/"));
  return attributeGuard(tree, file, folders) ?? encryptionGuard(tree, file, folders);
}

function attributeGuard(tree: FileTree, file: string, folders: readonly string[]): Guard | undefined {
  const lines = folders.flatMap((folder) =>
    linesOf(tree, inFolder(folder, ".gitattributes")).map((line) => ({ folder, line })),
  );
  const verdicts = lines.flatMap(({ folder, line }) => {
    const [pattern = "", ...attributes] = line.trim().split(/\s+/);
    const said = attributes.join(" ");
    if (!isIgnored(ignoreRules(pattern, folder), file, "file")) return [];
    return NOT_OURS.test(said) ? [NOT_OURS.exec(said)?.[1] ?? ""] : OURS.test(said) ? [""] : [];
  });
  const last = verdicts.at(-1);
  if (last === undefined || last === "") return undefined;
  return { code: "GENERATED", message: `.gitattributes says that this file is ${last}: change what it comes from` };
}

// A rule that would encrypt any file of the folder says nothing about this one, which can be read.
function encryptionGuard(tree: FileTree, file: string, folders: readonly string[]): Guard | undefined {
  const home = folders.findLast((folder) => tree.read(inFolder(folder, ".sops.yaml")) !== undefined);
  if (home === undefined) return undefined;
  const relative = (path: string): string => (home === "" ? path : path.slice(home.length + 1));
  const neighbour = relative(inFolder(folders.at(-1) ?? "", "kustomization.yaml"));
  const isSingledOut = rulesOf(tree, home).some((rule) => rule.test(relative(file)) && !rule.test(neighbour));
  if (!isSingledOut) return undefined;
  return { code: "SOPS", message: "a rule of .sops.yaml encrypts this file: change it with `sops edit`" };
}

function rulesOf(tree: FileTree, home: string): readonly RE2JS[] {
  const parsed = parseWritten(linesOf(tree, inFolder(home, ".sops.yaml")).join("\n"));
  const root = parsed.ok ? parsed.documents[0] : undefined;
  const value = root === undefined ? undefined : readValue(root, root);
  const rules = isMap(value) ? own(value, "creation_rules") : undefined;
  return (isList(rules) ? rules : []).flatMap((rule) => {
    const pattern = isMap(rule) ? own(rule, "path_regex") : undefined;
    return typeof pattern === "string" ? compiled(pattern) : [];
  });
}

function compiled(pattern: string): readonly RE2JS[] {
  try {
    return [RE2JS.compile(pattern)];
  } catch {
    // SOPS itself stops at such a rule.
    return [];
  }
}

function linesOf(tree: FileTree, path: string): readonly string[] {
  const bytes = tree.read(path);
  const text = bytes === undefined ? undefined : decodeUtf8(bytes);
  return text === undefined ? [] : text.split(/\r?\n/);
}
