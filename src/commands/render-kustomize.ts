import { existsSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { readFolder } from "../adapters/files.ts";
import { ParseCache } from "../manifest/kustomize/loader.ts";
import { type Built, buildFolder, printYaml } from "../manifest/kustomize/render.ts";
import type { FileTree } from "../manifest/tree.ts";
import type { Io } from "./io.ts";
import { messageOf } from "./options.ts";
import { originNote } from "./origin-note.ts";
import { refusalLine, refusalText } from "./refusal-text.ts";

/** Builds folders of repositories on disk; what they share is read and parsed once. */
export class KustomizeBuilds {
  readonly #trees = new Map<string, FileTree>();
  readonly #cache = new ParseCache();

  /** Builds an absolute folder as kustomize would, within the repository it stands in. */
  build(folder: string): { readonly built: Built; readonly tree: FileTree } {
    const root = repositoryAround(folder);
    const tree = this.#trees.get(root) ?? readFolder(root);
    this.#trees.set(root, tree);
    const path = relative(root, folder).split(sep).join("/");
    return { built: buildFolder(tree, path, { cache: this.#cache }), tree };
  }
}

/** Prints one folder, or why it cannot be built. */
export function renderOne(folder: string, io: Io, withOrigins: boolean): number {
  const { built, tree } = new KustomizeBuilds().build(folder);
  if (built.ok) io.stdout(printYaml(built.objects, withOrigins ? originNote(tree) : undefined));
  else io.stderr(refusalText(built.refusal, tree));
  return built.ok ? 0 : 1;
}

/** Builds every folder named on standard input, one a line, and prints one line of JSON for each. */
export async function renderEach(io: Io): Promise<number> {
  const builds = new KustomizeBuilds();
  for await (const line of linesOf(io.stdin)) {
    const folder = line.trim();
    if (folder !== "") io.stdout(`${JSON.stringify(answer(folder, builds, io.cwd))}\n`);
  }
  return 0;
}

function answer(path: string, builds: KustomizeBuilds, cwd: string): Record<string, string> {
  try {
    const { built } = builds.build(resolve(cwd, path));
    return built.ok ? { path, yaml: printYaml(built.objects) } : { path, error: refusalLine(built.refusal) };
  } catch (error) {
    // One folder that cannot even be looked at leaves the others their answers.
    return { path, error: messageOf(error) };
  }
}

/**
 * The repository that a folder belongs to: the nearest one above it with a `.git`. Without one it is the topmost folder
 * above it that is no home, no temporary folder and not the file system's root, so that `../..` works as in a checkout
 * while nothing else of the machine can be reached.
 */
function repositoryAround(folder: string): string {
  const shared = new Set(["/", tmpdir(), homedir(), dirname(homedir())]);
  let top = folder;
  for (let above = folder; ; above = dirname(above)) {
    if (existsSync(join(above, ".git"))) return above;
    if (above === dirname(above)) return top;
    if (shared.has(above)) return top;
    top = above;
  }
}

async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of input) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  yield rest;
}
