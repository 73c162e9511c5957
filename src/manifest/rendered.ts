import type { KubernetesObject, ObjectRef } from "../signal/object.ts";
import type { Origin } from "./origin.ts";
import type { FieldPath } from "./path.ts";

/** One object of a rendering, with the way back to the bytes that set each of its fields. */
export type RenderedObject = {
  readonly ref: ObjectRef;
  /** Made when it is asked for, and not kept forever: two calls may answer two equal objects. */
  readonly object: KubernetesObject;
  /** The origin of the scalar, map or list at this path; undefined where nothing in git says it. */
  readonly originOf: (path: FieldPath) => Origin | undefined;
  /** The document the object began as. */
  readonly origin: Origin;
};

/** What a path renders to, in the order in which kustomize prints it, or why it does not. */
export type Rendering =
  | {
      readonly ok: true;
      readonly objects: readonly RenderedObject[];
      /** Every file that was read. */
      readonly files: ReadonlySet<string>;
    }
  | {
      readonly ok: false;
      readonly refusal: Refusal;
      /** Every file that was read before the refusal. */
      readonly files: ReadonlySet<string>;
    };

/** Why something cannot be rendered or edited: what was expected, what was found, and where. */
export type Refusal = {
  /** Stable and short: `MISSING_FILE`, `MALFORMED_YAML`, `UNSUPPORTED`, … */
  readonly code: string;
  /** One sentence for a person. */
  readonly message: string;
  readonly file?: string;
  /** 1-based, as editors count; the column is in characters. */
  readonly line?: number;
  readonly column?: number;
};
