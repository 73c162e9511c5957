import type { Diagnosis, Held } from "../diagnosis/diagnose.ts";
import type { Advice } from "../diagnosis/hypothesis.ts";
import type { Intent, Risk } from "../diagnosis/intent.ts";
import { riskOf } from "../diagnosis/intent.ts";
import type { Scene } from "../diagnosis/scene.ts";
import type { Patch, Proof } from "../patch/patch.ts";
import type { PolicyFinding } from "../policy/finding.ts";

/** What came of trying to turn an intent into a proven patch: the patch, or why there is none. */
export type Attempt = {
  readonly intent: Intent;
  readonly risk: Risk;
  readonly proof: Proof;
  readonly policy: readonly PolicyFinding[];
} & (
  | { readonly ok: true; readonly patch: Patch }
  | { readonly ok: false; readonly patch?: Patch; readonly because: string }
);

type ChangeAdvice = Extract<Advice, { is: "change" }>;

/** Tries the intents in their order; the first that makes a proven patch is taken, else the first refusal is told. */
export function attempt(scene: Scene, diagnosis: Diagnosis, held: Held & { readonly advice: ChangeAdvice }): Attempt {
  let refusal: Attempt | undefined;
  for (const intent of held.advice.intents) {
    const made = attemptOne(scene, diagnosis, held, intent);
    if (made.ok) return made;
    refusal ??= made;
  }
  if (refusal === undefined) throw new Error(`Rule ${held.rule} advises a change and names no intent`);
  return refusal;
}

function attemptOne(_scene: Scene, _diagnosis: Diagnosis, _held: Held, intent: Intent): Attempt {
  const because = "patches are not made yet";
  return {
    ok: false,
    intent,
    risk: riskOf(intent),
    because,
    policy: [],
    proof: { proven: false, because, rendered: [], counterfactual: { silent: "unknown", because } },
  };
}
