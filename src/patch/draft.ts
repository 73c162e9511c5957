import type { Edited, EditRefusal } from "../manifest/edit/edit.ts";
import type { FileTree } from "../manifest/tree.ts";

/** Files on their way to be changed: what was changed already is what is read. */
export class Draft {
  readonly files = new Map<string, Uint8Array | null>();
  readonly #tree: FileTree;

  constructor(tree: FileTree) {
    this.#tree = tree;
  }

  /** The bytes of a file as they are now, or undefined where there is none. */
  read(file: string): Uint8Array | undefined {
    return this.files.has(file) ? (this.files.get(file) ?? undefined) : this.#tree.read(file);
  }

  /** Gives a file other bytes, or takes it away (null). */
  write(file: string, bytes: Uint8Array | null): void {
    this.files.set(file, bytes);
  }

  /** Edits a file that is there; the refusal where it may not be. */
  edit(file: string, make: (bytes: Uint8Array) => Edited): EditRefusal | undefined {
    const bytes = this.read(file);
    if (bytes === undefined) return { code: "STALE", message: `${file}: expected a file, found none`, file };
    const edited = make(bytes);
    if (!edited.ok) return edited.refusal;
    if (edited.edits.length > 0) this.write(file, edited.bytes);
    return undefined;
  }
}

/** Files as they might be changed, or why they may not. */
export type Attempt =
  | { readonly ok: true; readonly files: ReadonlyMap<string, Uint8Array | null> }
  | { readonly ok: false; readonly refusal: EditRefusal };
