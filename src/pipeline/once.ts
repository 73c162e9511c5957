import type { Incident } from "../incident/incident.ts";
import { asJson } from "./documents.ts";
import type { Outside } from "./outside.ts";

/**
 * Does a step with an effect outside once in a life of an incident: recorded as begun before, settled after. `act` looks
 * for what an interrupted attempt left before it makes anything, and answers undefined where it made nothing.
 */
export async function once<T>(
  outside: Outside,
  incident: Incident,
  step: string,
  act: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const { steps, clock, log } = outside;
  // A root that comes back begins a new life.
  const name = `${step} ${incident.reopened.length}`;
  const state = await steps.begin(incident.key, name, clock.now());
  if (state.is === "done") return state.result as T;
  if (state.is === "in-doubt") log.warn({ incident: incident.key, step: name }, "step may have been interrupted");
  const result = await act();
  if (result !== undefined) await steps.settle(incident.key, name, asJson(result), clock.now());
  return result;
}
