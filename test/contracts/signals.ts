import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { State } from "../../src/adapters/database/state.ts";
import { minute, signal } from "../incident/incidents.ts";

/** What every memory of signals does. */
export function signalsContract(open: () => Promise<State>): void {
  describe("signals", () => {
    let state: State;
    beforeAll(async () => {
      state = await open();
    });
    afterAll(() => state.close());
    const heard = async (fingerprint: string) =>
      (await state.signals.heard(minute(100))).filter((known) => known.fingerprint === fingerprint);

    test("the same signal told twice is one, with the newer text", async () => {
      const told = { ...signal, fingerprint: "twice" };
      await state.signals.hear([told], minute(0));
      await state.signals.hear([{ ...told, text: "Two pods are not ready." }], minute(1));
      expect(await heard("twice")).toEqual([{ ...told, text: "Two pods are not ready." }]);
    });

    test("one that ended is told of until the time asked for", async () => {
      await state.signals.hear([{ ...signal, fingerprint: "over", endsAt: minute(100) }], minute(100));
      await state.signals.hear([{ ...signal, fingerprint: "ending", endsAt: minute(101) }], minute(101));
      expect(await heard("over")).toEqual([]);
      expect(await heard("ending")).toEqual([{ ...signal, fingerprint: "ending", endsAt: minute(101) }]);
    });

    test("a signal that fires again after its end fires; late word of the earlier time changes nothing", async () => {
      const first = { ...signal, fingerprint: "again", startsAt: minute(1), endsAt: minute(2) };
      const again = { ...signal, fingerprint: "again", startsAt: minute(3) };
      await state.signals.hear([first], minute(2));
      await state.signals.hear([again], minute(3));
      await state.signals.hear([first], minute(4));
      expect(await heard("again")).toEqual([again]);
    });

    test("the oldest comes first, and equal fingerprints of two sources are two signals", async () => {
      const told = { ...signal, fingerprint: "order" };
      await state.signals.hear([told, { ...told, source: "flux", startsAt: minute(-20) }], minute(0));
      expect((await heard("order")).map(({ source }) => source)).toEqual(["flux", "alertmanager"]);
    });
  });
}
