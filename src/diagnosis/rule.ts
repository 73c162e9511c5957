import type { Category } from "./category.ts";
import type { FluxTrouble } from "./flux/trouble.ts";
import type { Foretold, Hypothesis } from "./hypothesis.ts";
import type { IntentKind } from "./intent.ts";
import type { Scene } from "./scene.ts";
import type { Ailment, Symptom, Trouble } from "./symptom.ts";

/** Something that can be seen to be wrong; of a Flux object also what its message says. */
type Sight = Ailment["is"] | `flux ${FluxTrouble["is"]}`;

/**
 * One cause, or a family of causes that one kind of fact tells apart. A rule is a pure function of the scene: asked
 * again about the world after a change it must fall silent.
 */
export type Rule = {
  /** Unique, lower case with hyphens; the incident's cause carries it. */
  readonly name: string;
  readonly categories: readonly Category[];
  /** The precondition: a trouble has to show one of these, else the rule is not asked. */
  readonly sees: readonly Sight[];
  /** What keeps it silent, or leaves the matter to people, although it sees that. */
  readonly silentIf: readonly [string, ...string[]];
  /** What it may ask for, and where each intent's values come from; nothing where only people can help. */
  readonly asksFor: Readonly<Partial<Record<IntentKind, string>>>;
  /** Each hypothesis says its sentence, the facts it cites, and what would show that it is wrong. */
  readonly diagnose: (scene: Scene, trouble: Trouble) => readonly Hypothesis[];
  /**
   * What can be told of the hypothesis in the scene after the change; without this, the rule is simply asked again.
   * Needed where the symptom is a thing of the past (a crash, a killed process) that only running can take away.
   */
  readonly foretell?: (after: Scene, hypothesis: Hypothesis) => Foretold;
};

/** Where the values come from that no commit tells: what undoes a change that only the cluster remembers. */
export const TEMPLATE_BEFORE = "the template before, which the controller still holds";

/** Whether a trouble shows what the rule has to see. */
export function isAsked({ sees }: Rule, { symptoms }: Trouble): boolean {
  return symptoms.some((symptom) => sightsOf(symptom).some((sight) => sees.includes(sight)));
}

function sightsOf({ ailment }: Symptom): readonly Sight[] {
  return ailment.is === "flux" ? ["flux", `flux ${ailment.trouble.is}`] : [ailment.is];
}
