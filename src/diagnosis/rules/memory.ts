import { type Json, type ObjectRef, refText } from "../../signal/object.ts";
import { containerStep, isContainerField } from "../bearing.ts";
import { blame } from "../blame.ts";
import { confidenceOf } from "../confidence.ts";
import type { Foretold, Hypothesis } from "../hypothesis.ts";
import { quantityOf } from "../quantity.ts";
import { mapAt } from "../read.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { type Suspect, suspectsOf } from "../suspects.ts";
import { ailing, citeFound, citeSymptom, short } from "../telling.ts";
import { containersOf, podTemplateOf } from "../workload.ts";

/** A container that the kernel kills because it reaches its memory limit (last termination OOMKilled). */
export const memory: Rule = {
  name: "memory-limit-reached",
  categories: ["oom_limit", "node_infra"],
  diagnose: (scene, trouble) => {
    const [killed] = ailing(trouble, "crash").filter(({ ailment }) => ailment.reason === "OOMKilled");
    // Too little even to start: the runtime says so itself.
    const [choked] = ailing(trouble, "hindered").filter(({ ailment }) => ailment.hindrance.is === "out-of-memory");
    const symptom = killed ?? choked;
    return symptom === undefined ? [] : [judge(scene, trouble.root, symptom)];
  },
  foretell: (_, hypothesis) => foretell(hypothesis),
};

type Crash = ReturnType<typeof ailing<"crash" | "hindered">>[number];

function judge(scene: Scene, root: ObjectRef, symptom: Crash): Hypothesis {
  const { container } = symptom.ailment;
  const limit = limitOf(scene, root, container);
  const suspects = suspectsOf(scene, root);
  const lowered = suspects.filter((suspect) => isLowered(suspect, container));
  const sentence = `${container} of ${refText(root)} needs more memory than its limit${limit === undefined ? "" : ` of ${limit}`} allows.`;
  const wrongIf = `${container} stays far below its limit and is still killed`;
  const [first] = lowered;
  if (first !== undefined) {
    // Requests that went down with the limit belong to the same intention.
    const beside = suspects.filter(
      (suspect) =>
        suspect !== first && suspect.commit?.commit === first.commit?.commit && isMemoryOf(suspect, container),
    );
    return blame({
      category: "oom_limit",
      root,
      sentence,
      symptoms: [symptom],
      suspects: [first, ...beside],
      prior: { right: 19, wrong: 1 },
      supports: 1,
      wrongIf,
    });
  }
  return unchanged(scene, root, symptom, { limit, sentence, wrongIf, suspects });
}

type Found = {
  readonly limit: string | undefined;
  readonly sentence: string;
  readonly wrongIf: string;
  readonly suspects: readonly Suspect[];
};

// The limit is as it was: the program grew, or a new version or setting of it did.
function unchanged(scene: Scene, root: ObjectRef, symptom: Crash, found: Found): Hypothesis {
  const { container } = symptom.ailment;
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
      prior: { right: 4, wrong: 1 },
      person: `Decide whether ${container} needs more memory since ${short(grown.to)}, or ${short(grown.from)} should come back.`,
      wrongIf: found.wrongIf,
    });
  }
  const usage =
    scene.lookup.get(root) === undefined
      ? []
      : [citeFound("limit", `${container} may use ${found.limit ?? "what the node has"}`, refText(root))];
  return {
    category: "oom_limit",
    root,
    sentence: found.sentence,
    cites: [citeSymptom(symptom), ...usage],
    confidence: confidenceOf({ prior: { right: 19, wrong: 1 } }),
    advice: {
      is: "person",
      because: `Say how much memory ${container} needs, or find out why it grew: no commit lowered its limit${found.limit === undefined ? "" : ` of ${found.limit}`}.`,
    },
    culprit: null,
    wrongIf: found.wrongIf,
  };
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
  const object = scene.lookup.get(root);
  const template = object === undefined ? undefined : podTemplateOf(object);
  const found =
    template === undefined ? undefined : containersOf(template).find((candidate) => candidate.name === container);
  const limit = mapAt(found?.spec, "resources", "limits")["memory"];
  return limit === undefined ? undefined : String(limit);
}

function foretell(hypothesis: Hypothesis): Foretold {
  const remembered = hypothesis.cites.find((fact) => fact.kind === "template");
  const because =
    remembered === undefined
      ? "only running tells how much memory is enough"
      : `only running tells; before, it ran with ${remembered.text}`;
  return { silent: "unknown", because };
}
