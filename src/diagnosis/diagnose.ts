import { keyOf, type ObjectRef } from "../signal/object.ts";
import type { Signal } from "../signal/signal.ts";
import { alarmsOf } from "./alarm.ts";
import { bothUndone } from "./both.ts";
import { movedBy, type TrackRecord } from "./confidence.ts";
import { type Cause, causesOf } from "./explain.ts";
import type { Hypothesis } from "./hypothesis.ts";
import { rootsMeant } from "./meant.ts";
import { isPassing } from "./passing.ts";
import { isAsked, type Rule } from "./rule.ts";
import { RULES } from "./rules.ts";
import type { Scene } from "./scene.ts";
import type { Trouble } from "./symptom.ts";
import { complaintsIn, troublesOf } from "./troubles.ts";

/** A hypothesis with the rule that holds it. */
export type Held = Hypothesis & { readonly rule: string };

/** One root in trouble: what is held of it, the most probable first, and what it takes down with it. */
export type Diagnosis = {
  readonly root: ObjectRef;
  readonly trouble: Trouble;
  readonly explains: readonly Trouble[];
  readonly hypotheses: readonly Held[];
  /** The signals about this root or about what it takes down. */
  readonly signals: readonly Signal[];
};

/** How merged proposals ended, by the rule that named the cause. */
export type TrackRecords = ReadonlyMap<string, TrackRecord>;

type Heard = { readonly signals: readonly Signal[]; readonly records: TrackRecords };

/** Everything that is wrong, with its causes: roots of firing alerts first, then those with the most dependants. */
export function diagnose(
  scene: Scene,
  signals: readonly Signal[],
  records: TrackRecords = new Map(),
): readonly Diagnosis[] {
  const heardOf = { signals, records };
  const shown = diagnosesOf(scene, troublesOf(scene.lookup), heardOf);
  const heard = new Set(shown.flatMap((diagnosis) => diagnosis.signals));
  const told = diagnosesOf(
    scene,
    alarmsOf(
      scene.lookup,
      signals.filter((signal) => !heard.has(signal)),
    ),
    heardOf,
  );
  const found = [...shown, ...told];
  return inOrder(mergeRoots(found.length > 0 ? found : diagnosesOf(scene, complaintsIn(scene.lookup), heardOf)));
}

function diagnosesOf(scene: Scene, troubles: readonly Trouble[], heard: Heard): readonly Diagnosis[] {
  return causesOf(scene.lookup, troubles)
    .map((cause) => diagnosisOf(scene, cause, heard))
    .filter((diagnosis) => diagnosis.hypotheses.length > 0 || !isPassing(scene.lookup, diagnosis));
}

function diagnosisOf(scene: Scene, { trouble, explains }: Cause, { signals, records }: Heard): Diagnosis {
  const hypotheses = bothUndone(inTheLightOf(records, hypothesesOf(scene, trouble)));
  const concerned = new Set([trouble, ...explains].map(({ root }) => keyOf(root)));
  const about = signals.filter(
    ({ object }) => object !== null && rootsMeant(scene.lookup, object).some((root) => concerned.has(keyOf(root))),
  );
  return { root: hypotheses[0]?.root ?? trouble.root, trouble, explains, hypotheses, signals: about };
}

function inTheLightOf(records: TrackRecords, hypotheses: readonly Held[]): readonly Held[] {
  const moved = hypotheses.map((held) => {
    const record = records.get(held.rule);
    return record === undefined ? held : { ...held, confidence: movedBy(held.confidence, record) };
  });
  return moved.toSorted((a, b) => b.confidence - a.confidence);
}

/** What all rules hold of one trouble, the most probable first; a rule that cites nothing is not heard. */
export function hypothesesOf(scene: Scene, trouble: Trouble, rules: readonly Rule[] = RULES): readonly Held[] {
  return rules
    .filter((rule) => isAsked(rule, trouble))
    .flatMap((rule) => rule.diagnose(scene, trouble).map((hypothesis) => ({ ...hypothesis, rule: rule.name })))
    .filter((held) => held.cites.length > 0)
    .toSorted((a, b) => b.confidence - a.confidence);
}

// Two troubles may lead to one root, as two clients of a Service that is gone do.
function mergeRoots(diagnoses: readonly Diagnosis[]): readonly Diagnosis[] {
  const byRoot = new Map<string, Diagnosis>();
  for (const diagnosis of diagnoses) {
    const key = keyOf(diagnosis.root);
    const before = byRoot.get(key);
    if (before === undefined) byRoot.set(key, diagnosis);
    else byRoot.set(key, merged(before, diagnosis));
  }
  return [...byRoot.values()];
}

function merged(a: Diagnosis, b: Diagnosis): Diagnosis {
  const order = quietness(a) - quietness(b) || sureness(b) - sureness(a);
  const [first, second] = order <= 0 ? [a, b] : [b, a];
  return {
    ...first,
    explains: [...first.explains, second.trouble, ...second.explains],
    signals: [...new Set([...first.signals, ...second.signals])],
  };
}

function inOrder(diagnoses: readonly Diagnosis[]): readonly Diagnosis[] {
  const isFiring = (diagnosis: Diagnosis): number =>
    diagnosis.signals.some((signal) => signal.endsAt === undefined) ? 1 : 0;
  return diagnoses.toSorted(
    (a, b) =>
      quietness(a) - quietness(b) ||
      isFiring(b) - isFiring(a) ||
      b.explains.length - a.explains.length ||
      sureness(b) - sureness(a),
  );
}

// What a scan finds breaks nothing yet, and what only an alert tells may follow from what can be seen elsewhere.
function quietness({ trouble }: Diagnosis): number {
  const kinds = new Set(trouble.symptoms.map(({ ailment }) => ailment.is));
  const isOnly = (...only: readonly string[]): boolean => [...kinds].every((kind) => only.includes(kind));
  if (isOnly("alert", "complaining")) return 2;
  return isOnly("violation", "alert") ? 1 : 0;
}

function sureness({ hypotheses }: Diagnosis): number {
  return hypotheses[0]?.confidence ?? 0;
}
