import type { OriginWay } from "../origin.ts";
import type { FileTree } from "../tree.ts";
import type { Mapping, Node, Place, Source } from "../yaml/node.ts";
import { parseConfiguration } from "../yaml/parse.ts";
import { firstNotText, type Text, textOfFile } from "../yaml/text.ts";
import { parsedDocuments, readObjects } from "./objects.ts";
import { refuse } from "./refused.ts";

/** So many bytes of files stay parsed; their nodes take some eight times as much. */
const MOST_BYTES = 2 ** 19;

/** What was read from files' bytes: for the bytes that were asked for last. */
export class ParseCache {
  /** Those asked for longest ago come first. */
  readonly #kept = new Map<Uint8Array, Map<string, unknown>>();
  #size = 0;

  /** What `make` makes of these bytes in this file; made once for each purpose. */
  keep<T>(bytes: Uint8Array, purpose: string, make: () => T): T {
    const kept = this.#kept.get(bytes) ?? new Map<string, unknown>();
    if (!this.#kept.delete(bytes)) this.#size += bytes.length;
    this.#kept.set(bytes, kept);
    this.#forget(bytes);
    if (!kept.has(purpose)) kept.set(purpose, make());
    return kept.get(purpose) as T;
  }

  #forget(latest: Uint8Array): void {
    for (const bytes of this.#kept.keys()) {
      if (this.#size <= MOST_BYTES || bytes === latest) return;
      this.#kept.delete(bytes);
      this.#size -= bytes.length;
    }
  }
}

/** Reads the files of one build and remembers which. Nothing outside of the tree can be read. */
export class Loader {
  readonly #tree: FileTree;
  readonly #cache: ParseCache;
  readonly #files = new Map<string, Uint8Array | undefined>();
  readonly #elsewhere: Set<string> | undefined;

  /** Addresses outside of the tree are left out and collected in `elsewhere`; refused without it. */
  constructor(tree: FileTree, cache: ParseCache, elsewhere?: Set<string>) {
    this.#tree = tree;
    this.#cache = cache;
    this.#elsewhere = elsewhere;
  }

  /** Whether an address outside of the tree is to be left out. */
  leavesOut(address: string): boolean {
    this.#elsewhere?.add(address);
    return this.#elsewhere !== undefined;
  }

  /** Every file that was read. */
  get read(): ReadonlySet<string> {
    return this.#seen((bytes) => bytes !== undefined);
  }

  /** Every path that was looked for as a file and is none. */
  get missed(): ReadonlySet<string> {
    return this.#seen((bytes) => bytes === undefined);
  }

  #seen(isMeant: (bytes: Uint8Array | undefined) => boolean): ReadonlySet<string> {
    return new Set([...this.#files].flatMap(([file, bytes]) => (isMeant(bytes) ? [file] : [])));
  }

  /** The bytes of a file, or undefined where there is none. */
  bytes(file: string): Uint8Array | undefined {
    if (!this.#files.has(file)) this.#files.set(file, this.#tree.read(file));
    return this.#files.get(file);
  }

  /** The bytes of a file that must be there; `because` is where it is asked for. */
  bytesOf(file: string, because: Place): Uint8Array {
    const message = (): string => (this.isFolder(file) ? `read ${file}: is a directory` : noSuch(file));
    return this.bytes(file) ?? refuse("MISSING_FILE", message(), because);
  }

  /** Whether there is such a folder. */
  isFolder(folder: string): boolean {
    return this.#tree.list(folder) !== undefined;
  }

  /** The text of a file that must be there. */
  text(file: string, way: OriginWay, because: Place): Text {
    return textIn({ file, way }, this.bytesOf(file, because));
  }

  /** The objects of a file; parsed once for the same bytes. */
  objects(file: string, way: OriginWay, because: Place): readonly Mapping[] {
    const bytes = this.bytesOf(file, because);
    return this.#cache.keep(bytes, `${way} ${file}`, () => readObjects(textIn({ file, way }, bytes)));
  }

  /** The first document of a file, read as configuration; undefined where the file says nothing. */
  configuration(file: string, way: OriginWay, bytes: Uint8Array): Node | undefined {
    return this.#cache.keep(bytes, `configuration ${way} ${file}`, () => {
      const text = textIn({ file, way }, bytes);
      return parsedDocuments(parseConfiguration(text), text)[0];
    });
  }

  /** What is kept for a file's bytes, or made now. */
  keep<T>(file: string, bytes: Uint8Array, purpose: string, make: () => T): T {
    return this.#cache.keep(bytes, `${purpose} ${file}`, make);
  }
}

function textIn(source: Source, bytes: Uint8Array): Text {
  const text = textOfFile(source, bytes);
  const start = text === undefined ? firstNotText(bytes) : 0;
  return text ?? refuse("NOT_UTF8", `MalformedYAMLError: invalid UTF-8 in File: ${source.file}`, { source, start });
}

/** What is said of a file or folder that is not there. */
export function noSuch(path: string): string {
  return `open ${path}: no such file or directory`;
}

/** The path that a path within a folder leads to, or undefined where it leaves the repository. */
export function resolvePath(folder: string, path: string): string | undefined {
  if (path.startsWith("/")) return undefined;
  const steps = folder === "" ? [] : folder.split("/");
  for (const step of path.split("/")) {
    if (step === "" || step === ".") continue;
    if (step !== "..") steps.push(step);
    else if (steps.pop() === undefined) return undefined;
  }
  return steps.join("/");
}

/** The path, or a refusal where it leaves the repository. */
export function pathWithin(folder: string, path: string, because: Place): string {
  const found = resolvePath(folder, path);
  return found ?? refuse("PATH_ESCAPE", `security; file '${path}' is not in or below the repository`, because);
}

/** Whether a path names something to be fetched from elsewhere. */
export function isRemote(path: string): boolean {
  return /^(?:git::)?(?:(?:https?|ssh|file):\/\/|[a-z][a-z0-9-]*@[^/]*[:/].|github\.com[/:].)/i.test(path);
}
