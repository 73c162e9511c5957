import type { Document, ParsedNode, ScalarTag } from "yaml";
import { parseAllDocuments } from "yaml";
import { resolveScalar } from "./scalar.ts";

// Every plain scalar goes through our own reading; a tag written in the file (`!!int`) is looked up by its name.
const NAMED_TAGS = ["int", "float", "bool", "null", "timestamp", "binary"];

const plain: ScalarTag = {
  tag: "tag:yaml.org,2002:plain",
  default: true,
  test: /^/,
  resolve: (text) => resolveScalar(text, "PLAIN").value,
};

const named: ScalarTag[] = NAMED_TAGS.map((name) => ({
  tag: `tag:yaml.org,2002:${name}`,
  resolve: (text, onError) => {
    const { value, flaw } = resolveScalar(text, "PLAIN", `!!${name}`);
    if (flaw !== undefined) onError(flaw);
    return value;
  },
}));

/** The documents of a file, each with its source ranges, whose values are read as Kubernetes reads them. */
export function parseDocuments(text: string): Document.Parsed<ParsedNode>[] {
  const documents = parseAllDocuments(text, {
    schema: "failsafe",
    customTags: (tags) => [...tags, ...named, plain],
    merge: true,
    logLevel: "silent",
  });
  // An empty stream comes back as an empty list with properties of its own.
  return Array.isArray(documents) ? [...documents] : [];
}
