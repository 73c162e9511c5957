import { describe, expect, test } from "vitest";
import type { World } from "../../src/evidence/world.ts";
import type { LifeEvent } from "../../src/incident/event.ts";
import { evolve } from "../../src/incident/evolve.ts";
import { LIMITS } from "../../src/incident/limits.ts";
import { type Judgement, judgeRecovery } from "../../src/recovery/judge.ts";
import { commitsOnTheWay, observe, type Sight } from "../../src/recovery/observation.ts";
import type { KubernetesObject } from "../../src/signal/object.ts";
import { announced, checkout, found, lived, merged, minute, proposed, signal } from "../incident/incidents.ts";
import { cluster, NEW } from "./worlds.ts";

const mergedLife = lived(found(), announced, proposed, merged);

function judge(world: World, now: number, sight: Partial<Sight> = {}, before = mergedLife): Judgement {
  if (before.status !== "merged" && before.status !== "applied") throw new Error("It is not merged");
  const seen = observe(before, {
    world,
    finding: null,
    heard: [],
    containing: new Set([NEW]),
    now: minute(now),
    ...sight,
  });
  return judgeRecovery(before, seen, LIMITS);
}

const linksOf = ({ links }: Judgement): string =>
  links.map(({ link, at }) => `${link} ${at.toISOString().slice(11, 16)}`).join(", ");

/** The incident after looks at these minutes at these worlds. */
function looked(...looks: readonly (readonly [number, World])[]) {
  return looks.reduce((incident, [now, world]) => {
    const event: LifeEvent = { kind: "linked", at: minute(now), links: judge(world, now, {}, incident).links };
    return evolve(incident, event);
  }, mergedLife);
}

const applied = { artifact: NEW, applied: NEW };

describe("the chain from merge to recovery", () => {
  test("each link is a fact with its own time, and none comes before the one ahead of it", () => {
    expect(linksOf(judge(cluster({ available: 2 }), 6))).toBe("merged 12:05");
    expect(linksOf(judge(cluster({ artifact: NEW, available: 2 }), 6))).toBe("merged 12:05, fetched 12:06");
    expect(linksOf(judge(cluster(applied), 8))).toBe("merged 12:05, fetched 12:06, applied 12:07");
    const healthy = judge(cluster({ ...applied, available: 2 }), 9);
    expect(healthy).toMatchObject({ is: "waiting", because: "It is healthy; it has to stay so for a while." });
    expect(linksOf(healthy)).toBe("merged 12:05, fetched 12:06, applied 12:07, healthy 12:09");
  });

  test("F19: healthy and quiet for the whole window is recovered; one bad look begins the window again", () => {
    const well = cluster({ ...applied, available: 2 });
    const steady = looked([9, well]);
    expect(judge(well, 13.9, {}, steady).is).toBe("waiting");
    expect(judge(well, 14, {}, steady).is).toBe("recovered");
    const shaken = looked([9, well], [10, cluster(applied)], [12, well]);
    expect(judge(well, 14, {}, shaken).is).toBe("waiting");
    expect(judge(well, 17, {}, shaken).is).toBe("recovered");
  });

  test("an alert that still fires, or a rule that still speaks, keeps it from being recovered", () => {
    const well = cluster({ ...applied, available: 2 });
    expect(judge(well, 14, { heard: [signal] }, looked([9, well]))).toMatchObject({
      is: "waiting",
      because: "It is healthy, but KubePodNotReady still fires.",
    });
    expect(judge(well, 14, { heard: [{ ...signal, endsAt: minute(12) }] }, looked([9, well])).is).toBe("recovered");
    const ofAnother = { ...signal, fingerprint: "0123456789abcdef" };
    expect(judge(well, 14, { heard: [ofAnother] }, looked([9, well])).is).toBe("recovered");
    const finding = { category: "image_ref", because: "Restore the tag." };
    expect(linksOf(judge(well, 14, { finding }, looked([9, well])))).toMatch(/applied 12:07$/);
  });

  test("a merge that Flux applied while other health checks still run counts as applied", () => {
    const world = cluster({ artifact: NEW, attempted: NEW, ready: { status: "False", reason: "HealthCheckFailed" } });
    expect(linksOf(judge(world, 8))).toMatch(/applied 12:07$/);
    const earlier = cluster({ artifact: NEW, ready: { status: "False", reason: "HealthCheckFailed" } });
    expect(linksOf(judge(earlier, 8))).toBe("merged 12:05, fetched 12:06");
  });

  test("an object that does not say which generation its status is of is taken at its word", () => {
    const world = cluster(applied);
    const [root, ...others] = world.objects;
    const well = { ...root, status: { replicas: 2, updatedReplicas: 2, availableReplicas: 2 } } as KubernetesObject;
    expect(linksOf(judge({ ...world, objects: [well, ...others] }, 9))).toMatch(/healthy 12:09$/);
  });

  test("a time from before the merge, or from the future, is not when it was applied", () => {
    for (const lastTransitionTime of [minute(2), minute(30)].map((time) => time.toISOString()))
      expect(linksOf(judge(cluster({ ...applied, ready: { lastTransitionTime } }), 8))).toMatch(/applied 12:08$/);
  });

  test("a revision that contains the merge counts as much as the merge itself", () => {
    const later = "c".repeat(40);
    const world = cluster({ artifact: later, applied: later });
    expect(commitsOnTheWay(world, checkout)).toEqual([later]);
    expect(linksOf(judge(world, 8, { containing: new Set([later]) }))).toMatch(/applied/);
    expect(linksOf(judge(world, 8))).toBe("merged 12:05");
  });
});

describe("what does not recover", () => {
  // 12:07 applied, 15 minutes window, 10 minutes until Flux looks again by itself.
  const end = 7 + 15 + 10;
  const same = { category: "image_ref", because: "The tag cannot be pulled." };

  test("persists only after the window and one whole interval of Flux, and asks to be taken back", () => {
    const life = looked([8, cluster(applied)]);
    expect(judge(cluster(applied), end - 0.1, { finding: same }, life).is).toBe("waiting");
    expect(judge(cluster(applied), end, { finding: same }, life)).toMatchObject({
      is: "persists",
      because: "The trouble is still here: The tag cannot be pulled.",
      revert: { is: "wanted" },
    });
  });

  test("what is not well without any rule knowing why is asked to be taken back too", () => {
    expect(judge(cluster(applied), end, {}, looked([8, cluster(applied)]))).toMatchObject({
      is: "persists",
      because: expect.stringContaining("It is not healthy yet: Deployment/shop/checkout"),
      revert: { is: "wanted" },
    });
  });

  test.each([
    ["another cause shows", applied, { category: "oom_limit", because: "x" }, /mended is gone/],
    ["Flux never applied it", { artifact: NEW }, same, /never applied/],
    ["its Kustomization is suspended", { ...applied, suspend: true }, same, /never applied/],
  ])("when %s, the change is not taken back", (_, held, finding, because) => {
    expect(judge(cluster(held), 60, { finding })).toMatchObject({
      is: "persists",
      revert: { is: "not-asked", because: expect.stringMatching(because) },
    });
  });

  test("what cannot be read concludes nothing", () => {
    const world = cluster(applied);
    const blind = { ...world, listed: new Set<string>(), objects: world.objects.slice(1) };
    expect(judge(blind, 500, {}, looked([8, cluster(applied)])).is).toBe("waiting");
  });
});
