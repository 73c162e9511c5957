import { type Diagnosis, diagnose, type Held, type TrackRecords } from "../diagnosis/diagnose.ts";
import { openScene } from "../diagnosis/open-scene.ts";
import type { Scene } from "../diagnosis/scene.ts";
import type { History } from "../evidence/commit.ts";
import type { World } from "../evidence/world.ts";
import type { FluxKustomization } from "../manifest/flux/kustomization.ts";
import type { RenderedCharts } from "../manifest/helm/chart-job.ts";
import type { FileTree } from "../manifest/tree.ts";
import type { Policy } from "../policy/policy.ts";
import { BadInput } from "../signal/bad-input.ts";
import { refText } from "../signal/object.ts";
import type { Signal } from "../signal/signal.ts";
import { type Attempt, attempt } from "./attempt.ts";
import { bundleOf } from "./bundle.ts";
import { discreet } from "./discretion.ts";
import { holdOn } from "./hold.ts";
import { madeAnew } from "./made-anew.ts";
import { type Decision, NO_CHANGE, type Report, type ReportedChange, type ReportedIncident } from "./report.ts";

/** What is considered at one look: the cluster, one revision of the repository, and what was heard. */
export type Material = {
  readonly world: World;
  readonly checkout: { readonly tree: FileTree; readonly history: History };
  readonly signals: readonly Signal[];
  /** What judges a change before it is proposed; none where nobody asks for policies. */
  readonly policies?: readonly Policy[];
  /** The charts that were rendered; without them what a release makes of its values is not known. */
  readonly charts?: RenderedCharts;
  /** How the proposals that people merged ended; none where nothing is remembered. */
  readonly records?: TrackRecords;
  /** Look only at what this folder renders, where one is given. */
  readonly path?: string;
};

// A patch is only asked for where the cause is more than probable: a wrong one costs ten times a missed one.
const SURE = 0.8;

/** The whole look: what is wrong, why, and what is asked of people. Pure: nothing is read, nothing written. */
export function consider(material: Material): Report {
  const { world, checkout, signals, policies = [], charts, records } = material;
  const scene = openScene(world, checkout.tree, checkout.history, charts);
  const own = material.path === undefined ? undefined : buildersOf(scene, material.path);
  const found = diagnose(scene, signals, records).filter(
    (diagnosis) => own === undefined || isWithin(scene, diagnosis, own),
  );
  const incidents = found.map((diagnosis) => incidentOf({ scene, diagnosis, policies }));
  const unknown = [...world.unknown, ...scene.manifests.unknown, ...historyUnknown(checkout.history)];
  return discreet({ version: 1, incidents, healthy: found.length === 0, unknown }, scene);
}

function buildersOf({ manifests }: Scene, path: string): readonly FluxKustomization[] {
  const folder = path.replace(/^\.?\/+|\/+$/g, "").replace(/^\.$/, "");
  const own = manifests.kustomizations.filter(({ spec }) => spec.path === folder);
  if (own.length > 0) return own;
  throw new BadInput(`No Kustomization builds the path "${path}", so nothing can be said of it. Give the path of one.`);
}

function isWithin(scene: Scene, { root }: Diagnosis, own: readonly FluxKustomization[]): boolean {
  const renders = scene.manifests.findObject(root).some(({ kustomization }) => own.includes(kustomization));
  return renders || own.some(({ ref }) => ref !== null && refText(ref) === refText(root));
}

// What is older than a shallow clone may have caused it all the same.
function isWhole(history: History): boolean {
  return history.known && !history.truncated;
}

function historyUnknown(history: History): readonly string[] {
  return history.known ? [] : [`${history.because} The causing commit cannot be told.`];
}

type Case = { readonly scene: Scene; readonly diagnosis: Diagnosis; readonly policies: readonly Policy[] };

function incidentOf(about: Case): ReportedIncident {
  const { scene, diagnosis } = about;
  const [best] = diagnosis.hypotheses;
  const bundle = bundleOf(diagnosis.hypotheses);
  const judged = best === undefined ? unnamed(diagnosis) : judge(about, best);
  return {
    root: diagnosis.root,
    signals: diagnosis.signals.map(({ source, object, reason, text }) => ({ source, object, reason, text })),
    cause: best === undefined ? null : { rule: best.rule, category: best.category, sentence: best.sentence },
    hypotheses: diagnosis.hypotheses.map((held) => ({
      category: held.category,
      sentence: held.sentence,
      confidence: held.confidence,
      cites: bundle.idsOf(held),
      wrongIf: held.wrongIf,
    })),
    confidence: best?.confidence ?? 0,
    facts: bundle.facts,
    ...changeOf(judged.attempt),
    causedBy: best?.culprit ?? (isWhole(scene.history) ? null : "unknown"),
    decision: judged.decision,
    because: judged.because,
  };
}

function changeOf(made: Attempt | undefined): ReportedChange {
  if (made === undefined) return NO_CHANGE;
  const { intent, proof, policy, risk, patch } = made;
  return {
    intent,
    changes: patch?.changes ?? [],
    edits: patch?.edits ?? [],
    operations: patch?.operations ?? [],
    patch: patch?.diff ?? null,
    proof,
    policy,
    risk,
  };
}

type Judged = { readonly decision: Decision; readonly because: string; readonly attempt?: Attempt };

function unnamed({ root, trouble }: Diagnosis): Judged {
  return {
    decision: "issue",
    because: `${refText(root)} is not well, and no rule knows why: ${trouble.symptoms[0]?.text ?? ""}.`,
  };
}

function judge(about: Case, best: Held): Judged {
  const judged = weigh(about, best);
  return { ...judged, because: sentences(judged.because) };
}

function weigh(about: Case, best: Held): Judged {
  const { advice } = best;
  const held = holdOn(about.scene, about.diagnosis.root);
  if (advice.is === "nothing")
    return held === undefined
      ? { decision: "none", because: advice.because }
      : { decision: "issue", because: sentences(advice.because, held) };
  if (advice.is === "person") return { decision: "issue", because: advice.because };
  if (best.confidence < SURE)
    return { decision: "issue", because: sentences(advice.because, "It is not sure enough to be proposed.") };
  if (held !== undefined) return { decision: "issue", because: sentences(advice.because, held) };
  const made = attempt({ ...about, held: best }, advice);
  const because = made.ok ? heldBack(about, made) : made.because;
  if (because === undefined) {
    const more = madeAnew(made.patch?.changes ?? []);
    const told = more === undefined ? advice.because : sentences(advice.because, more);
    return { decision: "propose", because: told, attempt: made };
  }
  return { decision: "issue", because: sentences(advice.because, because), attempt: made };
}

/** These texts as sentences, one after the other; what a rule says ends where it likes. */
function sentences(...texts: readonly string[]): string {
  return texts.map((text) => (/[.!?]$/.test(text) ? text : `${text}.`)).join(" ");
}

// What is changed may be another object than the root, and brought by others.
function heldBack({ scene }: Case, { patch }: Attempt): string | undefined {
  const holds = (patch?.changes ?? []).map(({ object }) => holdOn(scene, object));
  return holds.find((because) => because !== undefined);
}
