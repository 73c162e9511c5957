import { type Json, type KubernetesObject, type ObjectRef, refOf, refText } from "../../signal/object.ts";
import { containerStep, isContainerField } from "../bearing.ts";
import { blame } from "../blame.ts";
import { confidenceOf } from "../confidence.ts";
import type { Hypothesis } from "../hypothesis.ts";
import type { Lookup } from "../lookup.ts";
import { type Measures, measuresOf } from "../measures.ts";
import { memoryLimitIn, overwrittenLimit } from "../overwritten.ts";
import { quantityOf } from "../quantity.ts";
import { conditionOf, listAt, mapAt, numberAt, textAt } from "../read.ts";
import { type Rule, TEMPLATE_BEFORE } from "../rule.ts";
import type { Scene } from "../scene.ts";
import type { Suspect } from "../suspect.ts";
import { suspectsOf } from "../suspects.ts";
import type { SymptomOf } from "../symptom.ts";
import { minutesSince, recentEvent } from "../symptoms/now.ts";
import { ailing, citeFound, citeSymptom, onlyTells, short } from "../telling.ts";
import { beforeTheCut, doubted, leaks, restartedBefore, type Testimony, together, upToTheLimit } from "../usage.ts";

/** A container that the kernel kills because it reaches its memory limit (last termination OOMKilled). */
export const memory: Rule = {
  name: "memory-limit-reached",
  categories: ["oom_limit", "webhook_mesh"],
  sees: ["crash", "hindered"],
  silentIf: [
    "nothing was killed for its memory",
    "pods of the former template are killed at their higher limit, too",
    "the node itself runs out of memory",
    "the pod has a lower limit than its template: somebody wrote over it",
    "the limit was not lowered: how much is right is for a person to say",
  ],
  asksFor: {
    "restore-fields": "the limit before the commit that lowered it",
    "set-resources": TEMPLATE_BEFORE,
  },
  diagnose: (scene, trouble) => {
    const [killed] = ailing(trouble, "crash").filter(({ ailment }) => ailment.reason === "OOMKilled");
    // Too little even to start: the runtime says so itself.
    const [choked] = ailing(trouble, "hindered").filter(({ ailment }) => ailment.hindrance.is === "out-of-memory");
    const symptom = killed ?? choked;
    if (symptom === undefined) return [];
    return [overwrittenLimit(scene, trouble.root, symptom) ?? judge(scene, trouble.root, symptom)];
  },
  foretell: (_, hypothesis) => onlyTells("running", "how much memory is enough", hypothesis),
};

type Killed = SymptomOf<"crash" | "hindered">;

function judge(scene: Scene, root: ObjectRef, symptom: Killed): Hypothesis {
  const { container } = symptom.ailment;
  const limit = limitOf(scene, root, container);
  const suspects = suspectsOf(scene, root);
  const lowered = suspects.filter((suspect) => isLowered(suspect, container));
  const sentence = `${container} of ${refText(root)} needs more memory than its limit${limit === undefined ? "" : ` of ${limit}`} allows.`;
  const wrongIf = `${container} stays far below its limit and is still killed`;
  const measures = measuresOf(scene.lookup, symptom.ailment.pod, container);
  const [first] = lowered;
  if (first !== undefined) {
    const { facts, supports, against } = together(
      beforeTheCut(measures, { container, limit: quantityOf(limit), at: first.commit?.at }),
      restartedBefore(measures, scene.lookup, symptom.ailment),
      killedWithMore(scene, root, container),
      onShortNode(scene, symptom),
    );
    // Requests that went down with the limit belong to the same intention.
    const beside = suspects.filter(
      (suspect) =>
        suspect !== first && suspect.commit?.commit === first.commit?.commit && isMemoryOf(suspect, container),
    );
    const blamed = blame({
      category: "oom_limit",
      root,
      sentence,
      symptoms: [symptom],
      suspects: [first, ...beside],
      facts,
      prior: { right: 19, wrong: 1 },
      supports: 1 + supports,
      contradicts: against.length,
      wrongIf,
    });
    return doubted(blamed, against, `Find out why ${container} is killed`);
  }
  return unchanged(scene, root, symptom, { limit, sentence, wrongIf, suspects, measures });
}

// A pod of the former template that is killed as well had the former limit: more than now was not enough either.
function killedWithMore({ lookup }: Scene, root: ObjectRef, name: string): Testimony {
  const now = memoryLimitIn(lookup.get(root), name);
  const former = lookup
    .podsOf(root)
    .filter((pod) => isMore(memoryLimitIn(pod, name), now) && isOftenKilled(lookup, pod, name));
  return {
    facts: former.map((pod) =>
      citeFound("limit", `${name} is killed with ${memoryLimitIn(pod, name)}, too`, refText(refOf(pod))),
    ),
    supports: 0,
    against: former.length > 0 ? ["it is killed with the former limit, too"] : [],
  };
}

// A node that runs out of memory kills what keeps to its limit, too.
function onShortNode({ lookup }: Scene, { ailment }: Killed): Testimony {
  const name = textAt(lookup.get(ailment.pod), "spec", "nodeName");
  const node = name === undefined ? undefined : lookup.find("/Node", null, name);
  const isShort =
    node !== undefined &&
    (conditionOf(node, "MemoryPressure")?.status === "True" || recentEvent(lookup, node, ["SystemOOM"]) !== undefined);
  const told = `node ${name} itself runs out of memory`;
  return isShort
    ? { facts: [citeFound("node", told, `Node/${name}`)], supports: 0, against: [told] }
    : { facts: [], supports: 0, against: [] };
}

// Once is chance, and long ago is history.
const OFTEN = 3;
const LATELY_MINUTES = 60;

function isOftenKilled(lookup: Lookup, pod: KubernetesObject, name: string): boolean {
  const status = listAt(pod, "status", "containerStatuses").find((each) => textAt(each, "name") === name);
  const last = mapAt(status, "lastState", "terminated");
  const isLately = minutesSince(lookup, textAt(last, "finishedAt")) < LATELY_MINUTES;
  return textAt(last, "reason") === "OOMKilled" && isLately && (numberAt(status, "restartCount") ?? 0) >= OFTEN;
}

function isMore(limit: string | undefined, other: string | undefined): boolean {
  return (quantityOf(limit) ?? 0) > (quantityOf(other) ?? Number.POSITIVE_INFINITY);
}

type Found = {
  readonly limit: string | undefined;
  readonly sentence: string;
  readonly wrongIf: string;
  readonly suspects: readonly Suspect[];
  readonly measures: Measures;
};

// The limit is as it was: the program grew, or a new version or setting of it did.
function unchanged(scene: Scene, root: ObjectRef, symptom: Killed, found: Found): Hypothesis {
  const { container } = symptom.ailment;
  const { limit, measures } = found;
  const { facts, supports, against } = upToTheLimit(measures, container, quantityOf(limit));
  const grown = found.suspects.find((suspect) =>
    isContainerField(suspect, container, "image", "env", "args", "command"),
  );
  if (grown !== undefined && grown.worked !== null) {
    return blame({
      category: "oom_limit",
      root,
      sentence: found.sentence,
      symptoms: [symptom],
      suspects: [grown],
      facts,
      prior: { right: 4, wrong: 1 },
      supports,
      contradicts: against.length,
      person: `Decide whether ${container} needs more memory since ${short(grown.to)}, or ${short(grown.from)} should come back.`,
      wrongIf: found.wrongIf,
    });
  }
  const usage =
    scene.lookup.get(root) === undefined
      ? []
      : [citeFound("limit", `${container} may use ${limit ?? "what the node has"}`, refText(root))];
  return {
    category: "oom_limit",
    root,
    sentence: found.sentence,
    cites: [citeSymptom(symptom), ...usage, ...facts],
    confidence: confidenceOf({ prior: { right: 19, wrong: 1 }, supports, contradicts: against.length }),
    advice: { is: "person", because: asked(container, found, against) },
    culprit: null,
    wrongIf: found.wrongIf,
  };
}

function asked(container: string, { limit, measures }: Found, against: readonly string[]): string {
  const unlowered = `no commit lowered its limit${limit === undefined ? "" : ` of ${limit}`}`;
  if (against.length > 0) return `Find out why ${container} is killed: ${against.join(", and ")}, and ${unlowered}.`;
  if (leaks(measures))
    return `Find out what ${container} does not give back: its memory climbs steadily from its start, so more of it only puts the next kill off, and ${unlowered}.`;
  return `Say how much memory ${container} needs, or find out why it grew: ${unlowered}.`;
}

function isMemoryOf(suspect: Suspect, container: string): boolean {
  const step = containerStep(suspect.path);
  return step?.container === container && step.rest[0] === "resources" && step.rest.at(-1) === "memory";
}

function isLowered(suspect: Suspect, container: string): boolean {
  const step = containerStep(suspect.path);
  if (step?.container !== container || step.rest[0] !== "resources") return false;
  const [from, to] = [memoryLimit(step.rest.slice(1), suspect.from), memoryLimit(step.rest.slice(1), suspect.to)];
  // No limit at all is the highest.
  return to !== undefined && (from === undefined || from > to);
}

// A limit may have come as a whole map.
function memoryLimit(rest: readonly (string | number)[], value: Json | undefined): number | undefined {
  if (rest.length === 2) return rest[0] === "limits" && rest[1] === "memory" ? quantityOf(value) : undefined;
  if (rest.length === 1) return rest[0] === "limits" ? quantityOf(mapAt(value)["memory"]) : undefined;
  return rest.length === 0 ? quantityOf(mapAt(value, "limits")["memory"]) : undefined;
}

function limitOf(scene: Scene, root: ObjectRef, container: string): string | undefined {
  return memoryLimitIn(scene.lookup.get(root), container);
}
