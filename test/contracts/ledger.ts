import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { State } from "../../src/adapters/database/state.ts";
import type { Incident } from "../../src/incident/incident.ts";
import { announced, found, lived, merged, minute, proposed } from "../incident/incidents.ts";
import { anyText } from "../signal/any-text.ts";

const lives = [lived(found()), lived(found(), announced, proposed), lived(found(), announced, proposed, merged)];

/** An incident of any state with any text, time and labels in it. */
const anyIncident: fc.Arbitrary<Incident> = fc
  .record({
    life: fc.constantFrom(...lives),
    key: fc.uuid(),
    text: anyText(),
    time: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date("9999-12-31") }),
    labels: fc.dictionary(fc.constantFrom("at", "startsAt", "team", "app.kubernetes.io/name", "__proto__"), anyText(), {
      noNullPrototype: true,
    }),
    isOver: fc.boolean(),
  })
  .map(({ life, key, text, time, labels, isOver }) => {
    const [heard] = life.signals;
    if (heard === undefined) throw new Error("Every life begins with a signal");
    const signal = { ...heard, text, startsAt: time, labels, ...(isOver && { endsAt: time }) };
    return { ...life, key, openedAt: time, signals: [signal], reopened: [{ at: time }] };
  });

/** What every ledger does. */
export function ledgerContract(open: () => Promise<State>): void {
  describe("a ledger", () => {
    let state: State;
    beforeAll(async () => {
      state = await open();
    });
    afterAll(() => state.close());
    const newIncident = (status = found()): Incident => ({ ...lived(status), key: crypto.randomUUID() });

    test("gives back exactly the incident it was given", async () => {
      const survives = fc.asyncProperty(anyIncident, async (incident) => {
        expect(await state.ledger.save(incident, 0, [], [])).toBe(true);
        expect(await state.ledger.load(incident.key)).toEqual({ incident, version: 1 });
      });
      await fc.assert(survives, { numRuns: 40 });
    });

    test("knows nothing of an incident it was never given", async () => {
      expect(await state.ledger.load("nobody")).toBeUndefined();
      expect(await state.ledger.events("nobody")).toEqual([]);
    });

    test("refuses a stale version and keeps neither its incident nor its events", async () => {
      const incident = newIncident();
      const event = (kind: string) => ({ kind, at: minute(1), data: { text: "\u0000" } });
      expect(await state.ledger.save(incident, 0, [event("first")], [])).toBe(true);
      expect(await state.ledger.save(incident, 0, [event("second")], [])).toBe(false);
      expect(await state.ledger.save({ ...incident, told: "now" }, 1, [event("third"), event("fourth")], [])).toBe(
        true,
      );
      expect(await state.ledger.save({ ...incident, told: "late" }, 1, [event("fifth")], [])).toBe(false);
      expect(await state.ledger.load(incident.key)).toMatchObject({ incident: { told: "now" }, version: 2 });
      expect(await state.ledger.events(incident.key)).toEqual(["first", "third", "fourth"].map(event));
    });

    test("lets one of many that save the same version win", async () => {
      const incident = newIncident();
      await state.ledger.save(incident, 0, [], []);
      const save = (told: number) => state.ledger.save({ ...incident, told: `${told}` }, 1, [], []);
      const won = await Promise.all([1, 2, 3, 4, 5].map(save));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await state.ledger.load(incident.key)).toMatchObject({
        version: 2,
        incident: { told: `${won.indexOf(true) + 1}` },
      });
    });

    test("lists by status, newest first", async () => {
      const older = newIncident(found(-1000));
      const newer = newIncident(found(-999));
      const other = { ...lived(found(-998), announced), key: crypto.randomUUID() };
      for (const incident of [newer, other, older]) await state.ledger.save(incident, 0, [], []);
      const keys = [older, newer, other].map(({ key }) => key);
      const listed = async (statuses?: readonly Incident["status"][]) =>
        (await state.ledger.list(statuses)).map(({ key }) => key).filter((key) => keys.includes(key));
      expect(await listed()).toEqual([other.key, newer.key, older.key]);
      expect(await listed(["open"])).toEqual([newer.key, older.key]);
      expect(await listed(["open", "diagnosed"])).toEqual([other.key, newer.key, older.key]);
      expect(await listed([])).toEqual([]);
    });

    test("hands out a copy: changing it changes nothing here", async () => {
      const incident = newIncident();
      await state.ledger.save(incident, 0, [], []);
      const loaded = await state.ledger.load(incident.key);
      Object.assign(loaded?.incident ?? {}, { told: "changed" });
      expect(await state.ledger.load(incident.key)).toEqual({ incident, version: 1 });
    });

    test("takes a delivery once, however often and at whatever moment it comes", async () => {
      const id = crypto.randomUUID();
      const taken = await Promise.all([1, 2, 3].map(() => state.ledger.receive(id, [], minute(0))));
      expect(taken.filter(Boolean)).toHaveLength(1);
      expect(await state.ledger.receive(id, [], minute(1))).toBe(false);
    });
  });
}
