import { groupOf, type ObjectRef, refOf, refText } from "../../signal/object.ts";
import type { FactDraft } from "../hypothesis.ts";
import type { Lookup } from "../lookup.ts";
import { listAt, textAt } from "../read.ts";
import { citeFound } from "../telling.ts";

/**
 * That Flux keeps an object in its inventory, so that it was applied and somebody deleted it since; undefined where no
 * Kustomization says so (`status.inventory.entries[].id`: `<namespace>_<name>_<group>_<kind>`).
 */
export function appliedOnce(lookup: Lookup, ref: ObjectRef): FactDraft | undefined {
  const id = inventoryId(ref);
  const holder = lookup
    .all("kustomize.toolkit.fluxcd.io/Kustomization")
    .find((object) => listAt(object, "status", "inventory", "entries").some((entry) => textAt(entry, "id") === id));
  if (holder === undefined) return undefined;
  const text = `${refText(ref)} is in the inventory of ${refText(refOf(holder))}: it was applied, and deleted since`;
  return citeFound("inventory", text, `${refText(refOf(holder))} status.inventory`);
}

// A name may hold a colon (those of roles do), which is written as two underscores.
function inventoryId({ apiVersion, kind, namespace, name }: ObjectRef): string {
  return [namespace ?? "", name.replaceAll(":", "__"), groupOf(apiVersion), kind].join("_");
}
