import type { Origin, OriginWay } from "./origin.ts";
import type { FileTree } from "./tree.ts";
import { positionAt } from "./yaml/text.ts";

/** An origin as editors count: line and column 1-based, the column in characters. */
export type OriginPosition = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly start: number;
  readonly end: number;
  readonly way: OriginWay;
  readonly behind?: OriginPosition;
  readonly variables?: readonly VariablePosition[];
};

/** A variable in an origin's bytes, and where its value stands; null where git does not say it. */
type VariablePosition = {
  readonly name: string;
  readonly isOpaque: boolean;
  readonly origin: OriginPosition | null;
};

/** Says where an origin stands in the files of a tree. */
export function originPosition(tree: FileTree, origin: Origin): OriginPosition {
  const { file, start, end, way, behind, variables } = origin;
  const bytes = tree.read(file);
  const { line, column } = bytes === undefined ? { line: 1, column: 1 } : positionAt(bytes, start);
  return {
    ...{ file, line, column, start, end, way },
    ...(behind === undefined ? {} : { behind: originPosition(tree, behind) }),
    ...(variables === undefined
      ? {}
      : {
          variables: variables.map(({ name, isOpaque, origin: value }) => ({
            name,
            isOpaque,
            origin: value && originPosition(tree, value),
          })),
        }),
  };
}

/** The bytes of one line (1-based) of a file; undefined where the file has no such line. */
export function bytesOfLine(
  bytes: Uint8Array,
  line: number,
): { readonly start: number; readonly end: number } | undefined {
  let start = 0;
  for (let at = 1; at < line; at++) {
    const next = bytes.indexOf(10, start);
    if (next < 0) return undefined;
    start = next + 1;
  }
  const end = bytes.indexOf(10, start);
  return line < 1 || start >= bytes.length ? undefined : { start, end: end < 0 ? bytes.length : end };
}

const WAYS: Readonly<Record<OriginWay, string>> = {
  resource: "resource",
  patch: "patch",
  "json-patch": "JSON patch",
  images: "images entry",
  replicas: "replicas entry",
  namespace: "namespace",
  "name-prefix": "name prefix",
  "name-suffix": "name suffix",
  label: "label",
  annotation: "annotation",
  generator: "generator",
  "name-reference": "name reference",
  replacement: "replacement",
  var: "var",
  substitution: "substitution",
  values: "values path",
  chart: "chart template",
  flux: "Flux Kustomization",
};

/** The position as compilers print it, and how its bytes came to set the field. */
export function positionText({ file, line, column, way }: OriginPosition): string {
  return `${file}:${line}:${column} (${WAYS[way]})`;
}
