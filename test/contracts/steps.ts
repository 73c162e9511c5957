import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { State } from "../../src/adapters/database/state.ts";
import { minute } from "../incident/incidents.ts";

/** What every record of steps does. */
export function stepsContract(open: () => Promise<State>): void {
  describe("steps", () => {
    let state: State;
    const incident = crypto.randomUUID();
    beforeAll(async () => {
      state = await open();
    });
    afterAll(() => state.close());

    test("a step that began and never settled is in doubt, also after a restart", async () => {
      expect(await state.steps.begin(incident, "open-issue", minute(0))).toEqual({ is: "begun" });
      expect(await state.steps.begin(incident, "open-issue", minute(1))).toEqual({ is: "in-doubt" });
      await state.close();
      state = await open();
      expect(await state.steps.begin(incident, "open-issue", minute(2))).toEqual({ is: "in-doubt" });
    });

    test.each([[{ number: 7, text: "\u0000" }], [null], [false], ["12"]])(
      "a settled step is done with its result %j, the first one given",
      async (result) => {
        const step = `settle ${JSON.stringify(result)}`;
        await state.steps.begin(incident, step, minute(0));
        await state.steps.settle(incident, step, result, minute(1));
        await state.steps.settle(incident, step, "another", minute(2));
        expect(await state.steps.begin(incident, step, minute(3))).toEqual({ is: "done", result });
      },
    );

    test("of many that begin the same step at once, one begins it", async () => {
      const begun = await Promise.all([1, 2, 3, 4].map(() => state.steps.begin(incident, "race", minute(0))));
      expect(begun.map(({ is }) => is).sort()).toEqual(["begun", "in-doubt", "in-doubt", "in-doubt"]);
    });

    test("settling what never began is a bug", async () => {
      await expect(state.steps.settle(incident, "never", null, minute(0))).rejects.toThrow(/never began/);
    });
  });
}
