import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

// Every known failure of bots of this kind has a guard, and every guard a test that drives it, by the number in its
// title. F25 (what a model costs) waits for a model.
const WAITING = [25];

const TESTS = join(import.meta.dirname, "..");
const TITLE = /\(\s*["'`]((?:F\d+(?:, )?)+): /g;

test("every known failure is named by a test that drives its guard", () => {
  const files = readdirSync(TESTS, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".test.ts"));
  const titles = files.flatMap((name) => [...readFileSync(join(TESTS, name), "utf8").matchAll(TITLE)]);
  const driven = new Set(titles.flatMap(([, numbers = ""]) => numbers.split(", ").map((one) => Number(one.slice(1)))));
  const wanted = Array.from({ length: 30 }, (_, at) => at + 1).filter((number) => !WAITING.includes(number));
  expect([...driven].sort((a, b) => a - b)).toEqual(wanted);
});
