import { describe, expect, test } from "vitest";
import type { World } from "../../src/evidence/world.ts";
import { branchesOf, sightingsOf, type View } from "../../src/proposal/sighting.ts";
import { matchSources } from "../../src/proposal/sources.ts";
import type { KubernetesObject } from "../../src/signal/object.ts";
import { checkout } from "../incident/incidents.ts";
import { cluster } from "../recovery/worlds.ts";
import { reported } from "./reported.ts";

const fleet = { repository: { owner: "larkspur", name: "fleet" }, urls: ["https://github.com/larkspur/fleet"] };
const other = { repository: { owner: "larkspur", name: "other" }, urls: ["https://github.com/larkspur/other"] };

/** The fleet's cluster with a second GitRepository beside. */
function world(url: string, ref: object = { branch: "prod" }): World {
  const source = {
    apiVersion: "source.toolkit.fluxcd.io/v1",
    kind: "GitRepository",
    metadata: { name: "other", namespace: "flux-system" },
    spec: { url, ref },
  };
  const base = cluster({});
  return { ...base, objects: [...base.objects, source as KubernetesObject] };
}

function view({ repository }: typeof fleet, branch: string, because: string): View {
  const incidents = [{ ...reported, root: checkout, because }];
  return {
    source: { repository, branch },
    revision: `${branch}1`,
    report: { version: 1, incidents, healthy: false, unknown: [] },
  };
}

describe("sightings", () => {
  const seen = world("https://github.com/larkspur/other");
  const sources = matchSources(seen, [fleet, other]);

  test("a root is told by the branch that Flux makes it from, once", () => {
    expect(branchesOf(sources).map(({ branch }) => branch)).toEqual(["main", "prod"]);
    const views = [view(other, "prod", "from elsewhere"), view(fleet, "main", "from its own")];
    expect(sightingsOf(views, sources, seen)).toMatchObject([
      { reported: { because: "from its own" }, ground: { usable: true, branch: "main", revision: "main1" } },
    ]);
  });

  test("no other branch speaks for one that could not be read", () => {
    expect(sightingsOf([view(other, "prod", "from elsewhere")], sources, seen)).toEqual([]);
  });

  test("what comes from a source that matches nothing is told, and not to be mended elsewhere", () => {
    const unknown = matchSources(seen, [other]);
    expect(sightingsOf([view(other, "prod", "x")], unknown, seen)).toMatchObject([
      { ground: { usable: false, because: expect.stringContaining("GitRepository/flux-system/fleet follows") } },
    ]);
  });
});
