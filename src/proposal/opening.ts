import type { PullRef } from "../incident/incident.ts";
import type { Limits } from "../incident/limits.ts";

/** A proposal that stands on the forge, open or ended. */
export type Prior = {
  readonly pull: PullRef;
  readonly fate:
    | { readonly is: "open" }
    | { readonly is: "merged"; readonly at: Date }
    | { readonly is: "closed"; readonly at: Date; readonly byUs: boolean };
};

/** What the forge's own memory allows: open it, take up what is open, ask again under the next key, wait, or not at all. */
export type Opening =
  | { readonly is: "open" }
  | { readonly is: "adopt" }
  | { readonly is: "next-attempt" }
  | { readonly is: "refused"; readonly because: string };

/** Judges what the forge knows of a key; the newest proposal counts. */
export function judgeOpening(priors: readonly Prior[], now: Date, { recurrenceWindow }: Limits): Opening {
  const newest = priors[0];
  if (newest === undefined) return { is: "open" };
  const { pull, fate } = newest;
  if (fate.is === "open") return { is: "adopt" };
  if (fate.is === "closed" && fate.byUs) return { is: "next-attempt" };
  if (fate.is === "closed")
    return { is: "refused", because: `This very proposal was closed in #${pull.number}; it is not asked for again.` };
  if (now.getTime() - fate.at.getTime() >= recurrenceWindow) return { is: "next-attempt" };
  return {
    is: "refused",
    because: `The same change was merged in #${pull.number} on ${fate.at.toISOString().slice(0, 10)} and the trouble is here again.`,
  };
}
