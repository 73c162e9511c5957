import type { Steps } from "../../ports.ts";
import type { Database } from "./database.ts";
import { beginStep, findStep, settleStep } from "./statements.ts";

/** The steps on a database. */
export function openSteps(database: Database): Steps {
  return {
    begin: async (incident, step, now) => {
      if (await beginStep(database, incident, step, now)) return { is: "begun" };
      const row = await findStep(database, incident, step);
      return row?.settledAt ? { is: "done", result: row.result } : { is: "in-doubt" };
    },
    settle: async (incident, step, result, now) => {
      if (await settleStep(database, { incident, step, result, at: now })) return;
      const row = await findStep(database, incident, step);
      if (row === undefined) throw new Error(`The step ${step} of incident ${incident} is settled but never began`);
    },
  };
}
