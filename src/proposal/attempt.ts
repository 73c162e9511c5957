import { gitRefOf } from "../diagnosis/declared.ts";
import type { Diagnosis, Held } from "../diagnosis/diagnose.ts";
import type { Advice } from "../diagnosis/hypothesis.ts";
import { type Intent, type Risk, riskOf } from "../diagnosis/intent.ts";
import { inValues } from "../diagnosis/release-fields.ts";
import type { Scene } from "../diagnosis/scene.ts";
import type { Commit } from "../evidence/commit.ts";
import type { FieldChange } from "../manifest/difference.ts";
import { makePatch } from "../patch/make.ts";
import type { Patch, Proof } from "../patch/patch.ts";
import type { PolicyFinding } from "../policy/finding.ts";
import { judge } from "../policy/judge.ts";
import type { Policy } from "../policy/policy.ts";
import { subjectOf } from "../policy/subject.ts";
import { askAgain } from "./counterfactual.ts";

/** What came of trying to turn an intent into a proven patch: the patch, or why there is none that may be proposed. */
export type Attempt = {
  readonly intent: Intent;
  readonly risk: Risk;
  readonly proof: Proof;
  readonly policy: readonly PolicyFinding[];
  readonly patch: Patch | null;
} & ({ readonly ok: true } | { readonly ok: false; readonly because: string });

/** What is to be attempted: the hypothesis that advises a change, and what judges it. */
export type Question = {
  readonly scene: Scene;
  readonly diagnosis: Diagnosis;
  readonly held: Held;
  /** Empty where nobody asks for policies. */
  readonly policies: readonly Policy[];
};

/** Tries the intents in their order; the first that makes a proven patch is taken, else the first refusal is told. */
export function attempt(question: Question, advice: Extract<Advice, { is: "change" }>): Attempt {
  let refusal: Attempt | undefined;
  for (const intent of advice.intents) {
    const made = attemptOne(question, askedOf(question.scene, intent));
    if (made.ok) return made;
    refusal ??= made;
  }
  if (refusal === undefined) throw new Error(`Rule ${question.held.rule} advises a change and names no intent`);
  return refusal;
}

/** What is asked of git, and what else becomes of it in the cluster than what is rendered from git. */
type Asked = { readonly intent: Intent; readonly beyond: readonly FieldChange[] };

// Rules speak of live objects; a plain folder may call them by no namespace, and a chart elsewhere makes them of values.
function askedOf(scene: Scene, intent: Intent): Asked {
  if (!("object" in intent)) return { intent, beyond: [] };
  const { object } = intent;
  const values = intent.kind === "restore-fields" ? inValues(scene, intent) : undefined;
  if (values === undefined || intent.kind !== "restore-fields")
    return { intent: { ...intent, object: { ...gitRefOf(scene, object) } }, beyond: [] };
  return { intent: values, beyond: intent.fields.map(({ path, from, to }) => ({ object, path, from, to })) };
}

function attemptOne(question: Question, { intent, beyond }: Asked): Attempt {
  const { scene } = question;
  const about = { intent, risk: riskOf(intent), policy: [], patch: null };
  const made = makePatch({ manifests: scene.manifests, intent, commit: commitOf(scene, intent), world: scene.world });
  if (!made.ok) {
    const because = `It cannot be changed here: ${made.refusal.message}`;
    return { ...about, ok: false, because, proof: unproven(because) };
  }
  const { after } = made;
  const counterfactual = askAgain(scene, { after, files: [...made.patch.files.keys()], beyond }, question);
  const proof = { ...made.patch.proof, counterfactual };
  const patch = { ...made.patch, proof };
  if (counterfactual.silent === false) {
    return { ...about, ok: false, patch, proof, because: `It would not help: ${counterfactual.because}.` };
  }
  const policy = findingsOf(question, intent, { patch, after });
  const refused = policy.find(({ satisfied }) => !satisfied);
  if (refused !== undefined) return { ...about, ok: false, patch, proof, policy, because: refused.sentence };
  return { ...about, ok: true, patch, proof, policy };
}

type After = { readonly patch: Patch; readonly after: Scene["manifests"] };

function findingsOf(
  { scene, held, policies }: Question,
  intent: Intent,
  { patch, after }: After,
): readonly PolicyFinding[] {
  if (policies.length === 0) return [];
  return judge(policies, subjectOf({ scene, after, patch, intent, confidence: held.confidence, root: held.root }))
    .findings;
}

function commitOf({ history }: Scene, intent: Intent): Commit | null {
  if (!history.known || !("commit" in intent)) return null;
  return history.commits.find(({ hash }) => hash === intent.commit) ?? null;
}

function unproven(because: string): Proof {
  return { proven: false, because, rendered: [], counterfactual: { silent: "unknown", because } };
}
