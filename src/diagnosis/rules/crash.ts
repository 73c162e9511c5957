import { type ObjectRef, refText } from "../../signal/object.ts";
import { categoryOf, containerStep, isWholeContainer } from "../bearing.ts";
import { blame } from "../blame.ts";
import type { Category } from "../category.ts";
import { confidenceOf, type Prior } from "../confidence.ts";
import type { FactDraft, Foretold, Hypothesis } from "../hypothesis.ts";
import { affinity, hasWord } from "../match.ts";
import type { Complaint } from "../message/log.ts";
import { conditionOf, listAt, textAt, textsAt } from "../read.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { type Suspect, suspectsOf } from "../suspects.ts";
import type { Symptom, Trouble } from "../symptom.ts";
import { minutesSince } from "../symptoms/now.ts";
import { ailing, citeSymptom } from "../telling.ts";
import { containersOf, podTemplateOf, referencesOf } from "../workload.ts";

/**
 * A program that ends, or never becomes ready, because of what it was told: a variable, an argument, its configuration
 * or its version. The change is the cause where the program's own words fit it, or where nothing else was changed
 * between a template that works and the one that does not.
 */
export const crash: Rule = {
  name: "started-with-what-breaks-it",
  categories: [
    "env_var",
    "command_args",
    "configmap_content",
    "init_container",
    "image_ref",
    "security_context",
    "port_conflict",
    "app_or_db",
  ],
  diagnose: (scene, trouble) => {
    const found = failing(scene, trouble);
    if (found === undefined) return [];
    const blamed = changed(scene, trouble.root, found);
    if (blamed !== undefined) return [blamed];
    // That a peer does not answer is for the rule about peers.
    return found.complaints.length > 0 && found.complaints.every(({ is }) => is === "unreachable")
      ? []
      : [unchanged(trouble.root, found)];
  },
  foretell: (_, hypothesis) => foretell(hypothesis),
};

type Failing = {
  readonly symptom: Symptom;
  readonly container: string;
  readonly isInit: boolean;
  readonly complaints: readonly Complaint[];
  readonly exitCode: number | null;
  /** What the container is told from outside, by where it comes from. */
  readonly givers: readonly Giver[];
};

type Giver = { readonly category: Category; readonly words: readonly string[] };

function failing(scene: Scene, trouble: Trouble): Failing | undefined {
  const [ended] = ailing(trouble, "crash").filter(
    ({ ailment }) => ailment.reason !== "OOMKilled" && (ailment.probe === null || ailment.probe.how === "untold"),
  );
  const [hindered] = ailing(trouble, "hindered").filter(({ ailment }) =>
    ["not-executable", "read-only", "mount", "runs-as-root", "other"].includes(ailment.hindrance.is),
  );
  const [waiting] = ailing(trouble, "waiting", "unready", "complaining");
  const symptom = ended ?? hindered ?? waiting;
  if (symptom === undefined) return undefined;
  const { ailment } = symptom;
  const complaints =
    ailment.is === "hindered" ? hinderedComplaints(ailment.message, ailment.hindrance.is) : ailment.complaints;
  const exitCode = ailment.is === "crash" ? ailment.exitCode : null;
  const givers = giversOf(scene, trouble.root, ailment.container);
  return { symptom, container: ailment.container, isInit: ailment.isInit, complaints, exitCode, givers };
}

function giversOf(scene: Scene, root: ObjectRef, name: string): readonly Giver[] {
  const object = scene.lookup.get(root);
  const template = object === undefined ? undefined : podTemplateOf(object);
  const container = template === undefined ? undefined : containersOf(template).find((each) => each.name === name);
  if (template === undefined || container === undefined) return [];
  const variables = listAt(container.spec, "env").flatMap((entry) => [textAt(entry, "name"), textAt(entry, "value")]);
  const maps = referencesOf(template).filter(({ kind }) => kind === "ConfigMap");
  const settings = maps.flatMap((reference) =>
    Object.entries(textsAt(scene.lookup.find("/ConfigMap", root.namespace, reference.name), "data")).flatMap(
      // A key such as `currency` is a word of the language too.
      ([key, text]) => (/^[a-z]+$/.test(key) ? [text] : [key, text]),
    ),
  );
  return [
    { category: "env_var", words: telling(variables) },
    { category: "configmap_content", words: telling(settings.flatMap((text) => text.split(/[\s:="']+/))) },
  ];
}

// Short words are found in any line.
function telling(words: readonly (string | undefined)[]): readonly string[] {
  return words.filter((word): word is string => word !== undefined && word.length > 2);
}

function hinderedComplaints(message: string, hindrance: string): readonly Complaint[] {
  if (hindrance === "not-executable") return [{ is: "not-found-command", line: message, command: "" }];
  if (hindrance === "runs-as-root" || hindrance === "read-only")
    return [{ is: "file-denied", line: message, file: "" }];
  return [{ is: "fatal", line: message }];
}

function changed(scene: Scene, root: ObjectRef, found: Failing): Hypothesis | undefined {
  const candidates = suspectsOf(scene, root).filter((suspect) => concerns(suspect, found));
  const ranked = candidates
    .map((suspect) => ({ suspect, fit: affinity(found.complaints, suspect) }))
    .toSorted((a, b) => b.fit - a.fit);
  const [best] = ranked;
  if (best === undefined) return undefined;
  if (best.fit > 0)
    return byWords(
      root,
      found,
      ranked.filter(({ fit }) => fit === best.fit).map(({ suspect }) => suspect),
    );
  const isOwn = found.complaints.some(({ is }) => CAUSES.has(is));
  return isOwn || cameUp(scene, root, found.container) || ranLong(scene, found)
    ? undefined
    : bySingleChange(root, found, candidates);
}

// What a program says that is a cause of its own, whatever was changed lately.
const CAUSES = new Set<Complaint["is"]>([
  "unreachable",
  "login-failed",
  "certificate",
  "disk-full",
  "database",
  "out-of-memory",
]);

// The kubelet waits at most five minutes between two restarts: a pod that is much older than all of them ran well first.
function ranLong({ lookup }: Scene, { symptom: { ailment, object } }: Failing): boolean {
  if (ailment.is !== "crash") return false;
  const failing = Array.from({ length: ailment.restarts }, (_, at) => Math.min(5, 2 ** at / 6));
  const minutes = failing.reduce((sum, wait) => sum + wait, 0);
  const age = minutesSince(lookup, lookup.get(object)?.metadata.creationTimestamp);
  return Number.isFinite(age) && age > 2 * minutes + A_WHILE_MINUTES;
}

const A_WHILE_MINUTES = 60;

// With a template whose rollout was done the program became ready: nothing in it kept the program from starting.
function cameUp(scene: Scene, root: ObjectRef, name: string): boolean {
  const object = scene.lookup.get(root);
  const template = object === undefined ? undefined : podTemplateOf(object);
  const container = template === undefined ? undefined : containersOf(template).find((each) => each.name === name);
  const isDone = conditionOf(object, "Progressing")?.reason === "NewReplicaSetAvailable";
  return isDone && container !== undefined && "readinessProbe" in container.spec;
}

// What a container may fail by: its own fields, the pod's, and the content that it reads; never another container's.
function concerns(suspect: Suspect, found: Failing): boolean {
  if (suspect.object.kind === "ConfigMap" || suspect.object.kind === "Secret") return suspect.path[0] === "data";
  if (suspect.path.length === 0 || suspect.path.includes("metadata")) return false;
  if (isWholeContainer(suspect, found.container)) return true;
  const step = containerStep(suspect.path);
  if (step !== undefined) {
    const field = String(step.rest[0] ?? "");
    return (
      step.container === found.container &&
      !["resources", "imagePullPolicy", "readinessProbe", "livenessProbe"].includes(field)
    );
  }
  const field = String(suspect.path[suspect.path.lastIndexOf("spec") + 1] ?? "");
  return [
    "volumes",
    "securityContext",
    "serviceAccountName",
    "automountServiceAccountToken",
    "hostNetwork",
    "dnsPolicy",
    "dnsConfig",
    "hostAliases",
    "runtimeClassName",
  ].includes(field);
}

function byWords(root: ObjectRef, found: Failing, suspects: readonly Suspect[]): Hypothesis {
  const [first, ...others] = suspects as [Suspect, ...Suspect[]];
  const together = others.filter(
    (other) =>
      other.commit !== null && other.commit.commit === first.commit?.commit && other.object.name === first.object.name,
  );
  return blame({
    category: named(found, first),
    root,
    sentence: `${found.container} of ${refText(root)} ${failText(found)}.`,
    symptoms: [found.symptom],
    suspects: [first, ...together],
    facts: complaintFacts(found),
    prior: { right: 14, wrong: 1 },
    supports: 1,
    wrongIf: `${found.container} fails in the same way with the old value`,
  });
}

// Nothing in the program's words points anywhere: then only the one change between what works and what does not can.
function bySingleChange(root: ObjectRef, found: Failing, candidates: readonly Suspect[]): Hypothesis | undefined {
  const compared = candidates.filter((suspect) => suspect.worked !== null);
  const isCompared = compared.length > 0;
  const pool = isCompared ? compared : candidates.filter((suspect) => isOfStart(suspect, found));
  const commits = new Set(pool.map((suspect) => suspect.commit?.commit));
  const [first, ...rest] = pool;
  if (first === undefined || commits.size > 1) return undefined;
  const doubt = doubtAbout(found, pool, isCompared);
  return blame({
    category: named(found, first),
    root,
    sentence: `${found.container} of ${refText(root)} ${failText(found)}, and nothing else of it was changed.`,
    symptoms: [found.symptom],
    suspects: [first, ...rest.filter((other) => other.object.name === first.object.name)],
    facts: complaintFacts(found),
    prior: { right: 5, wrong: 1 },
    contradicts: isCompared && doubt !== undefined ? 1 : 0,
    onlyTime: !isCompared,
    ...(doubt === undefined ? {} : { person: doubt }),
    wrongIf: `${found.container} fails in the same way with the old value`,
  });
}

function doubtAbout(found: Failing, pool: readonly Suspect[], isCompared: boolean): string | undefined {
  if (!isCompared)
    return `Find out whether ${found.container} fails because of that change: only their order in time says so.`;
  if (new Set(pool.map(categoryOf)).size === 1) return undefined;
  return `Find out which of the changes ${found.container} fails by: it does not say so itself.`;
}

// A change is only near in time where the program was started after it.
function isOfStart(suspect: Suspect, found: Failing): boolean {
  return suspect.commit !== null && found.symptom.at !== null && suspect.commit.at <= found.symptom.at;
}

function named(found: Failing, suspect: Suspect): Category {
  const category = categoryOf(suspect);
  return found.isInit && category !== "image_ref" ? "init_container" : category;
}

function failText(found: Failing): string {
  if (found.symptom.ailment.is === "hindered") return "cannot be started";
  if (found.symptom.ailment.is === "crash")
    return found.exitCode === null ? "ends" : `ends with exit code ${found.exitCode}`;
  if (found.symptom.ailment.is === "complaining") return "runs and complains without end";
  return found.isInit ? "does not come to its end" : "does not become ready";
}

function complaintFacts(found: Failing): readonly FactDraft[] {
  return found.complaints.slice(-3).map(({ line }) => ({
    verdict: "FOUND",
    kind: "log",
    text: line.length > 300 ? `${line.slice(0, 297)}…` : line,
    source: `log of ${found.symptom.object.name}/${found.container}`,
    at: found.symptom.at,
  }));
}

// What each complaint is called where no change explains it.
const UNEXPLAINED: Readonly<Partial<Record<Complaint["is"], Category>>> = {
  unset: "env_var",
  "bad-value": "env_var",
  "bad-argument": "command_args",
  "not-found-command": "command_args",
  "bad-config": "configmap_content",
  "file-missing": "command_args",
  "file-denied": "security_context",
  "read-only": "security_context",
  "port-taken": "port_conflict",
  "login-failed": "secret_value",
  forbidden: "rbac_serviceaccount",
  "out-of-memory": "oom_limit",
  certificate: "cert_tls",
  "disk-full": "pvc_storage",
  database: "app_or_db",
  fatal: "app_or_db",
};

function unchanged(root: ObjectRef, found: Failing): Hypothesis {
  const last =
    found.complaints.findLast((complaint) => complaint.is !== "unreachable" && complaint.is !== "fatal") ??
    found.complaints.at(-1);
  const category = categoryOfComplaint(found, last);
  return {
    category,
    root,
    sentence: `${found.container} of ${refText(root)} ${failText(found)}${last === undefined ? "" : `: ${shortLine(last.line)}`}.`,
    cites: [citeSymptom(found.symptom), ...complaintFacts(found)],
    confidence: confidenceOf({
      prior: priorOf(last),
    }),
    advice: { is: "person", because: `Look at what ${found.container} says of itself: no change in git explains it.` },
    culprit: null,
    wrongIf: `a change made outside git explains it`,
  };
}

// What a program names is nearly always what it fails by; that it fails says little.
function priorOf(last: Complaint | undefined): Prior {
  if (last === undefined || last.is === "fatal" || last.is === "unreachable") return { right: 3, wrong: 2 };
  return last.is === "bad-value" || last.is === "database" ? { right: 4, wrong: 1 } : { right: 8, wrong: 1 };
}

function categoryOfComplaint(found: Failing, last: Complaint | undefined): Category {
  if (found.symptom.ailment.is === "hindered") return last?.is === "file-denied" ? "security_context" : "command_args";
  const category = last === undefined ? undefined : UNEXPLAINED[last.is];
  if (found.isInit) return "init_container";
  // A value that nobody gave it is the program's own.
  if (last?.is === "bad-value")
    return found.givers.find(({ words }) => words.some((word) => hasWord(last.line, word)))?.category ?? "app_or_db";
  if (category !== undefined) return category;
  return found.exitCode === 127 || found.exitCode === 126 || found.exitCode === 0 ? "command_args" : "app_or_db";
}

function shortLine(line: string): string {
  return line.length > 160 ? `${line.slice(0, 157)}…` : line;
}

function foretell(hypothesis: Hypothesis): Foretold {
  const remembered = hypothesis.cites.find((fact) => fact.kind === "template");
  return {
    silent: "unknown",
    because:
      remembered === undefined
        ? "only running tells whether the program is content"
        : `only running tells; before, it ran with ${remembered.text}`,
  };
}
