import fc from "fast-check";
import { expect, test } from "vitest";
import type { LifeEvent } from "../../src/incident/event.ts";
import { evolve } from "../../src/incident/evolve.ts";
import type { Incident } from "../../src/incident/incident.ts";
import { LIMITS } from "../../src/incident/limits.ts";
import { nextStep, type Step } from "../../src/incident/next-step.ts";
import { incidentFromJson, incidentToJson } from "../../src/incident/stored.ts";
import { found, issue, lived, minute, pull } from "./incidents.ts";

/** Chance: what a person, the forge or the cluster makes of a moment. */
type Chance = { readonly minutes: number; readonly outside: number; readonly fate: number; readonly key: number };

const chances = fc.array(
  fc.record({
    minutes: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 12_000 })),
    outside: fc.integer({ min: 0, max: 11 }),
    fate: fc.integer({ min: 0, max: 2 }),
    key: fc.integer({ min: 1, max: 2 }),
  }),
  { minLength: 1, maxLength: 80 },
);

const LIVE = 30;

/** What the shell would do for a step, where the forge answers as chance has it. */
function done(incident: Incident, step: Exclude<Step, { do: "wait" }>, at: Date, { fate }: Chance): LifeEvent {
  switch (step.do) {
    case "announce":
      return { kind: "announced", at, issue };
    case "propose": {
      const key = incident.finding.proposalKey ?? "";
      const number = 2 + incident.past.length;
      return {
        kind: "proposed",
        at,
        proposalKey: key,
        pull: { ...pull, number },
        dueAt: new Date(at.getTime() + LIMITS.fatePoll),
      };
    }
    case "ask-fate":
      if (fate === 0) return { kind: "merged", at, commit: "c", mergedAt: at };
      return fate === 1
        ? { kind: "declined", at }
        : {
            kind: "still-open",
            at,
            dueAt: new Date(at.getTime() + LIMITS.fatePoll),
            conflicts: at.getTime() % 2 === 0,
          };
    case "supersede":
      return fate === 0 ? { kind: "left-alone", at } : { kind: "superseded", at };
    case "withdraw":
      return fate === 0
        ? { kind: "merged", at, commit: "c", mergedAt: at }
        : { kind: fate === 1 ? "withdrawn" : "resolved", at };
    case "revert":
      return { kind: "revert-settled", at, revert: { is: "not-asked", because: "x" } };
    case "escalate":
      return { kind: "escalated", at };
    case "resolve":
      return { kind: "resolved", at };
    case "hand-over":
      return { kind: "handed-over", at, because: step.because };
    case "tell":
      return { kind: "told", at, told: step.tale };
    case "close":
      return { kind: "closed", at, sentence: step.sentence };
  }
}

/** What a look or a person says at a moment; undefined where nothing is said. */
function heard({ status }: Incident, at: Date, { outside, key, fate }: Chance): LifeEvent | undefined {
  const isMerged = status === "merged" || status === "applied";
  if (isMerged && outside < 4) return { kind: "recovered", at };
  if (isMerged && outside < 6) return { kind: "persisted", at, because: "b", revert: { is: "wanted" } };
  if (outside < 4)
    return {
      ...found(),
      at,
      finding: { ...found().finding, proposalKey: `k${key}`, decision: fate === 0 ? "issue" : "propose" },
    };
  if (outside < 7) return { kind: "missed", at };
  if (outside === 7) return { kind: "stirred", at };
  if (outside === 8) return { kind: "snoozed", at, wakesAt: new Date(at.getTime() + 3_600_000) };
  return outside === 9 ? { kind: "acknowledged", at } : undefined;
}

/** Takes every step that is due; a life that never comes to rest is a loop. */
function settle(incident: Incident, at: Date, chance: Chance, seen: LifeEvent[]): Incident {
  let settled = incident;
  for (let count = 0; count < LIVE; count += 1) {
    const step = nextStep(settled, at, LIMITS);
    if (step.do === "wait") return settled;
    const event = done(settled, step, at, chance);
    seen.push(event);
    settled = evolve(settled, event);
  }
  throw new Error(`${LIVE} steps and no rest in ${settled.status}`);
}

/** Everything that was done in a life that chance leads. */
function live(walk: readonly Chance[]): readonly LifeEvent[] {
  const seen: LifeEvent[] = [];
  let now = 0;
  let incident = lived(found());
  for (const chance of walk) {
    now += chance.minutes;
    const event = heard(incident, minute(now), chance);
    incident = settle(event === undefined ? incident : evolve(incident, event), minute(now), chance, seen);
    expect(incidentFromJson(incidentToJson(incident))).toEqual(incident);
  }
  return seen;
}

/** One proposal at a time, and none that a person closed before. */
function expectManners(seen: readonly LifeEvent[]): void {
  const refused = new Set<string>();
  let open: string | undefined;
  for (const event of seen) {
    if (event.kind === "proposed") {
      expect(open).toBeUndefined();
      expect(refused).not.toContain(event.proposalKey);
      open = event.proposalKey;
    }
    if (event.kind === "declined" && open !== undefined) refused.add(open);
    if (["declined", "merged", "withdrawn", "superseded", "resolved"].includes(event.kind)) open = undefined;
  }
}

test("whatever happens when, a life comes to rest, survives storing, and asks for no change that was refused", () => {
  fc.assert(
    fc.property(chances, (walk) => expectManners(live(walk))),
    { numRuns: 500 },
  );
});
