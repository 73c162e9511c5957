import { evolve } from "./evolve.ts";
import { mayPropose, outdatedFrom } from "./guards.ts";
import type { Incident } from "./incident.ts";
import type { Limits } from "./limits.ts";
import { recoverySentence, resolvedSentence } from "./outcome.ts";
import { taleOf } from "./tale.ts";

/** What is to be done next about an incident. */
export type Step =
  | { readonly do: "announce" | "propose" | "ask-fate" | "withdraw" | "supersede" | "resolve" | "revert" | "escalate" }
  | { readonly do: "hand-over"; readonly because: string }
  /** Issue and pull request are to say this. */
  | { readonly do: "tell"; readonly tale: string }
  | { readonly do: "close"; readonly sentence: string }
  /** Nothing before this time, or where it is null before something is seen or heard. */
  | { readonly do: "wait"; readonly until: Date | null };

const FOR_NEWS: Step = { do: "wait", until: null };

/** The whole lifecycle on one page: what should happen next, and nothing else. */
export function nextStep(incident: Incident, now: Date, limits: Limits): Step {
  const tale = taleOf(incident);
  if (tale !== null && tale !== incident.told) return { do: "tell", tale };
  if (isOver(incident, now, limits)) return { do: incident.status === "proposed" ? "withdraw" : "resolve" };
  switch (incident.status) {
    case "open":
      return whenOpen(incident, now, limits);
    case "diagnosed":
      return whenDiagnosed(incident, now, limits);
    case "proposed":
      return whenProposed(incident, now, limits);
    case "merged":
    case "applied":
      return FOR_NEWS;
    case "recovered":
      return { do: "close", sentence: recoverySentence(incident) };
    case "persists":
      return incident.revert.is === "wanted" ? { do: "revert" } : escalation(incident, incident.judgedAt, now, limits);
    case "handed-over":
    case "rejected":
      return escalation(incident, incident.at, now, limits);
    case "resolved-by-itself":
      return { do: "close", sentence: resolvedSentence(incident) };
    case "closed":
      return FOR_NEWS;
  }
}

/** Whether the trouble stayed away long enough; after a merge the chain of recovery decides, not this. */
function isOver({ status, goneAt }: Incident, now: Date, { quietFor }: Limits): boolean {
  if (goneAt === null || now < later(goneAt, quietFor)) return false;
  return !["merged", "applied", "recovered", "resolved-by-itself", "closed"].includes(status);
}

function whenOpen({ goneAt, puzzledAt }: Incident, now: Date, { quietFor, patience }: Limits): Step {
  // Trouble that may be passing, or that the next look may explain, is nobody's work yet.
  if (goneAt !== null) return { do: "wait", until: later(goneAt, quietFor) };
  if (puzzledAt === null || later(puzzledAt, patience) <= now) return { do: "announce" };
  return { do: "wait", until: later(puzzledAt, patience) };
}

function whenDiagnosed(incident: Incident, now: Date, limits: Limits): Step {
  const permission = mayPropose(incident, now, limits);
  if (permission.may === "yes") return { do: "propose" };
  if (permission.may === "no") return { do: "hand-over", because: permission.because };
  return { do: "wait", until: permission.at };
}

function whenProposed(incident: Extract<Incident, { status: "proposed" }>, now: Date, limits: Limits): Step {
  if (incident.dueAt <= now) return { do: "ask-fate" };
  const from = outdatedFrom(incident, limits);
  // Taken back only where the next one may follow at once.
  const next = evolve(incident, { kind: "superseded", at: now });
  if (from === null || mayPropose(next, now, limits).may !== "yes") return { do: "wait", until: incident.dueAt };
  return from <= now ? { do: "supersede" } : { do: "wait", until: earlier(from, incident.dueAt) };
}

function escalation({ escalatedAt, acknowledgedAt, wakesAt }: Incident, since: Date, now: Date, limits: Limits): Step {
  if (escalatedAt !== null || acknowledgedAt !== null) return FOR_NEWS;
  const due = later(since, limits.escalateAfter);
  const at = wakesAt !== null && wakesAt > due ? wakesAt : due;
  return at <= now ? { do: "escalate" } : { do: "wait", until: at };
}

function later(at: Date, milliseconds: number): Date {
  return new Date(at.getTime() + milliseconds);
}

function earlier(a: Date, b: Date): Date {
  return new Date(Math.min(a.getTime(), b.getTime()));
}
