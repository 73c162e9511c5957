import { describe, expect, test } from "vitest";
import { confidenceOf } from "../../src/diagnosis/confidence.ts";
import { Intent } from "../../src/diagnosis/intent.ts";
import { mayPropose } from "../../src/incident/guards.ts";
import type { Incident } from "../../src/incident/incident.ts";
import { incidentKey } from "../../src/incident/key.ts";
import { LIMITS } from "../../src/incident/limits.ts";
import { proposalKey } from "../../src/proposal/key.ts";
import { judgeOpening } from "../../src/proposal/opening.ts";
import type { ReportedIncident } from "../../src/proposal/report.ts";
import { announced, checkout, found, lived, minute, pull, repository, signal } from "../incident/incidents.ts";
import { reportAbout, Story } from "../pipeline/story.ts";
import { reported } from "../proposal/reported.ts";

// What is known to go wrong with bots of this kind (F1 to F30), as far as nothing else drives its guard: the numbers
// stand in the titles of the tests that do, and test/house/guards.test.ts keeps the list.

describe("one pull request, written once", () => {
  test("F3: whatever later looks say, an open proposal gets no second commit and no second comment", async () => {
    const story = new Story();
    await story.hear(signal);
    const before = structuredClone(story.pulls());
    const { commits } = story.forge.repo(repository);
    const written = [commits.size, story.forge.writes()];
    for (let look = 1; look <= 100; look += 1) {
      story.rules = () => [otherChange(look)];
      await story.lookAt(look / 60);
    }
    expect(story.pulls()).toEqual(before);
    expect([commits.size, story.forge.writes()]).toEqual(written);
  });

  test("F5: a second bot that remembers nothing takes up what the first one opened", async () => {
    const story = new Story();
    await story.hear(signal);
    const other = Object.assign(new Story(), { forge: story.forge });
    await other.lookAt(1);
    expect(other.status()).toBe("proposed");
    expect([story.issues().length, story.pulls().length]).toEqual([1, 1]);
  });
});

function otherChange(look: number): ReportedIncident {
  const one = reportAbout("checkout");
  const edits = one.edits.map((edit) => ({ ...edit, after: `2.4.${look}` }));
  return {
    ...one,
    edits,
    because: `Restore the tag 2.4.${look}.`,
    changes: one.changes.map((each) => ({ ...each, to: `${look}` })),
  };
}

describe("identity", () => {
  test("F6: no text that an alert, a log or a model wrote is part of a key", () => {
    const texts = { because: "Otherwise.", signals: [], hypotheses: [], facts: [], confidence: 0.7 };
    const cause = {
      ...reported.cause,
      rule: "image-tag-missing",
      category: "image_ref",
      sentence: "Otherwise.",
    } as const;
    expect(proposalKey({ ...reported, ...texts, cause, patch: "otherwise" })).toBe(proposalKey(reported));
    expect(incidentKey("prod", { ...checkout, apiVersion: "apps/v1beta1" })).toBe(incidentKey("prod", checkout));
  });

  test("F6: another object, another file, another value and another cluster are something else", () => {
    const [change, edit] = [reported.changes[0], reported.edits[0]];
    if (change === undefined || edit === undefined) throw new Error("The report has no change");
    const others: readonly Partial<ReportedIncident>[] = [
      { root: checkout },
      { edits: [{ ...edit, file: "other.yaml" }] },
      { changes: [{ ...change, to: "registry.test/shop/catalog:2.4.0" }] },
      { intent: { kind: "set-image" } },
    ];
    const keys = [reported, ...others.map((other) => ({ ...reported, ...other }))].map(proposalKey);
    expect(new Set(keys).size).toBe(keys.length);
    expect(incidentKey("staging", checkout)).not.toBe(incidentKey("prod", checkout));
  });
});

describe("what may be asked for", () => {
  const restore = { kind: "restore-fields", object: checkout, fields: [{ path: ["spec"], to: 1 }], commit: "c0ffee" };

  test("F7: an intent is an entry of the catalogue, and has no room for a path, a patch or a command", () => {
    expect(Intent.safeParse(restore).success).toBe(true);
    for (const more of [{ file: "apps/a.yaml" }, { patch: "--- a" }, { kind: "run" }, { fields: [] }, { object: "x" }])
      expect(Intent.safeParse({ ...restore, ...more }).success).toBe(false);
  });

  test("F10: an order in time alone is never sure enough, nor is what facts speak against", () => {
    const prior = { right: 99, wrong: 1 };
    expect(confidenceOf({ prior, supports: 9 })).toBeGreaterThan(0.9);
    expect(confidenceOf({ prior, supports: 9, onlyTime: true })).toBe(0.5);
    expect(confidenceOf({ prior, supports: 9, contradicts: 1 })).toBe(0.6);
  });
});

describe("F21: each limit holds from its very moment on, and not a moment before", () => {
  const now = minute(0);
  const ago = (milliseconds: number): Date => new Date(now.getTime() - milliseconds);
  const may = (change: Partial<Incident>): string =>
    mayPropose({ ...lived(found(), announced), ...change } as Incident, now, LIMITS).may;
  const times = (count: number, at: Date) => Array.from({ length: count }, () => ({ at }));
  const past = (count: number, fate: string, at: Date, key = "another") =>
    Array.from({ length: count }, () => ({ key, rule: "r", intent: null, number: 1, fate, at })) as Incident["past"];
  const day = LIMITS.flappingWindow;

  test.each<[string, Partial<Incident>, string]>([
    ["came back twice", { reopened: times(LIMITS.flaps - 1, now) }, "yes"],
    ["came back three times", { reopened: times(LIMITS.flaps, now) }, "no"],
    ["the third time a day ago", { reopened: times(LIMITS.flaps, ago(day)) }, "yes"],
    ["the third time just within a day", { reopened: times(LIMITS.flaps, ago(day - 1)) }, "no"],
    ["the same merged within the week", { past: past(1, "helped", ago(LIMITS.recurrenceWindow - 1), "k1") }, "no"],
    ["the same merged a week ago", { past: past(1, "helped", ago(LIMITS.recurrenceWindow), "k1") }, "yes"],
    ["the same closed by a person, ever", { past: past(1, "rejected", ago(99 * day), "k1") }, "no"],
    ["the same withdrawn", { past: past(1, "withdrawn", now, "k1") }, "yes"],
    ["one in vain", { past: past(LIMITS.vainProposals - 1, "did-not-help", ago(9 * day)) }, "yes"],
    ["two in vain", { past: past(LIMITS.vainProposals, "did-not-help", ago(9 * day)) }, "no"],
    ["two today", { past: past(LIMITS.proposalsPerDay - 1, "helped", now) }, "yes"],
    ["three today", { past: past(LIMITS.proposalsPerDay, "helped", now) }, "later"],
    ["three a day ago", { past: past(LIMITS.proposalsPerDay, "helped", ago(day)) }, "yes"],
    ["snoozed until now", { wakesAt: now }, "yes"],
    ["snoozed for a moment more", { wakesAt: ago(-1) }, "later"],
  ])("%s", (_, change, answer) => {
    expect(may(change)).toBe(answer);
  });

  test.each([
    [LIMITS.recurrenceWindow - 1, "refused"],
    [LIMITS.recurrenceWindow, "next-attempt"],
  ])("merged on the forge %d ms ago: %s", (milliseconds, is) => {
    const fate = { is: "merged", at: ago(milliseconds) } as const;
    expect(judgeOpening([{ pull, fate }], now, LIMITS).is).toBe(is);
  });
});
