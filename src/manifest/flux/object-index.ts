import { groupOf, type ObjectRef } from "../../signal/object.ts";
import type { RenderedObject, Rendering } from "../rendered.ts";
import type { FluxKustomization } from "./kustomization.ts";

/** One object as one Kustomization renders it. */
export type FoundObject = { readonly kustomization: FluxKustomization; readonly rendered: RenderedObject };

/** What names an object; without an apiVersion those of every group are meant. */
export type Wanted = Omit<ObjectRef, "apiVersion"> & { readonly apiVersion?: string };

/** Finds objects by what names them, in the order of the Kustomizations that render them. */
export class ObjectIndex {
  readonly #found = new Map<string, FoundObject[]>();

  constructor(all: readonly { readonly kustomization: FluxKustomization; readonly rendering: Rendering }[]) {
    // What is applied to another cluster is none of this one's objects, whoever applies it.
    for (const { kustomization, rendering } of all.toSorted((a, b) => remoteness(a) - remoteness(b))) {
      for (const rendered of rendering.ok ? rendering.objects : []) this.#add({ kustomization, rendered });
    }
  }

  #add(found: FoundObject): void {
    const key = keyOf(found.rendered.ref);
    const others = this.#found.get(key);
    if (others === undefined) this.#found.set(key, [found]);
    else others.push(found);
  }

  /** Every rendering of this object. An object that says no namespace lands in `default` or, cluster-wide, in none. */
  find({ apiVersion, kind, namespace, name }: Wanted): readonly FoundObject[] {
    const group = apiVersion && groupOf(apiVersion);
    return (this.#found.get(keyOf({ kind, name })) ?? []).filter(({ rendered: { ref } }) => {
      if (group !== undefined && groupOf(ref.apiVersion) !== group) return false;
      return namespace === null || (ref.namespace ?? "default") === namespace;
    });
  }
}

function remoteness({ kustomization }: { readonly kustomization: FluxKustomization }): number {
  return Number(kustomization.spec.isRemote);
}

function keyOf({ kind, name }: Pick<ObjectRef, "kind" | "name">): string {
  return `${kind.toLowerCase()}/${name}`;
}
