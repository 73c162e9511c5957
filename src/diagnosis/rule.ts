import type { Category } from "./category.ts";
import type { Foretold, Hypothesis } from "./hypothesis.ts";
import type { Scene } from "./scene.ts";
import type { Trouble } from "./symptom.ts";

/**
 * One cause, or a family of causes that one kind of fact tells apart. A rule is a pure function of the scene: asked
 * again about the world after a change it must fall silent.
 */
export type Rule = {
  /** Unique, lower case with hyphens; the incident's cause carries it. */
  readonly name: string;
  readonly categories: readonly Category[];
  readonly diagnose: (scene: Scene, trouble: Trouble) => readonly Hypothesis[];
  /**
   * What can be told of the hypothesis in the scene after the change; without this, the rule is simply asked again.
   * Needed where the symptom is a thing of the past (a crash, a killed process) that only running can take away.
   */
  readonly foretell?: (after: Scene, hypothesis: Hypothesis) => Foretold;
};
