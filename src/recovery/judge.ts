import type { Incident, RecoveryLink, Revert } from "../incident/incident.ts";
import type { Limits } from "../incident/limits.ts";
import type { Observation } from "./observation.ts";

/** What a look means for a merged proposal: the links seen so far, and whether it is decided. */
export type Judgement =
  | { readonly is: "waiting"; readonly links: readonly RecoveryLink[]; readonly because: string }
  | { readonly is: "recovered"; readonly links: readonly RecoveryLink[] }
  | {
      readonly is: "persists";
      readonly links: readonly RecoveryLink[];
      readonly because: string;
      readonly revert: Revert;
    };

type Merged = Extract<Incident, { status: "merged" | "applied" }>;

/** Judges the chain merge → fetched → applied → healthy → quiet; each link once it is seen, none before the one ahead of it. */
export function judgeRecovery(incident: Merged, seen: Observation, limits: Limits): Judgement {
  const links = linksOf(incident, seen, limits);
  if (links.at(-1)?.link === "quiet") return { is: "recovered", links };
  const because = missing(links, seen);
  const since = links.find(({ link }) => link === "applied")?.at ?? incident.mergedAt;
  const deadline = since.getTime() + limits.recoveryWindow + seen.patience;
  // What could not be read concludes nothing, however long it lasts.
  if (seen.at.getTime() < deadline || seen.root.is === "unknown") return { is: "waiting", links, because };
  return { is: "persists", links, because, revert: revertOf(incident, links, seen) };
}

function linksOf(incident: Merged, seen: Observation, limits: Limits): readonly RecoveryLink[] {
  const known = (link: RecoveryLink["link"]): RecoveryLink | undefined =>
    incident.links.find((one) => one.link === link);
  const links: RecoveryLink[] = incident.links.filter(({ link }) => link === "merged");
  const fetched = known("fetched") ?? passed("fetched", seen.fetched, { from: incident.mergedAt, to: seen.at });
  const applied =
    known("applied") ?? passed("applied", seen.applied, { from: fetched?.at ?? incident.mergedAt, to: seen.at });
  // Applying implies fetching: a source that moved on, or that is not known, breaks no chain.
  if (fetched !== undefined) links.push(fetched);
  if (applied === undefined) return links;
  links.push(applied);
  if (seen.root.is !== "healthy" || seen.finding !== null) return links;
  const healthy = known("healthy") ?? { link: "healthy", at: seen.at, text: seen.root.text };
  links.push(healthy);
  const isQuiet = seen.firing.length === 0 && seen.at.getTime() - healthy.at.getTime() >= limits.quietFor;
  if (isQuiet)
    links.push({ link: "quiet", at: seen.at, text: "no alert of this incident fires and the rules stay silent" });
  return links;
}

/** Flux's own time of a passage, where it can be true: a condition that stays as it was keeps the time of long ago. */
function passed(
  link: RecoveryLink["link"],
  passage: Observation["applied"],
  { from, to }: { readonly from: Date; readonly to: Date },
): RecoveryLink | undefined {
  if (!passage?.has) return undefined;
  const { at, text } = passage;
  return { link, at: at !== null && at >= from && at <= to ? at : to, text };
}

/** Which link is missing, and what stands in its way. */
function missing(links: readonly RecoveryLink[], { fetched, applied, root, finding, firing }: Observation): string {
  switch (links.at(-1)?.link) {
    case "merged":
      return `Flux has not fetched the merge: ${fetched?.text ?? "no source of this object is known"}.`;
    case "fetched":
      return `Flux has not applied the merge: ${applied?.text ?? "nothing is known to apply this object"}.`;
    case "applied":
      return finding === null
        ? `It is not healthy yet: ${root.text}.`
        : `The trouble is still here: ${finding.because}`;
    default:
      return firing.length === 0
        ? "It is healthy; it has to stay so for a while."
        : `It is healthy, but ${firing.map(({ reason }) => reason).join(", ")} still fires.`;
  }
}

/** Taking a change back helps only where the change did not do what it promised. */
function revertOf({ finding: asked }: Merged, links: readonly RecoveryLink[], { finding }: Observation): Revert {
  const last = links.at(-1)?.link;
  if (last !== "applied") {
    const because =
      last === "healthy" ? "The change did its work, so it stays." : "It was never applied, so it is not taken back.";
    return { is: "not-asked", because };
  }
  if (finding !== null && finding.category !== asked.cause?.category)
    return {
      is: "not-asked",
      because: "The cause that was mended is gone and another one shows, so the change stays.",
    };
  return { is: "wanted" };
}
