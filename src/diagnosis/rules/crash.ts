import { type ObjectRef, refText } from "../../signal/object.ts";
import { hasAlibi } from "../alibi.ts";
import { categoryOf, isContainerField } from "../bearing.ts";
import { blame } from "../blame.ts";
import type { Category } from "../category.ts";
import { concerns } from "../crash/concerns.ts";
import { doubtOfChange, doubtOfWords, whichOf } from "../crash/doubt.ts";
import { complaintFacts, type Failing, failing, failText } from "../crash/failing.ts";
import { cutToNamed } from "../crash/named-lines.ts";
import { unexplained } from "../crash/unexplained.ts";
import type { Hypothesis } from "../hypothesis.ts";
import { affinity } from "../match.ts";
import type { Complaint } from "../message/complaint.ts";
import { endsOtherwise } from "../message/log.ts";
import { complaintsOfNew } from "../peer/known.ts";
import { ranLong } from "../proven.ts";
import { conditionOf } from "../read.ts";
import { type Rule, TEMPLATE_BEFORE } from "../rule.ts";
import type { Scene } from "../scene.ts";
import type { Suspect, Suspects } from "../suspect.ts";
import { suspectsOf } from "../suspects.ts";
import { onlyTells } from "../telling.ts";
import { containerNamed } from "../workload.ts";

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
    "secret_value",
    "cert_tls",
    "rbac_serviceaccount",
    "oom_limit",
    "pvc_storage",
    "app_or_db",
    "dns",
  ],
  sees: ["crash", "hindered", "waiting", "unready", "complaining"],
  silentIf: [
    "the kernel killed it for its memory",
    "a probe that was told of killed it",
    "it ran well for a long time with what was changed",
    "it says itself that something else is wrong",
    "more than one change is as near",
  ],
  asksFor: {
    "restore-fields": "what the commit changed that the program complains of",
    "set-environment": TEMPLATE_BEFORE,
    "set-command": TEMPLATE_BEFORE,
    "set-image": TEMPLATE_BEFORE,
    "set-access": TEMPLATE_BEFORE,
    "set-reference": TEMPLATE_BEFORE,
    "set-port": TEMPLATE_BEFORE,
  },
  diagnose: (scene, trouble) => {
    const found = failing(scene, trouble);
    if (found === undefined) return [];
    const blamed = changed(scene, trouble.root, found);
    if (blamed !== undefined) return [blamed];
    // That a peer does not answer is for the rule about peers.
    return found.complaints.length > 0 && found.complaints.every(({ is }) => is === "unreachable")
      ? []
      : [unexplained(scene, trouble.root, found)];
  },
  foretell: (_, hypothesis) => onlyTells("running", "whether the program is content", hypothesis),
};

function changed(scene: Scene, root: ObjectRef, found: Failing): Hypothesis | undefined {
  const candidates = suspectsOf(scene, root).filter(
    (suspect) => concerns(suspect, found) && !hasAlibi(scene.lookup, root, suspect, found.symptom),
  );
  const told = { lookup: scene.lookup, namespace: root.namespace, all: candidates };
  const ranked = candidates
    .map((suspect) => ({ suspect, fit: affinity(complaintsOfNew(told, suspect, found.complaints), suspect) }))
    .toSorted((a, b) => b.fit - a.fit);
  const [best, ...others] = ranked;
  if (best === undefined) return undefined;
  const isFitting = (said: Complaint): boolean => candidates.some((each) => affinity([said], each) > 0);
  if (best.fit > 0 && !endsOtherwise(found.complaints, isFitting)) {
    const alike = others
      .filter(({ fit, suspect }) => fit === best.fit || isVolumeOf(best.suspect, suspect))
      .map(({ suspect }) => suspect);
    const doubt = doubtOfWords(scene, found, { first: best.suspect, candidates });
    return byWords(root, found, { suspects: [best.suspect, ...alike], doubt });
  }
  const isOwn = found.complaints.some(({ is }) => CAUSES.has(is) || (is === "read-only" && !found.isHardened));
  // A program that is ready was started well.
  const isStarted = found.symptom.ailment.is === "complaining";
  return isOwn ||
    isStarted ||
    isKilled(found) ||
    speaksOfElse(found, candidates) ||
    cameUp(scene, root, found.container) ||
    ranWell(scene, found)
    ? undefined
    : bySingleChange(
        root,
        found,
        candidates.filter((suspect) => !isContainerField(suspect, found.container, "ports")),
      );
}

// A mount comes back with its volume, or not at all.
function isVolumeOf(mount: Suspect, other: Suspect): boolean {
  const isTaken = mount.path.at(-1) === "volumeMounts" && other.path.at(-1) === "volumes";
  return isTaken && other.commit?.commit === mount.commit?.commit;
}

// What a program says that is a cause of its own, whatever was changed lately.
const CAUSES = new Set<Complaint["is"]>([
  "unreachable",
  "login-failed",
  "certificate",
  "disk-full",
  "database",
  "out-of-memory",
  "mesh",
  "denied",
  "no-ports",
  "forbidden",
]);

// A program mostly names the setting that it cannot take. What it says of anything else has another cause, but for a new
// version of it: that may say whatever it likes.
function speaksOfElse({ complaints }: Failing, candidates: readonly Suspect[]): boolean {
  const isNewVersion = candidates.some((suspect) => categoryOf(suspect) === "image_ref");
  return complaints.length > 0 && !isNewVersion && complaints.every((each) => ELSE.has(each.is) || isLostFile(each));
}

// What an image has or has not: no setting that leaves its path alone takes it away.
function isLostFile(complaint: Complaint): boolean {
  return complaint.is === "not-found-command" && complaint.command.startsWith("/");
}

const ELSE = new Set<Complaint["is"]>(["fatal", "file-denied", "schema"]);

// Whoever is killed while all is well with it is killed by its node or its system.
function isKilled({ complaints, exitCode, symptom: { ailment } }: Failing): boolean {
  const isKill = exitCode === 137 || exitCode === 143;
  return isKill && complaints.length === 0 && ailment.is === "crash" && ailment.probe === null;
}

function ranWell({ lookup }: Scene, { symptom: { ailment, object } }: Failing): boolean {
  return ailment.is === "crash" && ranLong(lookup, lookup.get(object), ailment.restarts);
}

// With a template whose rollout was done the program became ready: nothing in it kept the program from starting.
function cameUp(scene: Scene, root: ObjectRef, name: string): boolean {
  const object = scene.lookup.get(root);
  const container = containerNamed(object, name);
  const isDone = conditionOf(object, "Progressing")?.reason === "NewReplicaSetAvailable";
  return isDone && container !== undefined && "readinessProbe" in container.spec;
}

type Fitting = { readonly suspects: Suspects; readonly doubt: string | undefined };

function byWords(root: ObjectRef, found: Failing, { suspects: [first, ...others], doubt }: Fitting): Hypothesis {
  const together = others.filter(
    (other) => other.commit?.commit === first.commit?.commit && other.object.name === first.object.name,
  );
  const person = together.length < others.length ? whichOf(found) : doubt;
  return blame({
    category: named(found, first),
    root,
    sentence: `${found.container} of ${refText(root)} ${failText(found)}.`,
    symptoms: [found.symptom],
    suspects: [cutToNamed(first, found.complaints), ...together],
    facts: complaintFacts(found),
    prior: { right: 14, wrong: 1 },
    supports: 1,
    ...(person === undefined ? {} : { person }),
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
  // The content of what the pods read is not in a template; where it was changed too, either may be the cause.
  const beside = candidates.filter(({ object, commit }) => object.kind !== root.kind && commit !== null);
  const doubt = doubtOfChange(found, [...pool, ...beside], isCompared);
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

// A change is only near in time where the program was started after it.
function isOfStart(suspect: Suspect, found: Failing): boolean {
  return suspect.commit !== null && found.symptom.at !== null && suspect.commit.at <= found.symptom.at;
}

function named(found: Failing, suspect: Suspect): Category {
  const category = categoryOf(suspect);
  if (suspect.path.includes("hostNetwork") && found.complaints.some(({ is }) => is === "port-taken"))
    return "port_conflict";
  if (category === "configmap_missing" && found.complaints.some(({ is }) => is === "disk-full")) return "pvc_storage";
  return found.isInit && category !== "image_ref" ? "init_container" : category;
}
