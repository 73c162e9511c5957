import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildFolder, printYaml } from "../../../src/manifest/kustomize/render.ts";
import { treeOf } from "../../../src/manifest/tree.ts";
import { type Story, storiesOf } from "./tree-file.ts";

const FOLDER = join(import.meta.dirname, "trees");

function built({ files, folder }: Story): string {
  const found = buildFolder(treeOf(files), folder);
  if (found.ok) return printYaml(found.objects);
  const { file, line, column, message } = found.refusal;
  return `${[file, line, column].filter((part) => part !== undefined).join(":")}: ${message}\n`;
}

for (const file of readdirSync(FOLDER)) {
  describe(`kustomize's own answers about ${file.replace(/\.txt$/, "")}`, () => {
    const stories = storiesOf(readFileSync(join(FOLDER, file), "utf8"));
    test.each(stories.map((story) => [story.name, story] as const))("%s", (_, story) => {
      expect(built(story)).toBe(story.expected);
    });
  });
}

// Generators keep the bytes of a file as they are; of everything else kustomize says the same (compared with kubectl).
test("lines that end as Windows ends them change nothing", () => {
  const stories = readdirSync(FOLDER)
    .flatMap((file) => storiesOf(readFileSync(join(FOLDER, file), "utf8")))
    .filter(({ files }) => !Object.values(files).some((text) => /Generator/.test(text)));
  for (const story of stories) {
    const files = Object.entries(story.files).map(([path, text]) => [path, text.replaceAll("\n", "\r\n")]);
    expect(built({ ...story, files: Object.fromEntries(files) }), story.name).toBe(story.expected);
  }
});
