import { describe, expect, test } from "vitest";
import type { World } from "../../src/evidence/world.ts";
import { matchSources } from "../../src/proposal/sources.ts";
import type { JsonMap } from "../../src/signal/object.ts";

const fleet = { owner: "larkspur", name: "fleet" };
const configured = [
  { repository: fleet, urls: ["https://github.com/larkspur/fleet", "ssh://git@git.larkspur.test/platform/fleet"] },
];

function worldOf(spec: JsonMap): World {
  const metadata = { name: "fleet", namespace: "flux-system" };
  const objects = [{ apiVersion: "source.toolkit.fluxcd.io/v1", kind: "GitRepository", metadata, spec }];
  return { now: new Date(0), objects, listed: new Set(), logs: new Map(), unknown: [] };
}

const branchOf = (spec: JsonMap): string | undefined => matchSources(worldOf(spec), configured).matched[0]?.branch;

describe("sources", () => {
  test.each([
    "https://github.com/larkspur/fleet",
    "https://github.com/Larkspur/Fleet.git",
    "https://token@github.com/larkspur/fleet/",
    "https://github.com:443/larkspur/fleet",
    "ssh://git@github.com/larkspur/fleet.git",
    "ssh://git@github.com:22/larkspur/fleet.git",
    "git@github.com:larkspur/fleet.git",
    "ssh://git@git.larkspur.test/platform/fleet",
  ])("%s is a configured repository", (url) => {
    expect(branchOf({ url, ref: { branch: "main" } })).toBe("main");
  });

  test.each([
    "https://github.com/larkspur/fleet2",
    "https://github.com/other/fleet",
    "https://example.test/larkspur/fleet",
    "https://github.com:8443/larkspur/fleet",
    "https://example.test/github.com/larkspur/fleet",
  ])("%s is not, and it is said", (url) => {
    const { matched, unmatched } = matchSources(worldOf({ url }), configured);
    expect(matched).toEqual([]);
    expect(unmatched).toEqual([expect.stringMatching(/^GitRepository\/flux-system\/fleet follows .* not among/)]);
  });

  test("a user's name or password in a URL is never repeated", () => {
    const { unmatched } = matchSources(worldOf({ url: "https://kim:secret@example.test/a/b" }), configured);
    expect(unmatched.join()).not.toContain("secret");
  });

  test.each([
    [{ branch: "prod" }, "prod"],
    [{ name: "refs/heads/feature/x" }, "feature/x"],
    [{}, "master"],
    [undefined, "master"],
    [{ branch: "main", tag: "" }, "main"],
    [{ tag: "v1" }, undefined],
    [{ semver: ">=1" }, undefined],
    [{ commit: "abc", branch: "main" }, undefined],
    [{ name: "refs/tags/v1", branch: "main" }, undefined],
    [{ name: "refs/pull/1/head" }, undefined],
  ])("ref %j follows branch %s", (ref: JsonMap | undefined, branch) => {
    expect(branchOf({ url: "https://github.com/larkspur/fleet", ...(ref && { ref }) })).toBe(branch);
  });

  test("a source that follows no branch is told, not proposed to", () => {
    const { unmatched } = matchSources(
      worldOf({ url: "https://github.com/larkspur/fleet", ref: { tag: "v1" } }),
      configured,
    );
    expect(unmatched).toEqual([expect.stringContaining("nothing is proposed")]);
  });
});
