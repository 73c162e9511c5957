import { describe, expect, test } from "vitest";
import type { World } from "../../src/evidence/world.ts";
import { parseBody } from "../../src/proposal/facts.ts";
import type { ReportedIncident } from "../../src/proposal/report.ts";
import { minute, repository, signal } from "../incident/incidents.ts";
import { cluster, deployment } from "../recovery/worlds.ts";
import type { TwinThread } from "../twins/forge.ts";
import { reportAbout, Story } from "./story.ts";

const before = "images:\n- name: catalog\n  newTag: 2.5.1\n";
const repaired = "images:\n- name: catalog\n  newTag: 2.4.1\n";
const file = "apps/prod/catalog/kustomization.yaml";

/** The report, where another tag is the one to go back to. */
function reportFor(tag: string): ReportedIncident {
  const report = reportAbout("checkout");
  return {
    ...report,
    changes: report.changes.map((change) => ({ ...change, to: `registry.test/shop/catalog:${tag}` })),
    edits: report.edits.map((edit) => ({ ...edit, after: tag })),
  };
}

/** The story up to the open pull request. */
async function proposedStory(): Promise<Story> {
  const story = new Story();
  await story.hear({ ...signal, text: "Pod shop/catalog-1 is not ready" });
  return story;
}

describe("one incident through the pipeline", () => {
  test("an alert becomes one issue and one proposal that says what it is about", async () => {
    const story = await proposedStory();
    expect(story.status()).toBe("proposed");
    const [pull, ...others] = story.pulls() as [TwinThread];
    expect(others).toEqual([]);
    expect(pull).toMatchObject({ title: expect.stringContaining("Deployment/shop/checkout"), pull: { base: "main" } });
    expect(story.fileOf(pull, file)).toBe(repaired);
    expect(parseBody(pull.body)).toMatchObject({ incident: story.key, reverts: null });
    expect(story.forge.repo(repository).checks).toMatchObject([{ name: "oakum/policy", passed: true }]);
    expect(story.issues()).toHaveLength(1);
    expect(story.issues()[0]?.body).toContain("**Status:** Diagnosed.");
    expect(story.issues()[0]?.body).toContain("KubePodNotReady");
  });

  test("merged, applied, healthy and quiet: the issue is closed and both tell how it ended", async () => {
    const story = await proposedStory();
    story.minutes = 5;
    await story.merge(2, { available: 0 });
    expect(story.status()).toBe("applied");
    story.hold({ available: 2 });
    await story.lookAt(9);
    await story.hear({ ...signal, text: "Pod shop/catalog-1 is not ready", endsAt: minute(10) });
    await story.lookAt(14);
    expect(story.status()).toBe("closed");
    expect(story.issues()[0]).toMatchObject({
      isOpen: false,
      body: expect.stringContaining("Recovered 9 min after #2 was merged."),
    });
    expect(story.commentOn(2, "outcome")).toMatch(/merged.*fetched.*applied.*healthy.*quiet/s);
    expect(story.news).toMatchObject([
      { root: "Deployment/shop/checkout", status: "recovered", sentence: "Recovered 9 min after #2 was merged." },
    ]);
    expect(story.store.audit.map(({ kind }) => kind)).toEqual([
      "announced",
      "proposed",
      "merged",
      "recovered",
      "closed",
    ]);
  });

  test("F18: a merge that does not help persists: the issue stays open, and taking back exactly our change is proposed", async () => {
    const story = await proposedStory();
    story.minutes = 5;
    await story.merge(2, { available: 0 });
    story.kim.close(repository, 1);
    await story.lookAt(40);
    expect(story.status()).toBe("persists");
    expect(story.issues()[0]).toMatchObject({ isOpen: true, body: expect.stringContaining("proposed in #3") });
    const revert = story.pulls()[1] as TwinThread;
    expect(revert.title).toMatch(/^Take back #2:/);
    expect(story.fileOf(revert, file)).toContain("newTag: 2.5.1");
    expect(story.commentOn(2, "outcome")).toContain("**It persists.**");
  });

  test("F18: a file that people changed since is not taken back, and it is said", async () => {
    const story = await proposedStory();
    story.minutes = 5;
    await story.merge(2, { available: 0 });
    await story.kim.push(repository, "main", { [file]: repaired.replace("2.4.1", "2.6.0") });
    await story.lookAt(40);
    expect(story.pulls()).toHaveLength(1);
    expect(story.issues()[0]?.body).toContain("It is not taken back");
  });
});

describe("guards", () => {
  test("F1: a thousand repeats of one alert, and a lost ledger, lead to no second issue or proposal", async () => {
    const story = await proposedStory();
    for (let count = 0; count < 1000; count += 1) await story.hear(signal);
    const { incidents } = story.store;
    incidents.clear();
    story.store.steps.clear();
    await story.lookAt(1);
    expect(story.status()).toBe("proposed");
    expect([story.issues().length, story.pulls().length]).toEqual([1, 1]);
  });

  test("F2: open proposals are counted on the forge; the next waits until there is room", async () => {
    const story = new Story();
    story.limits = { ...story.limits, openProposals: 1 };
    story.world = { ...story.world, objects: [...story.world.objects, deployment("search", 0)] };
    await story.lookAt(0);
    expect([story.status("checkout"), story.status("search")].sort()).toEqual(["diagnosed", "proposed"]);
    const waiting = story.status("checkout") === "diagnosed" ? "checkout" : "search";
    story.kim.close(repository, story.pulls()[0]?.number ?? 0);
    await story.lookAt(10);
    expect(story.status(waiting)).toBe("proposed");
  });

  test("a proposal that a person closed is remembered, even by the forge alone", async () => {
    const story = await proposedStory();
    story.kim.close(repository, 2);
    await story.lookAt(11);
    expect(story.status()).toBe("rejected");
    story.store.incidents.clear();
    story.store.steps.clear();
    await story.lookAt(12);
    expect(story.status()).toBe("handed-over");
    expect(story.pulls()).toHaveLength(1);
  });

  test("a person who opens it again takes the no back", async () => {
    const story = await proposedStory();
    story.kim.close(repository, 2);
    await story.lookAt(11);
    expect(story.status()).toBe("rejected");
    story.kim.reopen(repository, 2);
    const reopened = { kind: "pull-reopened", repository, number: 2, branch: "", by: "kim" } as const;
    await story.pipeline().receive("reopened", [reopened]);
    await story.settle();
    expect(story.status()).toBe("proposed");
    expect(story.issues()[0]?.body).toContain("Proposed in #2");
    await story.merge(2, { available: 2 });
    expect(story.status()).toBe("applied");
  });

  test("the base moved under the patch: it looks again before it proposes", async () => {
    const story = new Story();
    story.frozen = story.checkout();
    await story.kim.push(repository, "main", { [file]: "images:\n- name: catalog\n  newTag: 2.5.1\n# by hand\n" });
    await story.lookAt(0);
    expect(story.status()).toBe("diagnosed");
    story.frozen = undefined;
    await story.lookAt(1);
    expect(story.status()).toBe("proposed");
  });

  test("a base that changed in the same place: the proposal is taken back and made anew", async () => {
    const story = await proposedStory();
    await story.kim.push(repository, "main", { [file]: `${before}# by hand\n` });
    await story.push(2);
    expect(story.status()).toBe("proposed");
    const [old, fresh, ...others] = story.pulls();
    expect(others).toEqual([]);
    expect(old).toMatchObject({ number: 2, isOpen: false, labels: ["oakum", "oakum/taken-back"] });
    expect(story.commentOn(2, "superseded")).toContain("can no longer be merged");
    expect(fresh?.isOpen).toBe(true);
    expect(story.fileOf(fresh as TwinThread, file)).toBe(`${repaired}# by hand\n`);
    expect(story.issues()).toMatchObject([{ isOpen: true, body: expect.stringContaining("Proposed in #3") }]);
    await story.lookAt(20);
    expect(story.pulls()).toHaveLength(2);
  });

  test("F3: another change is asked for by now: it takes its place once it lasts, three times a day at most", async () => {
    const story = await proposedStory();
    for (const [at, tag] of [
      [1, "2.3.0"],
      [20, "2.4.1"],
      [40, "2.2.0"],
      [60, "2.1.0"],
    ] as const) {
      const others = story.pulls().length;
      story.rules = () => [reportFor(tag)];
      await story.lookAt(at);
      expect(story.pulls()).toHaveLength(others);
      await story.lookAt(at + 6);
    }
    const open = story.pulls().filter(({ isOpen }) => isOpen);
    expect(open).toHaveLength(1);
    expect(story.pulls()).toHaveLength(3);
    expect(story.store.audit.map(({ kind }) => kind).filter((kind) => kind === "superseded")).toHaveLength(2);
  });

  test("a process that ends between taking back and noting it takes its own closing for no person's no", async () => {
    const story = await proposedStory();
    const incident = story.store.incidents.get(story.key)?.incident;
    if (incident?.status !== "proposed") throw new Error("nothing is proposed");
    await story.forge.proposals.close(incident.pull);
    await story.lookAt(12);
    expect(story.status()).toBe("proposed");
    expect(story.pulls()).toMatchObject([{ isOpen: false }, { isOpen: true }]);
  });

  test("what a person pushed to is theirs: it is left alone, and said so once", async () => {
    const story = await proposedStory();
    const [pull] = story.pulls() as [TwinThread];
    await story.kim.push(repository, pull.pull?.branch ?? "", { [file]: repaired.replace("2.4.1", "2.4.2") });
    story.rules = () => [reportFor("2.3.0")];
    for (const at of [1, 7, 30]) await story.lookAt(at);
    expect(story.status()).toBe("proposed");
    expect(story.pulls()).toMatchObject([{ isOpen: true }]);
    expect(story.commentOn(2, "superseded")).toContain("it is left as it is");
  });

  test("trouble that comes back after its proposal was taken back is proposed again", async () => {
    const story = await proposedStory();
    story.hold({ available: 2 });
    await story.lookAt(2);
    await story.lookAt(8);
    expect(story.pulls()).toMatchObject([{ isOpen: false }]);
    story.hold({ available: 0 });
    await story.lookAt(60);
    expect(story.status()).toBe("proposed");
    expect(story.pulls()).toMatchObject([{ isOpen: false }, { isOpen: true }]);
    expect(story.issues()).toHaveLength(1);
  });

  test("F17: a source that follows a tag is told of, never proposed to", async () => {
    const story = new Story();
    story.world = cluster({ ref: { tag: "v1.2.3" } });
    await story.lookAt(0);
    expect(story.status()).toBe("handed-over");
    expect(story.pulls()).toEqual([]);
  });

  test("storm: many roots at once are one issue; what is left when it calms is taken one by one", async () => {
    const story = new Story();
    const names = Array.from({ length: 40 }, (_, index) => `app-${index}`);
    story.world = { ...story.world, objects: [...story.world.objects, ...names.map((name) => deployment(name, 0))] };
    await story.lookAt(0);
    await story.lookAt(1);
    expect(story.issues().map(({ title }) => title)).toEqual(["Cluster/prod in prod is in trouble"]);
    expect(story.pulls()).toEqual([]);
    story.world = { ...story.world, objects: [...cluster({ available: 2 }).objects, deployment("app-1", 0)] };
    await story.lookAt(2);
    expect(story.status("app-1")).toBe("proposed");
    await story.lookAt(8);
    expect(story.issues()[0]?.isOpen).toBe(false);
  });

  test("F29: ten thousand alerts lead to one look", async () => {
    const story = new Story();
    const storm = Array.from({ length: 10_000 }, (_, index) => ({ ...signal, fingerprint: String(index) }));
    await story.pipeline().hear(storm);
    expect(story.store.waiting.map(({ job }) => job.key)).toEqual(["look"]);
  });

  test("F4: what a person undid after it helped is not proposed again within the week", async () => {
    const story = new Story();
    await story.lookAt(0);
    story.minutes = 5;
    await story.merge(2, { available: 2 });
    await story.lookAt(8);
    await story.lookAt(13);
    expect(story.status()).toBe("closed");
    await story.kim.push(repository, "main", { [file]: repaired.replace("2.4.1", "2.5.1") });
    story.hold({ available: 0 });
    await story.lookAt(60);
    expect(story.status()).toBe("handed-over");
    expect(story.pulls()).toHaveLength(1);
    expect(story.issues()).toMatchObject([
      { isOpen: true, body: expect.stringContaining("The same change was merged in") },
    ]);
  });

  test("trouble that passes before anybody was told leaves nothing behind", async () => {
    const story = new Story();
    story.rules = () => [{ ...reportAbout("checkout"), cause: null, decision: "issue" }];
    await story.lookAt(0);
    story.rules = () => [];
    story.world = cluster({ available: 2 });
    await story.lookAt(1);
    await story.lookAt(7);
    expect(story.status()).toBe("closed");
    expect(story.issues()).toEqual([]);
  });

  test.each<[string, World]>([
    ["nothing was read", { ...cluster({ available: 2 }), objects: [], listed: new Set() }],
    ["the pods could not be listed", { ...cluster({ available: 2 }), listed: new Set(["apps/Deployment"]) }],
    ["no rule speaks, and the root is not well all the same", cluster({ available: 0 })],
  ])("F27: what cannot be read closes nothing: %s", async (_, world) => {
    const story = await proposedStory();
    story.rules = () => [];
    story.world = world;
    await story.lookAt(1);
    await story.lookAt(60);
    expect(story.status()).toBe("proposed");
  });

  test("an open proposal is withdrawn when the trouble went away by itself", async () => {
    const story = await proposedStory();
    story.world = cluster({ available: 2 });
    await story.lookAt(1);
    await story.lookAt(7);
    expect(story.status()).toBe("closed");
    expect(story.pulls()[0]?.isOpen).toBe(false);
    expect(story.commentOn(2, "outcome")).toContain("**Withdrawn.**");
    expect(story.issues()[0]?.isOpen).toBe(false);
  });

  test("a proposal that a person pushed to is left open when it is no longer needed, and told so", async () => {
    const story = await proposedStory();
    await story.kim.push(repository, story.pulls()[0]?.pull?.branch ?? "", { [file]: repaired });
    story.world = cluster({ available: 2 });
    await story.lookAt(1);
    await story.lookAt(7);
    expect(story.pulls()[0]?.isOpen).toBe(true);
    expect(story.commentOn(2, "outcome")).toContain("**No longer needed.**");
  });

  test("trouble that goes away after its change was judged vain is told as that", async () => {
    const story = await proposedStory();
    story.minutes = 5;
    await story.merge(2, { available: 0 });
    await story.lookAt(40);
    story.hold({ available: 2 });
    await story.lookAt(50);
    await story.lookAt(56);
    expect(story.status()).toBe("closed");
    expect(story.commentOn(2, "outcome")).toContain("went away later");
  });

  test("F20: no cause: a person is asked after a while, once; a later cause is proposed", async () => {
    const story = new Story();
    story.rules = () => [
      { ...reportAbout("checkout"), cause: null, decision: "issue", because: "Nothing explains it." },
    ];
    await story.lookAt(0);
    expect(story.issues()).toEqual([]);
    await story.lookAt(5);
    await story.lookAt(6);
    expect(story.status()).toBe("handed-over");
    expect(story.issues()).toHaveLength(1);
    story.rules = () => [reportAbout("checkout")];
    await story.lookAt(7);
    expect(story.status()).toBe("proposed");
  });

  test("F24: commands are taken from people who may push, and answered", async () => {
    const story = await proposedStory();
    await story.comment(1, "/oakum ack", "stranger");
    expect(story.commentOn(1, "commands")).toContain("Only people who may push");
    expect(story.store.incidents.get(story.key)?.incident.acknowledgedAt).toBeNull();
    await story.comment(1, "/oakum ack");
    expect(story.store.incidents.get(story.key)?.incident.acknowledgedAt).toEqual(minute(0));
    await story.comment(2, "/oakum snooze 2d");
    expect(story.store.incidents.get(story.key)?.incident.wakesAt).toEqual(minute(2 * 24 * 60));
    await story.comment(2, "/oakum dance");
    expect(story.commentOn(2, "commands")).toContain("Commands:");
  });
});
