import { own } from "../../manifest/json.ts";
import { type ObjectRef, refText } from "../../signal/object.ts";
import { categoryOf, isContainerField } from "../bearing.ts";
import { blame } from "../blame.ts";
import { confidenceOf } from "../confidence.ts";
import type { Advice, Foretold, Hypothesis } from "../hypothesis.ts";
import { ASKS, type Asking, isOpen, likelyProbe, portAsked } from "../likely-probe.ts";
import { logOf } from "../lookup.ts";
import { hasWord } from "../match.ts";
import { isMakingReady } from "../message/log.ts";
import type { ProbeFailure } from "../message/probe.ts";
import { type Rule, TEMPLATE_BEFORE } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { cutCpu, type FailingProbe, shortCpu } from "../starved.ts";
import { ofOneCommit, type Suspect } from "../suspect.ts";
import { suspectsOf, valueText } from "../suspects.ts";
import type { Trouble } from "../symptom.ts";
import { ailing, citeFound, citeSymptom, onlyTells } from "../telling.ts";
import { type Container, containerNamed, containersOf, podTemplateOf, portsOf } from "../workload.ts";

/** A probe that asks the wrong port, path or protocol, or too impatiently (kubelet: Unhealthy). */
export const probe: Rule = {
  name: "probe-asks-wrongly",
  categories: ["probe", "cpu_limit", "command_args", "env_var", "configmap_content"],
  sees: ["unready", "crash"],
  silentIf: ["the server answers 5xx: it knows the question and is not well", "the probe was only given more patience"],
  asksFor: {
    "restore-fields": "the probe, the port or the CPU limit before the commit",
    "set-probe": `the port that the container opens, or that its other probe asks; ${TEMPLATE_BEFORE}`,
    "set-command": TEMPLATE_BEFORE,
    "set-resources": TEMPLATE_BEFORE,
    "set-environment": TEMPLATE_BEFORE,
    "set-port": TEMPLATE_BEFORE,
  },
  diagnose: (scene, trouble) => {
    const found = failing(scene, trouble);
    return found === undefined ? [] : judge(scene, trouble.root, found);
  },
  foretell,
};

type Failing = Omit<FailingProbe, "told"> & Asking;

function failing(scene: Scene, trouble: Trouble): Failing | undefined {
  for (const symptom of ailing(trouble, "unready", "crash")) {
    const { probe: failure, container: name, complaints } = symptom.ailment;
    if (failure === null) continue;
    const container = containerNamed(scene.lookup.get(trouble.root), name);
    if (container === undefined) continue;
    const field = `${failure.probe}Probe` as const;
    const isBusy = isMakingReady(logOf(scene.lookup, symptom.ailment.pod, name, "present"));
    return { symptom, failure, container, field, complains: complaints.length > 0 || isBusy };
  }
  return undefined;
}

function judge(scene: Scene, root: ObjectRef, found: Failing): readonly Hypothesis[] {
  const { symptom, failure, container, field } = found;
  const sentence = `The ${failure.probe} probe of ${container.name} in ${refText(root)} fails: ${failure.text}.`;
  const wrongIf = `${container.name} answers that probe after some time`;
  const changes = suspectsOf(scene, root);
  const suspects = ofOneCommit(changes.filter((suspect) => isProbeChange(suspect, found)));
  if (suspects !== undefined) {
    // Another version may have been given another probe rightly, and be what does not answer.
    const isAnother = changes.some(
      (change) =>
        isContainerField(change, container.name, "image") && change.commit?.commit === suspects[0].commit?.commit,
    );
    return [
      blame({
        category: "probe",
        root,
        sentence,
        symptoms: [symptom],
        wrongIf,
        suspects,
        prior: { right: 14, wrong: 1 },
        supports: found.complains ? 0 : 1,
        ...(isAnother
          ? { person: `Say whether ${container.name} or its probe is to go back: one commit changed both.` }
          : {}),
      }),
    ];
  }
  const told = { sentence, wrongIf };
  const other =
    cutCpu(scene, root, { ...found, told }) ??
    movedPort(scene, root, found, told) ??
    startedOtherwise(scene, root, found, told) ??
    shortCpu(scene, root, { ...found, told });
  if (other !== undefined) return [other];
  const likely = likelyProbe(scene, root, found);
  // Where the program itself complains, the probe only tells of it.
  if (likely === undefined && (found.complains || isOfProgram(failure))) return [];
  const advice: Advice =
    likely === undefined
      ? {
          is: "person",
          because: `Say how ${container.name} shows that it is well: its ${failure.probe} probe gets no answer.`,
        }
      : { is: "change", intents: [likely.intent], because: likely.because };
  return [
    {
      category: "probe",
      root,
      sentence,
      cites: [
        citeSymptom(symptom),
        ...(likely === undefined ? [] : [citeFound("probe", likely.because, `${refText(root)} ${field}`)]),
      ],
      confidence: confidenceOf({ prior: likely === undefined ? { right: 4, wrong: 1 } : { right: 9, wrong: 1 } }),
      advice,
      culprit: null,
      wrongIf,
    },
  ];
}

// A server that answers 5xx knows the question and is not well; one that answers 4xx or elsewhere does not know it.
// So does a database that lets nobody in yet. Where no event tells how the probe fails, nothing can be held against it.
function isOfProgram({ how, status, text }: ProbeFailure): boolean {
  return (
    how === "untold" || /rejecting connections/.test(text) || (how === "status" && status !== null && status >= 500)
  );
}

function isProbeChange(suspect: Suspect, found: Failing): boolean {
  if (isContainerField(suspect, found.container.name, found.field)) return isHarmful(suspect, found);
  // A port may be opened whatever is declared; only its name is looked up there.
  const isPort = isContainerField(suspect, found.container.name, "ports") && isNamed(found);
  return isPort && ["refused", "other", "untold"].includes(found.failure.how);
}

function isNamed({ container, field }: Failing): boolean {
  return ASKS.some((way) => typeof portAsked(container, field, way) === "string");
}

type Told = { readonly sentence: string; readonly wrongIf: string };

// What the API server takes where a manifest says nothing.
const PATIENCE: Readonly<Record<string, number>> = {
  initialDelaySeconds: 0,
  periodSeconds: 10,
  timeoutSeconds: 1,
  failureThreshold: 3,
};

// More patience harms nobody; less of it does not change what a program answers, and readiness ends no program. Only
// an answer that is late comes too late.
function isHarmful({ path, from, to }: Suspect, { failure, field, complains }: Failing): boolean {
  // A server that complains of something else and answers 5xx was asked rightly.
  if (complains && isOfProgram(failure)) return false;
  const usual = own(PATIENCE, String(path.at(-1)));
  if (usual === undefined) return true;
  // What ails a program it says itself; then nobody asks too impatiently.
  const isLess = !complains && Number(to ?? usual) < Number(from ?? usual);
  if (path.at(-1) === "timeoutSeconds") return isLess && ["timeout", "untold"].includes(failure.how);
  return isLess && field !== "readinessProbe";
}

// A program that was told to listen elsewhere does not hear the probe any more.
function movedPort(
  scene: Scene,
  root: ObjectRef,
  { symptom, failure, container }: Failing,
  told: Told,
): Hypothesis | undefined {
  if (failure.how !== "refused" || failure.port === null) return undefined;
  const port = String(failure.port);
  const [first] = suspectsOf(scene, root).filter(
    (suspect) =>
      (suspect.object.kind === "ConfigMap" || isContainerField(suspect, container.name, "args", "command", "env")) &&
      hasWord(valueText(suspect.from), port) &&
      !hasWord(valueText(suspect.to), port),
  );
  if (first === undefined) return undefined;
  const charge = { category: categoryOf(first), root, symptoms: [symptom], ...told } as const;
  return blame({ ...charge, suspects: [first], prior: { right: 9, wrong: 1 } });
}

// Nobody listens where the probe asks since the program is started in another way, and says nothing of it.
function startedOtherwise(
  scene: Scene,
  root: ObjectRef,
  { symptom, failure, container, complains }: Failing,
  told: Told,
): Hypothesis | undefined {
  if (failure.how !== "refused" || complains) return undefined;
  const remembered = suspectsOf(scene, root).filter(({ worked }) => worked !== null);
  const [first, ...others] = remembered;
  if (first === undefined || others.length > 0 || !isContainerField(first, container.name, "args", "command"))
    return undefined;
  const charge = { category: categoryOf(first), root, symptoms: [symptom], ...told } as const;
  return blame({ ...charge, suspects: [first], prior: { right: 9, wrong: 1 } });
}

function foretell(after: Scene, hypothesis: Hypothesis): Foretold {
  const template = podTemplateOf(after.lookup.get(hypothesis.root));
  const asksOpenPort = template !== undefined && containersOf(template).every(asksOwnPort);
  const told = onlyTells("running", "whether the probe is answered", hypothesis);
  return asksOpenPort ? { ...told, because: `it asks a port that the container opens; ${told.because}` } : told;
}

function asksOwnPort(container: Container): boolean {
  const ports = portsOf(container);
  return (["livenessProbe", "readinessProbe"] as const).every((field) =>
    ASKS.every((way) => {
      const asked = portAsked(container, field, way);
      return asked === undefined || ports.length === 0 || isOpen(ports, asked);
    }),
  );
}
