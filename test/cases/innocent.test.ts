import { describe, expect, it } from "vitest";
import { loadPolicies, OWN_POLICIES } from "../../src/adapters/policy-files.ts";
import { withCharts } from "../../src/pipeline/charted.ts";
import { consider } from "../../src/proposal/consider.ts";
import { readBaseline, worseThan } from "../eval/baseline.ts";
import { grade, type Marks } from "../eval/grade.ts";
import { twinCharts } from "../twins/charts.ts";
import { casesOf, materialOf, type Story } from "./build/story.ts";
import { changed, type Manifest, manifestsOf, nameOf, type Tree } from "./build/tree.ts";
import { STORIES } from "./stories.ts";

// The same incidents with one more commit to the same objects, which has no part in them: what is right stays right.

const POLICIES = loadPolicies(OWN_POLICIES);
const BASELINE = readBaseline(new URL("../eval/baseline.json", import.meta.url).pathname);

const TOLD = STORIES.filter(({ git, bad, innocent }) => git && bad && !innocent);

type Innocent = NonNullable<Story["innocent"]>;

/** The story with a commit that does this to every object that it changes or leaves as it is. */
function beside(story: Story, comes: Innocent["comes"], each: (tree: Tree, object: Manifest) => Tree): Story {
  const { good, bad = good } = story;
  const kept = new Set(manifestsOf(bad).map(nameOf));
  const names = new Set(
    manifestsOf(good)
      .map(nameOf)
      .filter((name) => kept.has(name)),
  );
  const makes = (tree: Tree): Tree =>
    manifestsOf(tree)
      .filter((object) => names.has(nameOf(object)))
      .reduce(each, tree);
  return { ...story, innocent: { comes, makes } };
}

function withNote(tree: Tree, object: Manifest): Tree {
  return changed(tree, nameOf(object), ["metadata", "annotations", "example.test/runbook"], "docs/runbook.md");
}

function withVariable(tree: Tree, object: Manifest): Tree {
  const { spec } = object as { spec?: { template?: { spec?: { containers?: { name: string; env?: unknown[] }[] } } } };
  return (spec?.template?.spec?.containers ?? []).reduce((made, { name, env = [] }) => {
    const path = ["spec", "template", "spec", "containers", name, "env"];
    return changed(made, nameOf(object), path, [...env, { name: "FEATURE_X", value: "on" }]);
  }, tree);
}

async function marksOf(story: Story): Promise<Marks> {
  const [made] = casesOf(story);
  if (made === undefined) throw new Error(`${story.id} has no case`);
  const { world, checkout, signals } = materialOf(made);
  const report = await withCharts(twinCharts(), (charts) =>
    consider({ world, checkout, signals, charts, policies: POLICIES }),
  );
  return grade({ truth: made.truth, world, ...checkout, report, seconds: 0 });
}

describe.each([
  ["a note on every object", "after", withNote, []],
  // Only their order in time speaks there, and it speaks for neither of two.
  ["a variable in every container", "before", withVariable, ["silent-after-a-commit"]],
  [
    "a variable in every container",
    "after",
    withVariable,
    [
      // Its list of variables is the work of both.
      "folder-not-writable",
      "silent-after-a-commit",
      // The refused field was changed by both.
      "told-twice-to-flux",
    ],
  ],
] as const)("%s, %s the change", (_, comes, each, undecided) => {
  it("is not taken for the cause", async () => {
    const marks = await Promise.all(TOLD.map((story) => marksOf(beside(story, comes, each))));
    expect(marks.length).toBeGreaterThan(300);
    expect(marks.filter(({ wrong }) => wrong).map(({ id, why }) => `${id}: ${why.join("; ")}`)).toEqual([]);
    const lost = marks.filter((each) => worseThan(BASELINE, [each]).length > 0);
    expect(lost.map(({ id }) => id)).toEqual(undecided);
  });
});
