import { expect, test } from "vitest";
import { alarmsOf } from "../../src/diagnosis/alarm.ts";
import { openScene } from "../../src/diagnosis/open-scene.ts";
import { rewritten } from "../../src/diagnosis/rules/rewritten.ts";
import { casesOf, materialOf } from "../cases/build/story.ts";
import { COMMITTED, minutesAgo } from "../cases/build/time.ts";
import { REWRITTEN } from "../cases/stories/alerts.ts";

/** What is held of an alert that began so many minutes after the commit that changed when it fires. */
function heldAfter(minutes: number): readonly string[] {
  const [made] = REWRITTEN.filter(({ id }) => id === "alert-fires-too-soon").flatMap(casesOf);
  if (made === undefined) throw new Error("the story is not there any more");
  const { world, checkout, signals } = materialOf(made);
  const scene = openScene(world, checkout.tree, checkout.history);
  const begun = signals.map((signal) => ({ ...signal, startsAt: new Date(minutesAgo(COMMITTED - minutes)) }));
  const [trouble] = alarmsOf(scene.lookup, begun);
  if (trouble === undefined) throw new Error("the alert is no trouble");
  return rewritten.diagnose(scene, trouble).map(({ category }) => category);
}

test.each([
  ["soon after the commit", 15, ["alert_rule"]],
  ["before the commit", -5, []],
  ["two days after the commit", 2 * 24 * 60, []],
])("an alert that began %s", (_, minutes, held) => {
  expect(heldAfter(minutes)).toEqual(held);
});
