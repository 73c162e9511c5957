import { expect, test } from "vitest";
import { introducingCommit } from "../../src/diagnosis/flux/past.ts";
import { historyOf } from "./commits.ts";

const LIST = "apps/kustomization.yaml";
const bringing = (...before: readonly string[]) =>
  introducingCommit(
    historyOf({ [LIST]: [before[0] ?? null, "resources:\n  - quota.yaml\n"] }, { [LIST]: [null, before[0] ?? null] }),
    new Set([LIST]),
    "quota.yaml",
  )?.subject;

test("a commit brings what it wrote, and what it took out of a comment", () => {
  expect(bringing("resources:\n  - web.yaml\n")).toBe("change 2");
  expect(bringing("resources:\n  # - quota.yaml\n")).toBe("change 2");
});

test("what stood there before was brought by an earlier one, whatever is said beside it", () => {
  expect(bringing("resources:\n  - quota.yaml # for all\n")).toBe("change 1");
});
