import { describe, expect, test } from "vitest";
import type { LifeEvent } from "../../src/incident/event.ts";
import type { Incident } from "../../src/incident/incident.ts";
import { LIMITS } from "../../src/incident/limits.ts";
import { nextStep, type Step } from "../../src/incident/next-step.ts";
import {
  announced,
  found,
  issue,
  lived,
  merged,
  minute,
  persisted,
  proposed,
  pull,
  recovered,
  recoveredLife,
  told,
} from "./incidents.ts";

function given(first: ReturnType<typeof found>, ...events: readonly LifeEvent[]) {
  const incident = lived(first, ...events);
  return {
    at: (now: number) => ({ next: (step: Step) => expect(nextStep(incident, minute(now), LIMITS)).toEqual(step) }),
    is: (status: Incident["status"]) => expect(incident.status).toBe(status),
  };
}

const handOver = (because: unknown): Step => ({ do: "hand-over", because: because as string });
const wait = (until: number | null): Step => ({ do: "wait", until: until === null ? null : minute(until) });
const missed = (at: number): LifeEvent => ({ kind: "missed", at: minute(at) });

describe("one incident from finding to recovery", () => {
  test("a finding is announced, proposed, and its fate asked for when it is due", () => {
    given(found()).at(0).next({ do: "announce" });
    given(found(), announced, told("rejected"), proposed).at(1).next({ do: "tell", tale: "proposed: #2" });
    given(found(), announced).at(0).next({ do: "propose" });
    given(found(), announced, proposed).at(10).next(wait(11));
    given(found(), announced, proposed).at(11).next({ do: "ask-fate" });
  });

  test("news of the pull request asks for its fate at once", () => {
    const stirred: LifeEvent = { kind: "stirred", at: minute(3) };
    given(found(), announced, proposed, stirred).at(3).next({ do: "ask-fate" });
  });

  test("a merge is not the end: the chain of recovery decides", () => {
    const merging = [announced, proposed, merged] as const;
    given(found(), ...merging, missed(6))
      .at(60)
      .next(wait(null));
    given(found(), ...merging, recovered)
      .at(9)
      .next({ do: "tell", tale: "recovered" });
    given(found(), ...merging, recovered, told("recovered"))
      .at(9)
      .next({ do: "close", sentence: "Recovered 4 min after #2 was merged." });
    given(found(), ...recoveredLife(0))
      .at(10)
      .next(wait(null));
  });

  test("a change that did not help is asked to be taken back, then told", () => {
    const life = [announced, proposed, merged, persisted] as const;
    given(found(), ...life)
      .at(20)
      .next({ do: "revert" });
    const settled: LifeEvent = { kind: "revert-settled", at: minute(20), revert: { is: "not-asked", because: "x" } };
    given(found(), ...life, settled)
      .at(20)
      .next({ do: "tell", tale: "persists: not-asked" });
  });
});

describe("guards", () => {
  test("duplicate: the same trouble told again changes nothing", () => {
    const once = lived(found(), announced);
    const twice = lived(found(), announced, found(1), found(2));
    expect(twice).toEqual({ ...once });
  });

  test("a decision for a person is handed over with its sentence, and told once", () => {
    const asIssue = found(0, { decision: "issue", proposalKey: null, because: "Raise the quota." });
    given(asIssue, announced).at(0).next(handOver("Raise the quota."));
    const handedOver: LifeEvent = { kind: "handed-over", at: minute(0), because: "Raise the quota." };
    given(asIssue, announced, handedOver)
      .at(0)
      .next(wait(24 * 60));
  });

  test("F20: back-off: without a cause nobody is called before patience ends", () => {
    const puzzled = found(0, { cause: null, decision: "issue", proposalKey: null });
    given(puzzled).at(0).next(wait(5));
    given(puzzled, found(4, { cause: null }))
      .at(4)
      .next(wait(5));
    given(puzzled, found(5, { cause: null }))
      .at(5)
      .next({ do: "announce" });
    given(puzzled, found(1)).at(1).next({ do: "announce" });
  });

  test("resolved by itself: only after staying away, and silently when nobody was told", () => {
    given(found(), missed(1)).at(5.9).next(wait(6));
    given(found(), missed(1)).at(6).next({ do: "resolve" });
    given(found(), missed(1), { kind: "resolved", at: minute(6) })
      .at(6)
      .next({ do: "close", sentence: "The trouble went away without a change of ours." });
    given(found(), announced, missed(1), found(3)).at(7).next({ do: "propose" });
  });

  test("an open proposal is withdrawn when the trouble went away", () => {
    const open = [announced, proposed] as const;
    given(found(), ...open, missed(2))
      .at(7)
      .next({ do: "withdraw" });
    given(found(), ...open, missed(2), { kind: "withdrawn", at: minute(7) })
      .at(7)
      .next({ do: "tell", tale: "resolved-by-itself" });
  });

  test("rejected: a proposal that a person closed is not asked for again, another may be", () => {
    const declined = [announced, proposed, { kind: "declined", at: minute(3) } as const] as const;
    given(found(), ...declined)
      .at(3)
      .next({ do: "tell", tale: "rejected" });
    given(found(), ...declined, told("rejected"), found(4)).is("rejected");
    given(found(), ...declined, told("rejected"), found(4, { proposalKey: "k2" }))
      .at(4)
      .next({ do: "propose" });
    const back = [...declined, told("rejected"), found(4, { proposalKey: "k2" }), found(5)] as const;
    given(found(), ...back)
      .at(5)
      .next(handOver(expect.stringContaining("#2")));
  });

  test("recurrence within seven days: the same fix is not repeated", () => {
    const week = 7 * 24 * 60;
    const again = (at: number) => given(found(), ...recoveredLife(0), found(at), { ...announced, at: minute(at) });
    again(week)
      .at(week)
      .next(handOver(expect.stringContaining("merged in #2")));
    again(week + 10)
      .at(week + 10)
      .next({ do: "propose" });
  });

  test("flapping: the third return within a day goes to a person with its history", () => {
    const returns = [60, 120, 180].flatMap((at): LifeEvent[] => {
      const shift = (event: LifeEvent): LifeEvent => ({ ...event, at: minute(at + 10) });
      const gone: LifeEvent[] = [missed(at + 1), { kind: "resolved", at: minute(at + 9) }, told("resolved-by-itself")];
      return [
        found(at),
        { ...announced, at: minute(at) },
        ...gone,
        shift({ kind: "closed", at: minute(0), sentence: "" }),
      ];
    });
    const life = [...recoveredLife(0), ...returns.slice(0, -4)];
    given(found(0, { proposalKey: "k0" }), ...life)
      .at(180)
      .next(handOver(expect.stringMatching(/came back 3 times \(2026-11-21T13:00.*T14:00.*T15:00/)));
  });

  test("F26: ineffective chain: two merged proposals that did not help are enough", () => {
    const vain = [announced, proposed, merged, persisted] as const;
    const over: LifeEvent[] = [
      { kind: "resolved", at: minute(30) },
      { kind: "closed", at: minute(30), sentence: "" },
    ];
    const second = { ...proposed, proposalKey: "k2", pull: { ...pull, number: 5 } };
    const life = [...vain, ...over, found(31, { proposalKey: "k2" }), announced, second, ...vain.slice(2), ...over];
    given(found(), ...life, found(40, { proposalKey: "k3" }), announced)
      .at(40)
      .next(handOver("2 proposals were merged (#2, #5) and the trouble is still here: a person should look."));
  });

  test("F26: three proposals a day: the next waits", () => {
    const declined = (number: number, at: number): LifeEvent[] => [
      { ...proposed, proposalKey: `k${number}`, pull: { ...pull, number } },
      { kind: "declined", at: minute(at) },
      told("rejected"),
      found(at, { proposalKey: `k${number + 1}` }),
    ];
    const life = [announced, ...declined(2, 10), ...declined(3, 20)];
    given(found(), ...life)
      .at(30)
      .next({ do: "propose" });
    given(found(), ...life, ...declined(4, 30))
      .at(30)
      .next(wait(24 * 60 + 10));
  });

  test("snoozed: nothing is proposed before it wakes", () => {
    const snoozed: LifeEvent = { kind: "snoozed", at: minute(0), wakesAt: minute(90) };
    given(found(), announced, snoozed).at(1).next(wait(90));
    given(found(), announced, snoozed).at(90).next({ do: "propose" });
  });

  test("escalation: once, after a day, unless a person looks after it", () => {
    const life = [
      announced,
      { kind: "handed-over", at: minute(0), because: "b" },
      told("handed-over: b"),
    ] as LifeEvent[];
    const day = 24 * 60;
    given(found(), ...life)
      .at(day)
      .next({ do: "escalate" });
    given(found(), ...life, { kind: "escalated", at: minute(day) })
      .at(2 * day)
      .next(wait(null));
    given(found(), ...life, { kind: "acknowledged", at: minute(1) })
      .at(day)
      .next(wait(null));
    given(found(), ...life, { kind: "snoozed", at: minute(1), wakesAt: minute(day + 5) })
      .at(day)
      .next(wait(day + 5));
  });

  test("reopened: the issue and what was learned stay, what was said of the old trouble goes", () => {
    const again = lived(found(), ...recoveredLife(0), found(60));
    expect(again).toMatchObject({ status: "open", issue, told: null, reopened: [{ at: minute(60) }] });
    expect(again.past).toEqual([
      { key: "k1", rule: "image-tag-missing", intent: "restore-fields", number: 2, fate: "helped", at: minute(9) },
    ]);
  });
});
