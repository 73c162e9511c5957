import { beforeAll, describe, expect, test } from "vitest";
import { type Diagnosis, diagnose, type Held } from "../../src/diagnosis/diagnose.ts";
import { openScene } from "../../src/diagnosis/open-scene.ts";
import { RULES } from "../../src/diagnosis/rules.ts";
import { withCharts } from "../../src/pipeline/charted.ts";
import { twinCharts } from "../twins/charts.ts";
import { type Case, casesOf, materialOf, type Story } from "./build/story.ts";
import { STORIES } from "./stories.ts";

// For every rule: the fault is there and it speaks, the fault is gone and it is silent, something looks like the fault
// and it is silent.

async function heldIn(made: Case): Promise<readonly Held[]> {
  const { world, checkout, signals } = materialOf(made);
  let found: readonly Diagnosis[] = [];
  await withCharts(twinCharts(), (charts) => {
    const scene = openScene(world, checkout.tree, checkout.history, charts);
    found = diagnose(scene, signals);
    return { version: 1, incidents: [], healthy: true, unknown: scene.manifests.unknown };
  });
  return found.flatMap(({ hypotheses }) => hypotheses);
}

/** The story as it would be told had nothing gone wrong; none where what git says was wrong from the first. */
function mended({ bad, fates, cluster, ...story }: Story): readonly Case[] {
  if ([bad, fates, cluster, story.alerts].every((part) => part === undefined)) return [];
  const charted = story.charted && { good: story.charted.good, bad: story.charted.good };
  return casesOf({ ...story, alerts: [], ...(charted === undefined ? {} : { charted }) }).slice(0, 1);
}

const TOLD = new Map(STORIES.map((story) => [story, casesOf(story)]));
const HELD = new Map<string, readonly Held[]>();
const MENDED = new Map<Story, readonly Held[]>();

beforeAll(async () => {
  for (const [story, cases] of TOLD) {
    for (const made of cases) HELD.set(made.truth.id, await heldIn(made));
    for (const made of mended(story)) MENDED.set(story, await heldIn(made));
  }
});

describe.each(RULES.map((rule) => [rule.name, rule] as const))("%s", (name, rule) => {
  const own = (): readonly Held[] => [...HELD.values()].flat().filter((held) => held.rule === name);
  const speaksIn = (held: readonly Held[] = []): boolean => held.some((each) => each.rule === name);

  test("speaks of its fault, in its categories, with facts that were found, and says what would show it wrong", () => {
    expect(own().length).toBeGreaterThan(0);
    for (const { category, sentence, cites, wrongIf } of own()) {
      expect(rule.categories).toContain(category);
      expect(sentence).not.toBe("");
      expect(cites.some(({ verdict }) => verdict === "FOUND")).toBe(true);
      expect(wrongIf).not.toBe("");
    }
  });

  test("asks for nothing that it does not announce", () => {
    const asked = own().flatMap(({ advice }) => (advice.is === "change" ? advice.intents.map(({ kind }) => kind) : []));
    expect([...new Set(asked)].filter((kind) => !(kind in rule.asksFor))).toEqual([]);
  });

  test("is silent where its fault is taken out of the same story", () => {
    const spoke = [...TOLD].flatMap(([story, cases]) =>
      cases.some(({ truth }) => speaksIn(HELD.get(truth.id))) ? [story] : [],
    );
    expect(spoke.some((story) => MENDED.has(story))).toBe(true);
    expect(spoke.filter((story) => speaksIn(MENDED.get(story))).map(({ id }) => id)).toEqual([]);
  });

  test("is silent where something only looks like its fault", () => {
    const alike = [...TOLD].flatMap(([{ resembles = [] }, cases]) => (resembles.includes(name) ? cases : []));
    expect(alike.length).toBeGreaterThan(0);
    const fooled = alike.filter(({ truth }) => speaksIn(HELD.get(truth.id)));
    expect(fooled.map(({ truth }) => truth.id)).toEqual([]);
  });
});

test("a story resembles only rules that there are", () => {
  const names = new Set(RULES.map(({ name }) => name));
  expect(STORIES.flatMap(({ resembles = [] }) => resembles.filter((name) => !names.has(name)))).toEqual([]);
});

test.each([
  ["silent-after-a-commit", 0.5],
  ["silent-after-two-changes", 0.6],
])("F10: %s is held with no more than %d", (id, most) => {
  const [best] = HELD.get(id) ?? [];
  expect(best?.confidence).toBeGreaterThan(0);
  expect(best?.confidence).toBeLessThanOrEqual(most);
});
