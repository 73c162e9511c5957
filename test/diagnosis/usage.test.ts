import { describe, expect, test } from "vitest";
import { consider } from "../../src/proposal/consider.ts";
import type { ReportedIncident } from "../../src/proposal/report.ts";
import { killedByProbe, outOfMemory } from "../cases/build/fates.ts";
import { casesOf, materialOf, type Story } from "../cases/build/story.ts";
import { changed } from "../cases/build/tree.ts";
import type { Usage } from "../cases/build/usage.ts";
import { inContainer, SHOP } from "../cases/stories/shop.ts";

const CATALOG = "Deployment/shop/catalog";
const MEBIBYTE = 2 ** 20;
const MEMORY = inContainer("catalog", "resources.limits.memory");
const CPU = inContainer("catalog", "resources.limits.cpu");
const TOO_LATE = 'Get "http://10.244.1.7:8080/healthz": context deadline exceeded';

const answer = { expected: "issue", category: [], roots: [] } as const;
const story = { id: "usage", tells: "", good: SHOP, git: answer };
const memoryCut: Story = {
  ...story,
  bad: changed(SHOP, CATALOG, MEMORY, "128Mi"),
  fates: { [CATALOG]: outOfMemory() },
};
const memoryAsEver: Story = { ...story, fates: { [CATALOG]: outOfMemory() } };
const cpu = (before: string, now: string): Story => ({
  ...story,
  good: changed(SHOP, CATALOG, CPU, before),
  bad: changed(SHOP, CATALOG, CPU, now),
  fates: { [CATALOG]: killedByProbe("Liveness", TOO_LATE) },
});

function reportOf(told: Story, metrics?: Usage): ReportedIncident {
  const [made] = casesOf(metrics === undefined ? told : { ...told, metrics });
  if (made === undefined) throw new Error("The story has no case");
  const [incident] = consider(materialOf(made)).incidents;
  if (incident === undefined) throw new Error("Nothing is wrong");
  return incident;
}

const measured = ({ facts }: ReportedIncident) => facts.filter(({ kind }) => kind === "metric");

describe("a memory limit that a commit cut", () => {
  const bare = reportOf(memoryCut);

  test("is the cause without any metrics, and surer where more was used before", () => {
    expect(bare).toMatchObject({ decision: "propose", cause: { category: "oom_limit" } });
    expect(measured(bare)).toEqual([]);
    const used = reportOf(memoryCut, { "memory-working-set before": 190 * MEBIBYTE });
    expect(used.decision).toBe("propose");
    expect(used.confidence).toBeGreaterThanOrEqual(bare.confidence);
    expect(measured(used)[0]).toMatchObject({
      verdict: "FOUND",
      text: "catalog used up to 190Mi in the three days before, and may use 128Mi now",
      source: "metrics memory-working-set v1 of shop/catalog, before its pods were made",
    });
  });

  test("is not, where what was used before fits twice", () => {
    const used = reportOf(memoryCut, { "memory-working-set before": 63 * MEBIBYTE });
    expect(used).toMatchObject({ decision: "issue", causedBy: null, intent: null });
    expect(used.confidence).toBeLessThanOrEqual(0.6);
    expect(used.because).toBe(
      "Find out why catalog is killed: what it used before, 63Mi, fits twice into what it may use now.",
    );
    // Just too much to be sure.
    expect(reportOf(memoryCut, { "memory-working-set before": 65 * MEBIBYTE }).decision).toBe("propose");
  });

  test("nothing follows from what was seen for a few hours only", () => {
    const lately = (minute: number): number => (minute > 3 * 24 * 60 - 300 ? 40 * MEBIBYTE : Number.NaN);
    expect(reportOf(memoryCut, { "memory-working-set before": lately }).decision).toBe("propose");
  });

  test("nothing follows from what was seen only after the cut, of a container that is killed at once", () => {
    const [made] = casesOf({ ...memoryCut, metrics: { "memory-working-set before": 40 * MEBIBYTE } });
    if (made === undefined) throw new Error("The story has no case");
    const { checkout, ...material } = materialOf(made);
    const { history } = checkout;
    const decisionAt = (at: string): string | undefined => {
      const commits = history.known
        ? history.commits.map((commit, index) => (index === 0 ? { ...commit, at } : commit))
        : [];
      const known = history.known ? { ...history, commits } : history;
      return consider({ ...material, checkout: { ...checkout, history: known } }).incidents[0]?.decision;
    };
    expect(decisionAt("2026-11-20T09:00:00Z")).toBe("issue");
    expect(decisionAt("2026-11-17T12:00:00Z")).toBe("propose");
  });

  test("nothing follows from what is unknown, and it is shown", () => {
    const unknown = reportOf(memoryCut, {});
    expect(unknown).toMatchObject({ decision: bare.decision, confidence: bare.confidence, because: bare.because });
    expect(measured(unknown).map(({ verdict }) => verdict)).toEqual(["UNKNOWN", "UNKNOWN", "UNKNOWN", "UNKNOWN"]);
  });

  test("a server that tells of another limit is not believed, whatever it says", () => {
    const other = reportOf(memoryCut, {
      "memory-working-set before": 40 * MEBIBYTE,
      "memory-limit since": 512 * MEBIBYTE,
    });
    expect(other.decision).toBe("propose");
    expect(measured(other).map(({ verdict, text }) => [verdict, text.replace(/.*\(/, "")])).toEqual([
      ["UNKNOWN", "the metrics server tells of another limit than the pods have, so it may watch another cluster)"],
    ]);
  });

  test("is not, where the container was restarted as often before", () => {
    // Seven restarts in 25 minutes are some four hundred a day.
    expect(reportOf(memoryCut, { "restarts before": 100 }).decision).toBe("propose");
    const often = reportOf(memoryCut, { "restarts before": 250 });
    expect(often).toMatchObject({ decision: "issue", causedBy: null });
    expect(often.because).toContain("it was restarted up to 250 times a day before, too");
  });

  test("is undone although the program leaks as well: it lived with the limit before", () => {
    const climb = (minute: number): number => (60 + (minute % 25) * 3) * MEBIBYTE;
    const used = { "memory-working-set before": 200 * MEBIBYTE, "memory-working-set since": climb };
    expect(reportOf(memoryCut, used).decision).toBe("propose");
  });
});

describe("a memory limit that nobody changed", () => {
  const bare = reportOf(memoryAsEver);

  test("is the cause, and surer where the container came near it", () => {
    const near = reportOf(memoryAsEver, { "memory-working-set since": 250 * MEBIBYTE });
    expect(near.cause?.category).toBe("oom_limit");
    expect(near.confidence).toBeGreaterThan(bare.confidence);
    expect(near.because).toBe(bare.because);
  });

  test("is in doubt where no sample comes near it", () => {
    const far = reportOf(memoryAsEver, { "memory-working-set since": 50 * MEBIBYTE });
    expect(far.confidence).toBeLessThanOrEqual(0.6);
    expect(far.because).toContain("no sample of its memory comes near the limit");
  });

  test("is not to be raised where the program gives nothing back", () => {
    const leak = (minute: number): number => (60 + ((minute % 400) * 195) / 400) * MEBIBYTE;
    expect(reportOf(memoryAsEver, { "memory-working-set since": leak }).because).toContain(
      "more of it only puts the next kill off",
    );
    const flat = (minute: number): number => (minute % 2 === 0 ? 250 : 240) * MEBIBYTE;
    expect(reportOf(memoryAsEver, { "memory-working-set since": flat }).because).toBe(bare.because);
  });
});

describe("a probe that times out", () => {
  const cut = cpu("500m", "50m");
  const bare = reportOf(cut);

  test("a cut CPU limit is the cause without any metrics, and surer where the program waits", () => {
    expect(bare).toMatchObject({ decision: "propose", cause: { category: "cpu_limit" } });
    const waits = reportOf(cut, { "cpu-throttled since": 0.8, "cpu-throttled before": 0.02, "cpu-usage before": 0.3 });
    expect(waits).toMatchObject({ decision: "propose", cause: { category: "cpu_limit" } });
    expect(waits.confidence).toBeGreaterThan(bare.confidence);
    expect(
      measured(waits)
        .map(({ text }) => text)
        .slice(0, 1),
    ).toEqual(["catalog waited for CPU in 80 % of the scheduler's periods since its pod was made, and in 2 % before"]);
  });

  test("a cut CPU limit is not, where the program hardly waits", () => {
    const calm = reportOf(cut, { "cpu-throttled since": 0.01 });
    expect(calm).toMatchObject({ decision: "issue", causedBy: null });
    expect(calm.because).toBe("Find out why catalog answers too late: it hardly ever waits for CPU.");
    expect(reportOf(cut, { "cpu-throttled since": 0.2 }).decision).toBe("propose");
  });

  test("a CPU limit that was raised is not the cause, whatever metrics say", () => {
    for (const metrics of [undefined, { "cpu-throttled since": 0.9 }])
      expect(reportOf(cpu("50m", "500m"), metrics).decision).not.toBe("propose");
  });

  test("waiting for CPU is the cause where nobody changed anything, the probe where it does not wait", () => {
    const asEver = cpu("100m", "100m");
    const categoryOf = (metrics?: Usage): string | undefined => reportOf(asEver, metrics).cause?.category;
    expect(categoryOf()).toBe("probe");
    expect(categoryOf({ "cpu-throttled since": 0.8 })).toBe("cpu_limit");
    expect(categoryOf({ "cpu-throttled since": 0.4 })).toBe("probe");
  });
});
