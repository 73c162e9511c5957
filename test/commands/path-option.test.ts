import { expect, test } from "vitest";
import { pathOption } from "../../src/commands/path-option.ts";

test("a path is seen from where the command runs, and none at all is not taken for here", () => {
  expect(pathOption("/work", "--repo", "fleet")).toBe("/work/fleet");
  expect(() => pathOption("/work", "--snapshot", "")).toThrow(/Expected a path behind --snapshot, found nothing/);
});
