import { type Diagnosis, type Held, hypothesesOf } from "../diagnosis/diagnose.ts";
import { causesOf } from "../diagnosis/explain.ts";
import type { Foretold } from "../diagnosis/hypothesis.ts";
import { sceneOf } from "../diagnosis/open-scene.ts";
import { RULES } from "../diagnosis/rules.ts";
import type { Scene } from "../diagnosis/scene.ts";
import { troublesOf } from "../diagnosis/troubles.ts";
import { keyOf, refText } from "../signal/object.ts";
import { danglingAfter, danglingElsewhere, unansweredAfter } from "./dangling.ts";
import { type Change, overlay } from "./overlay.ts";

/**
 * Asks the rules again about the world as it would be after a change: the one that spoke must fall silent, and none may
 * begin to speak of what was well before.
 */
export function askAgain(scene: Scene, change: Change, { diagnosis, held }: Question): Foretold {
  const world = overlay(scene.lookup, scene.manifests, change);
  const next = sceneOf(world, change.after, scene.history);
  return (
    leadsNowhere(scene, next, { ...change, advice: held.advice }) ??
    begins(scene, next) ??
    stillSpeaks(next, diagnosis, held)
  );
}

type Question = { readonly diagnosis: Diagnosis; readonly held: Held };

function stillSpeaks(next: Scene, diagnosis: Diagnosis, held: Held): Foretold {
  const rule = RULES.find(({ name }) => name === held.rule);
  if (rule?.foretell !== undefined) return rule.foretell(next, held);
  const keys = new Set([keyOf(held.root), keyOf(diagnosis.trouble.root)]);
  const troubles = troublesOf(next.lookup).filter(({ root }) => keys.has(keyOf(root)));
  const spoken = troubles
    .flatMap((trouble) => (rule === undefined ? [] : hypothesesOf(next, trouble, [rule])))
    .find(({ category, advice }) => category === held.category && advice.is !== "nothing");
  if (spoken === undefined)
    return { silent: true, because: "asked again about the world after the change, the rule is silent" };
  return {
    silent: false,
    because: `asked again about the world after the change, the rule still says: ${spoken.sentence}`,
  };
}

// Half an undo may ask for what the other half would bring, or for what is long gone.
function leadsNowhere(scene: Scene, next: Scene, { after, files, advice }: Change & Pick<Held, "advice">) {
  const because =
    danglingAfter(scene.lookup, next.lookup) ??
    unansweredAfter(next.lookup, advice) ??
    danglingElsewhere(scene.manifests, after, files);
  return because === undefined ? undefined : ({ silent: false, because } as const);
}

// A trouble that was not there before, though it may have been masked by one that was.
function begins(scene: Scene, next: Scene): Foretold | undefined {
  const known = new Set(troublesOf(scene.lookup).map(({ root }) => keyOf(root)));
  const fresh = causesOf(next.lookup, troublesOf(next.lookup)).filter(({ trouble }) => !known.has(keyOf(trouble.root)));
  for (const { trouble } of fresh) {
    const [held] = hypothesesOf(next, trouble);
    if (held !== undefined && held.confidence >= 0.8) {
      return {
        silent: false,
        because: `after the change ${refText(trouble.root)} would be in trouble: ${held.sentence}`,
      };
    }
  }
  return undefined;
}
