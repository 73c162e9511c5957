import type { World } from "../evidence/world.ts";
import type { Finding } from "../incident/incident.ts";
import { valueAt } from "../manifest/path.ts";
import { refOf, refText } from "../signal/object.ts";
import { proposalKey } from "./key.ts";
import type { ReportedIncident } from "./report.ts";
import { wayTo } from "./way.ts";

/** The branch that a report was made from, or why the root's source may not be proposed to. */
export type Ground =
  | { readonly usable: true; readonly branch: string; readonly revision: string }
  | { readonly usable: false; readonly because: string };

/** What a look's report of one root means for its incident; a proposal that Flux would not apply becomes an issue. */
export function findingOf(reported: ReportedIncident, report: string, ground: Ground, world: World): Finding {
  const { cause, because, decision } = reported;
  const objection =
    decision === "propose" ? (suspension(reported, world) ?? (ground.usable ? undefined : ground.because)) : undefined;
  const isProposed = decision === "propose" && objection === undefined;
  return {
    report,
    decision: isProposed ? "propose" : "issue",
    cause: cause === null ? null : { rule: cause.rule, category: cause.category },
    intent: reported.intent?.kind ?? null,
    because: objection === undefined ? because : `${because} ${objection}`,
    proposalKey: isProposed ? proposalKey(reported) : null,
    base: ground.usable ? { branch: ground.branch, revision: ground.revision } : null,
  };
}

/** A person suspended it on purpose: what is merged would not be applied, so nothing is proposed. */
function suspension({ root }: ReportedIncident, world: World): string | undefined {
  const { source, appliers } = wayTo(world, root);
  const way = source === null ? appliers : [source, ...appliers];
  const suspended = way.find((object) => valueAt(object, ["spec", "suspend"]) === true);
  if (suspended === undefined) return undefined;
  return `${refText(refOf(suspended))} is suspended: nothing is proposed while a person holds it; resume it to have this applied.`;
}
