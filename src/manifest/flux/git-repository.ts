import type { Json } from "../../signal/object.ts";
import { valueAt } from "../path.ts";
import { listAt, textAt } from "./fields.ts";
import { repositoryIdentity } from "./repository.ts";

const MADE_BY = "kustomize.toolkit.fluxcd.io";

/** A GitRepository of Flux: where it clones from and what it packs. */
export type GitRepository = {
  /** Null where it is written without one: whoever makes it says which. */
  readonly namespace: string | null;
  readonly name: string;
  readonly url: string;
  /** Host and path of the URL, the same however it is written. */
  readonly identity: string;
  /** The same for all that hand out the same files. */
  readonly revision: string;
  /** Branch, tag, version range or commit, as the spec says. */
  readonly ref: unknown;
  readonly ignore: string | null;
  /** The field by which it packs something beside or instead of the whole repository. */
  readonly limits: string | null;
  /** The Kustomization that made it, where it runs: `namespace/name`. */
  readonly maker: string | null;
  /** The file it is written in; the empty string where only the cluster knows it. */
  readonly file: string;
};

/** Reads a GitRepository; undefined where it names no URL. */
export function readGitRepository(object: Json, file: string): GitRepository | undefined {
  const name = textAt(object, "metadata", "name");
  const url = textAt(object, "spec", "url");
  if (name === null || url === null) return undefined;
  const identity = repositoryIdentity(url);
  const label = (part: string): string => textAt(object, "metadata", "labels", `${MADE_BY}/${part}`) ?? "";
  const ref = valueAt(object, ["spec", "ref"]) ?? null;
  return {
    namespace: textAt(object, "metadata", "namespace"),
    name,
    url,
    identity,
    revision: JSON.stringify([identity, ref]),
    ref,
    ignore: textAt(object, "spec", "ignore"),
    limits: ["include", "sparseCheckout"].find((field) => listAt(object, "spec", field).length > 0) ?? null,
    maker: label("name") === "" ? null : `${label("namespace")}/${label("name")}`,
    file,
  };
}
