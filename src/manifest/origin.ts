/** How the bytes of an origin came to set a field of a rendered object. */
export type OriginWay =
  | "resource"
  | "patch"
  | "json-patch"
  | "images"
  | "replicas"
  | "namespace"
  | "name-prefix"
  | "name-suffix"
  | "label"
  | "annotation"
  | "generator"
  | "name-reference"
  | "replacement"
  | "var"
  | "substitution"
  | "values"
  | "chart"
  | "flux";

/**
 * The bytes in git that set one field: `start` and `end` are byte offsets in `file`. Where a field was set more than
 * once (base, then overlay), `behind` leads to what it replaced.
 */
export type Origin = {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly way: OriginWay;
  readonly behind?: Origin;
  /** The variables in the bytes, where the way is a substitution. */
  readonly variables?: readonly VariableUse[];
};

/** A variable that a field's bytes speak of, and where in git its value stands; null where git does not say it. */
export type VariableUse = {
  readonly name: string;
  readonly origin: Origin | null;
  /** A value that nobody here knows, a Secret's for one: something else stands for it. */
  readonly isOpaque: boolean;
};
