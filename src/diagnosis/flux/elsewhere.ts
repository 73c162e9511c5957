import { kindKey, type ObjectRef } from "../../signal/object.ts";
import type { Basis, Resolution } from "../reference/resolution.ts";
import type { Scene } from "../scene.ts";

const BY_NAME: ReadonlySet<Basis> = new Set(["nearest-name", "family-name"]);

/**
 * What a name was meant for that nothing has in the namespace where it is looked for: the only object of that kind and
 * name, in another namespace. Where a commit took away what was named, that commit tells more.
 */
export function inOtherNamespace({ lookup }: Scene, missing: ObjectRef, byName: Resolution): Resolution {
  const isTold = byName.commit !== null || (byName.is === "follow" && !BY_NAME.has(byName.basis));
  if (isTold || !lookup.isListed(kindKey(missing))) return byName;
  const [only, ...others] = lookup.all(kindKey(missing)).filter(({ metadata }) => metadata.name === missing.name);
  const namespace = only?.metadata.namespace;
  if (namespace === undefined || namespace === missing.namespace || others.length > 0) return byName;
  return { is: "follow", to: missing.name, namespace, basis: "other-namespace", commit: null };
}
