import { evolve } from "../incident/evolve.ts";
import type { Incident } from "../incident/incident.ts";
import { nextStep, type Step } from "../incident/next-step.ts";
import { announce, escalate, tell } from "./announce.ts";
import { askFate, supersede, withdraw } from "./fate.ts";
import { jobsOf, LOOK } from "./jobs.ts";
import { record, toStored } from "./note.ts";
import type { Done, Outside } from "./outside.ts";
import { propose } from "./propose.ts";
import { revert } from "./revert.ts";

// A life has about ten steps; more in one go is a loop that nobody meant.
const STEPS_AT_ONCE = 25;

/** Takes an incident as far as it goes now: ask what is next, do it, append what happened. */
export async function advance(outside: Outside, key: string): Promise<void> {
  for (let count = 0; count < STEPS_AT_ONCE; count += 1) {
    const stored = await outside.ledger.load(key);
    if (stored === undefined) return;
    const { incident, version } = stored;
    const now = outside.clock.now();
    const step = nextStep(incident, now, outside.limits);
    if (step.do === "wait") return outside.queue.add(jobsOf(incident, now, outside));
    const done = await act(outside, incident, step);
    if (done === "later") return;
    await record(outside, incident, done);
    // Where another was faster, the next round sees what became of it.
    await outside.ledger.save(evolve(incident, done), version, [toStored(done)], done.kind === "merged" ? [LOOK] : []);
  }
  throw new Error(`Incident ${key} took ${STEPS_AT_ONCE} steps at once and is not at rest`);
}

async function act(outside: Outside, incident: Incident, step: Exclude<Step, { do: "wait" }>): Promise<Done> {
  const at = outside.clock.now();
  switch (step.do) {
    case "announce":
      return announce(outside, incident);
    case "propose":
      return propose(outside, incident);
    case "ask-fate":
      return askFate(outside, incident);
    case "withdraw":
      return withdraw(outside, incident);
    case "supersede":
      return supersede(outside, incident);
    case "revert":
      return revert(outside, incident);
    case "tell":
      return tell(outside, incident, step.tale);
    case "escalate":
      return escalate(outside, incident);
    case "hand-over":
      return { kind: "handed-over", at, because: step.because };
    case "resolve":
      return { kind: "resolved", at };
    case "close":
      return { kind: "closed", at, sentence: step.sentence };
  }
}
