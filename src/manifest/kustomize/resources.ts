import type { Place } from "../yaml/node.ts";
import { idText, isSameId, keyOf, type ResourceId } from "./id.ts";
import { refuse } from "./refused.ts";
import type { Resource } from "./resource.ts";

/** The resources of a build in the order in which they came; no two have the same id. */
export class Resources {
  #list: readonly Resource[] = [];
  #ids: readonly ResourceId[] = [];
  #keys = new Set<string>();

  /** All of them that still are there. */
  get all(): readonly Resource[] {
    return this.#list;
  }

  /** Adds resources at the end; one whose id is there already is refused. */
  add(resources: readonly Resource[], because?: Place): void {
    const keys = this.#currentKeys();
    for (const resource of resources) {
      const key = keyOf(resource.id);
      if (keys.has(key)) {
        const message = `may not add resource with an already registered id: ${idText(resource.id)}`;
        refuse("DUPLICATE_ID", message, because ?? resource.place);
      }
      keys.add(key);
    }
    this.#list = [...this.#list, ...resources];
    this.#ids = this.#list.map(({ id }) => id);
  }

  #currentKeys(): Set<string> {
    const ids = this.#list.map(({ id }) => id);
    const isSame = ids.length === this.#ids.length && ids.every((id, at) => id === this.#ids[at]);
    if (!isSame) this.#keys = new Set(ids.map(keyOf));
    return this.#keys;
  }

  /** Refuses two resources that have come to have the same id. */
  checkIds(because: Place): void {
    const list = this.#list;
    this.#list = [];
    this.add(list, because);
  }

  /** Puts a resource in another's place. */
  replace(old: Resource, resource: Resource): void {
    this.#list = this.#list.map((other) => (other === old ? resource : other));
  }

  /** Keeps those for which this is true. */
  keep(isKept: (resource: Resource) => boolean): void {
    this.#list = this.#list.filter(isKept);
  }

  /** Puts them in another order. */
  sort(compare: (a: Resource, b: Resource) => number): void {
    this.#list = this.#list.toSorted(compare);
  }

  /** Drops what patches have deleted or emptied. */
  dropEmpty(): void {
    if (this.#list.some(isGone)) this.keep((resource) => !isGone(resource));
  }

  /** Those of which the id they have or one they had matches. */
  matching(matches: (id: ResourceId) => boolean): readonly Resource[] {
    return this.#list.filter(
      (resource) => !isGone(resource) && (resource.previousIds.some(matches) || matches(resource.id)),
    );
  }

  /** The one resource that has or had this id; none or several are refused. */
  one(id: ResourceId, because: Place): Resource {
    const found = this.matching((other) => isSameId(other, id));
    const [resource] = found;
    if (resource !== undefined && found.length === 1) return resource;
    const matches = found.length === 0 ? "no matches" : "multiple matches";
    const target = idText(id);
    const message = `${matches} for Id ${target}; failed to find unique target for patch ${target}`;
    return refuse(found.length === 0 ? "NO_TARGET" : "SEVERAL_TARGETS", message, because);
  }
}

function isGone({ node }: Resource): boolean {
  return node === undefined || node.entries.length === 0;
}
