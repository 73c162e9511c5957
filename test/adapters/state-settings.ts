import type { StateSettings } from "../../src/adapters/database/state.ts";

/** What tests open a state with: real time, no log. */
export const settings: StateSettings = {
  auditKey: "a key for tests",
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  now: () => new Date(),
};
