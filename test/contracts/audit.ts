import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { State } from "../../src/adapters/database/state.ts";
import { minute } from "../incident/incidents.ts";

/** What every audit chain and every archive does. */
export function auditContract(open: () => Promise<State>): void {
  describe("the audit chain and the archive", () => {
    let state: State;
    beforeAll(async () => {
      state = await open();
    });
    afterAll(() => state.close());

    test("each entry is chained to the one before and read back as it was written", async () => {
      const incident = crypto.randomUUID();
      const entry = { incident, kind: "decided", at: minute(1), data: { b: [1, "\u0000", null], a: { at: "noon" } } };
      const first = await state.audit.record(entry);
      const second = await state.audit.record({ ...entry, kind: "proposed", data: null });
      const listed = await state.audit.list(incident);
      expect(listed.map(({ id }) => id)).toEqual([first, second]);
      expect(listed[0]).toMatchObject(entry);
      expect(listed[1]).toMatchObject({ kind: "proposed", data: null, previous: listed[0]?.hash });
      expect(await state.audit.read(second)).toEqual(listed[1]);
      expect((await state.audit.list()).slice(-2)).toEqual(listed);
      expect(await state.audit.firstBroken()).toBeUndefined();
    });

    test("many that record at once make one whole chain", async () => {
      const record = (n: number) => state.audit.record({ incident: "many", kind: `${n}`, at: minute(n), data: n });
      const ids = await Promise.all(Array.from({ length: 12 }, (_, n) => record(n)));
      expect(new Set(ids).size).toBe(12);
      expect(await state.audit.firstBroken()).toBeUndefined();
    });

    test.each(["0", "999999", "-1", "1; drop table audit", ""])("there is no entry %j", async (id) => {
      expect(await state.audit.read(id)).toBeUndefined();
    });

    test("a document is kept once under the hash of what it says, whatever the order of its keys", async () => {
      const id = await state.archive.keep({ b: [2, { y: "\u0000 \ud800", x: 1.5 }], a: null });
      expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(await state.archive.keep({ a: null, b: [2, { x: 1.5, y: "\u0000 \ud800" }] })).toBe(id);
      expect(await state.archive.read(id)).toEqual({ a: null, b: [2, { x: 1.5, y: "\u0000 \ud800" }] });
      expect(await state.archive.read("sha256:none")).toBeUndefined();
    });

    test.each([["12"], [12], [null], [true], [[]]])("the document %j is read as what it is", async (document) => {
      expect(await state.archive.read(await state.archive.keep(document))).toStrictEqual(document);
    });
  });
}
