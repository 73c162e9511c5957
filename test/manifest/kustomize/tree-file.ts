/** One small repository in a file of many, the folder that is built, and what real kustomize prints for it. */
export type Story = {
  readonly name: string;
  readonly folder: string;
  readonly files: Readonly<Record<string, string>>;
  /** The YAML, or where and why we refuse what kustomize refuses too. */
  readonly expected: string;
};

/**
 * Reads stories: `=== name [folder]` begins one, `@@ path` a file of it, and `>>>` what `kubectl kustomize` prints, or
 * `!!! ` the refusal in one line.
 */
export function storiesOf(text: string): readonly Story[] {
  return text
    .split(/^=== /m)
    .slice(1)
    .map((story) => {
      const [head = "", rest = ""] = cut(story, "\n");
      const [name = "", folder = ""] = head.split(" ");
      const [tree = "", expected = ""] = rest.includes("\n>>>\n") ? cut(rest, ">>>\n") : cut(rest, "!!! ");
      const files = tree
        .split(/^@@ /m)
        .slice(1)
        .map((file) => cut(file, "\n"));
      return { name, folder, files: Object.fromEntries(files), expected };
    });
}

function cut(text: string, at: string): readonly [string, string] {
  const index = text.indexOf(at);
  return [text.slice(0, index), text.slice(index + at.length)];
}
