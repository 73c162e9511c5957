import { type Document, isScalar, parseAllDocuments, visit } from "yaml";

/** An object that a file declares, as far as its bytes say: a namespace is often added only when rendered. */
export type Declared = {
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string;
  /** What it stands for whatever its name: the chart and images of a release, a source's address, the path that is built. */
  readonly gist: string | null;
};

const MAX_BYTES = 1_000_000;

const known = new WeakMap<Uint8Array, readonly Declared[]>();

/** The objects that a file's documents declare; none where the file is no YAML, or too large to be written by hand. */
export function declaredIn(bytes: Uint8Array | null): readonly Declared[] {
  if (bytes === null || bytes.length > MAX_BYTES) return [];
  const found = known.get(bytes) ?? read(new TextDecoder().decode(bytes));
  known.set(bytes, found);
  return found;
}

function read(text: string): readonly Declared[] {
  if (!/^\s*"?kind"?:/m.test(text)) return [];
  const documents = parseAllDocuments(text, { logLevel: "silent", uniqueKeys: false });
  return [...documents].flatMap((document) => {
    const kind = document.getIn(["kind"]);
    const name = document.getIn(["metadata", "name"]);
    const namespace = document.getIn(["metadata", "namespace"]);
    if (typeof kind !== "string" || typeof name !== "string") return [];
    return [{ kind, name, namespace: typeof namespace === "string" ? namespace : null, gist: gistOf(document) }];
  });
}

function gistOf(document: Document): string | null {
  const said = (...path: readonly string[]): string | undefined => {
    const value = document.getIn(["spec", ...path]);
    return typeof value === "string" ? value : undefined;
  };
  const chart = said("chart", "spec", "chart") ?? said("chartRef", "name");
  if (chart !== undefined) return [chart, ...imagesIn(document)].join(" ");
  return (said("url") ?? said("path"))?.replace(/^\.\/|\/+$/g, "") ?? null;
}

// One chart may serve many releases: what they run tells them apart.
function imagesIn(document: Document): readonly string[] {
  const images = new Set<string>();
  visit(document, {
    Pair: (_, { key, value }) => {
      const isImage = isScalar(key) && (key.value === "repository" || key.value === "image");
      if (isImage && isScalar(value)) images.add(String(value.value));
    },
  });
  return [...images].toSorted();
}
