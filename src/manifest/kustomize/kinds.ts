import { type Gvk, gvkText, isClusterScoped } from "./id.ts";
import { BUILT_IN_SCHEMA, type MergeSchema, type MergeType } from "./merge-schema.ts";

/** What a build knows of kinds: the built-in ones, and those that an `openapi` file describes. */
export class Kinds implements MergeSchema {
  #isChosen = false;
  #hasBuiltIn = true;
  #types: ReadonlyMap<string, MergeType> = new Map();
  #scopes: ReadonlyMap<string, boolean> = new Map();
  #isUsed = false;

  /** Whether kustomize is certain that this kind stands outside of any namespace. */
  isClusterScoped(gvk: Gvk): boolean {
    this.#isUsed = true;
    return isClusterScoped(gvk) || this.#scopes.get(gvkText(gvk)) === false;
  }

  typeOf(gvk: Gvk): MergeType | undefined {
    return this.#types.get(gvkText(gvk)) ?? (this.#hasBuiltIn ? BUILT_IN_SCHEMA.typeOf(gvk) : undefined);
  }

  /** Whether a folder has chosen a schema already: the first choice counts for the whole build. */
  get isChosen(): boolean {
    return this.#isChosen;
  }

  /** Chooses the built-in schema for the whole build. */
  chooseBuiltIn(): void {
    this.#isChosen = true;
  }

  /** Takes a schema of the repository's own instead of the built-in one, which only stays where it was used before. */
  choose(types: ReadonlyMap<string, MergeType>, scopes: ReadonlyMap<string, boolean>): void {
    this.#isChosen = true;
    this.#hasBuiltIn = this.#isUsed;
    this.#types = types;
    this.#scopes = scopes;
  }
}
