import type { OriginWay } from "../origin.ts";
import { asWay, type Mapping, type Place, type Scalar } from "../yaml/node.ts";
import { type Text, textOfPlace, textOfScalar } from "../yaml/text.ts";
import type { Kinds } from "./kinds.ts";
import { type Loader, pathWithin } from "./loader.ts";
import type { MergeSchema } from "./merge-schema.ts";

/** A folder that is being built: its kustomization.yaml and what its steps may look at. */
export class Folder {
  readonly loader: Loader;
  readonly kinds: Kinds;
  /** Relative to the repository's root; the root itself is the empty string. */
  readonly path: string;
  /** The kustomization.yaml, and what it says. */
  readonly file: string;
  readonly kustomization: Mapping;
  /** The folder that named this one. */
  readonly parent: Folder | undefined;

  constructor(parts: Omit<Folder, "pathTo" | "textIn" | "schema">) {
    this.loader = parts.loader;
    this.kinds = parts.kinds;
    this.path = parts.path;
    this.file = parts.file;
    this.kustomization = parts.kustomization;
    this.parent = parts.parent;
  }

  /** How lists of each kind are merged. */
  get schema(): MergeSchema {
    return this.kinds;
  }

  /** The text that a scalar holds, which knows where it stands in the scalar's file. */
  textIn(scalar: Scalar, way: OriginWay): Text {
    const { source } = asWay(scalar, way);
    const bytes = this.loader.bytes(source.file);
    return bytes === undefined ? textOfPlace(scalar, source, scalar.text) : textOfScalar(scalar, source, bytes);
  }

  /** The path that an entry of the kustomization.yaml leads to. */
  pathTo(entry: Scalar | (Place & { readonly text: string })): string {
    return pathWithin(this.path, entry.text, entry);
  }
}
