import { compareBytes, type FileTree, inFolder, type TreeEntry, withFiles } from "../tree.ts";
import { type IgnoreRule, ignoreRules, isIgnored } from "./ignore.ts";

const IGNORE_FILE = ".sourceignore";
const VERSION_CONTROL = [".git/", ".gitignore", ".gitmodules", ".gitattributes"];
const DEFAULTS = [
  ...["*.jpg", "*.jpeg", "*.gif", "*.png", "*.wmv", "*.flv", "*.tar.gz", "*.zip"],
  ...[".github/", ".circleci/", ".travis.yml", ".gitlab-ci.yml", "appveyor.yml", ".drone.yml"],
  ...["cloudbuild.yaml", "codeship-services.yml", "codeship-steps.yml"],
  ...["**/.goreleaser.yml", "**/.sops.yaml", "**/.flux.yaml"],
];

/** What a source hands to its Kustomizations. */
export type Artifact = {
  readonly tree: FileTree;
  /** The same with some files changed or removed, none of which is a `.sourceignore`. */
  readonly after: (changed: ReadonlyMap<string, Uint8Array | null>) => Artifact;
};

/**
 * Packs what source-controller packs of a repository: without links, without what its `.sourceignore` files, the source's
 * own `spec.ignore` or, where there are none of these, Flux's defaults leave out.
 */
export function packArtifact(tree: FileTree, ignore: string | null): Artifact {
  const own = [...rulesIn(tree, ""), ...(ignore === null ? [] : ignoreRules(ignore, ""))];
  const rules = [VERSION_CONTROL, own.length === 0 ? DEFAULTS : []].flatMap((lines) =>
    ignoreRules(lines.join("\n"), ""),
  );
  return packed(filtered(tree, [...rules, ...own]), [...rules, ...own]);
}

function packed(tree: FileTree, rules: readonly IgnoreRule[]): Artifact {
  const after: Artifact["after"] = (changed) => {
    const kept = [...changed].filter(([path]) => !isIgnored(rules, path, "file"));
    return packed(withFiles(tree, new Map(kept)), rules);
  };
  return { tree, after };
}

function filtered(tree: FileTree, rules: readonly IgnoreRule[]): FileTree {
  const folders = new Map<string, Folder | undefined>();
  const open = (folder: string): Folder | undefined => {
    if (!folders.has(folder)) folders.set(folder, opened(folder));
    return folders.get(folder);
  };
  const opened = (folder: string): Folder | undefined => {
    const entries = folder === "" || holds(folder, "folder") ? kept(tree, folder, rules) : undefined;
    return entries && { entries, types: new Map(entries.map(({ name, type }) => [name, type])) };
  };
  const holds = (path: string, type: TreeEntry["type"]): boolean => {
    const cut = path.lastIndexOf("/");
    return open(path.slice(0, Math.max(cut, 0)))?.types.get(path.slice(cut + 1)) === type;
  };
  return { read: (path) => (holds(path, "file") ? tree.read(path) : undefined), list: (path) => open(path)?.entries };
}

type Folder = { readonly entries: readonly TreeEntry[]; readonly types: ReadonlyMap<string, TreeEntry["type"]> };

function kept(tree: FileTree, folder: string, rules: readonly IgnoreRule[]): readonly TreeEntry[] | undefined {
  return tree.list(folder)?.filter(({ name, type, isLink }) => {
    if (isLink === true || type === "link-outside") return false;
    const path = inFolder(folder, name);
    // A folder that is left out comes back with any file in it that is not.
    return !isIgnored(rules, path, type) || (type === "folder" && (kept(tree, path, rules)?.length ?? 0) > 0);
  });
}

/** A folder's own rules come before those of the folders in it: the deeper file has the last word. */
function rulesIn(tree: FileTree, folder: string): readonly IgnoreRule[] {
  const entries = tree.list(folder) ?? [];
  const rules: IgnoreRule[] = [];
  if (entries.some((entry) => entry.name === IGNORE_FILE && entry.type === "file")) {
    const bytes = tree.read(inFolder(folder, IGNORE_FILE));
    if (bytes !== undefined) rules.push(...ignoreRules(new TextDecoder().decode(bytes), folder));
  }
  const folders = entries.filter((entry) => entry.type === "folder" && entry.isLink !== true && entry.name !== ".git");
  for (const { name } of [...folders].sort((a, b) => compareBytes(a.name, b.name)))
    rules.push(...rulesIn(tree, inFolder(folder, name)));
  return rules;
}
