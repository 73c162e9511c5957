import { RE2JS } from "re2js";
import { parse } from "yaml";
import type { FileTree } from "../manifest/tree.ts";
import { mapOf, mapsOf, textOf } from "../signal/json.ts";

/** Why a file is not ours to change though nothing in itself says so; undefined where it may be changed. */
export function untouchable(tree: FileTree, file: string): string | undefined {
  return vendored(tree, file) ?? markedByGit(tree, file) ?? meantForSops(tree, file);
}

function vendored(tree: FileTree, file: string): string | undefined {
  const steps = file.split("/").slice(0, -1);
  const isTaken = (name: string): boolean => ["vendor", "third_party", "node_modules"].includes(name);
  // helm keeps the charts that a chart needs in its folder `charts`.
  const inSubchart = steps.some(
    (name, at) => name === "charts" && tree.read([...steps.slice(0, at), "Chart.yaml"].join("/")) !== undefined,
  );
  if (!inSubchart && !steps.some(isTaken)) return undefined;
  return `${file} is vendored: the next update would undo the change; make it where the file comes from.`;
}

function markedByGit(tree: FileTree, file: string): string | undefined {
  const mark = foldersOf(file)
    .flatMap((folder) => attributesIn(tree, folder, file))
    .at(-1);
  if (mark === undefined || /^[-!]|=false$/.test(mark)) return undefined;
  return `.gitattributes says ${mark} of ${file}: change what it is made from.`;
}

// Of several lines about a file the last one counts, and a deeper folder's comes later.
function attributesIn(tree: FileTree, folder: string, file: string): readonly string[] {
  const text = textAt(tree, folder, ".gitattributes") ?? "";
  return text.split("\n").flatMap((line) => {
    const [pattern = "", ...attributes] = line.trim().split(/\s+/);
    if (pattern === "" || pattern.startsWith("#") || !isMatched(pattern, file.slice(folder.length))) return [];
    return attributes.filter((one) => /^[-!]?linguist-(?:generated|vendored)(?:=|$)/.test(one));
  });
}

function isMatched(pattern: string, path: string): boolean {
  const anchored = pattern.includes("/") ? pattern.replace(/^\//, "") : `**/${pattern}`;
  const source = anchored
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replace(
      /\*\*\/|\*\*|\*|\?/g,
      (sign) => ({ "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]" })[sign] ?? sign,
    );
  return isFound(`^(?:${source})$`, path);
}

// What a rule of SOPS encrypts as a whole lies here in the open by mistake: it must not get about any further.
function meantForSops(tree: FileTree, file: string): string | undefined {
  const folder = foldersOf(file).findLast((one) => tree.read(`${one}.sops.yaml`) !== undefined);
  const rules = folder === undefined ? [] : rulesOf(textAt(tree, folder, ".sops.yaml") ?? "");
  const path = file.slice((folder ?? "").length);
  const rule = rules.find((one) => isFound(one.path, path));
  // A rule that fits every file says which key to use, not which files to encrypt.
  if (rule === undefined || rule.isPartial || isFound(rule.path, path.replace(/[^/]*$/, "kustomization.yaml")))
    return undefined;
  return `.sops.yaml says that ${file} is to be encrypted: change it with \`sops edit\`.`;
}

function rulesOf(text: string): readonly { readonly path: string; readonly isPartial: boolean }[] {
  try {
    return mapsOf(mapOf(parse(text))["creation_rules"]).map((rule) => ({
      path: textOf(rule["path_regex"]) ?? "",
      // With these only some fields of a file are encrypted, and which file has any only SOPS can tell.
      isPartial: Object.keys(rule).some((key) => /^(?:un)?encrypted_/.test(key)),
    }));
  } catch {
    return [];
  }
}

function isFound(expression: string, path: string): boolean {
  try {
    return RE2JS.compile(expression).matcher(path).find();
  } catch {
    return false;
  }
}

/** The folders of a file, the repository's root first, each with the slash at its end. */
function foldersOf(file: string): readonly string[] {
  const steps = file.split("/").slice(0, -1);
  return ["", ...steps.map((_, at) => `${steps.slice(0, at + 1).join("/")}/`)];
}

function textAt(tree: FileTree, folder: string, name: string): string | undefined {
  const bytes = tree.read(folder + name);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}
