import { applierOf } from "../../manifest/flux/applier.ts";
import { type ObjectRef, refText } from "../../signal/object.ts";
import type { Category } from "../category.ts";
import { confidenceOf } from "../confidence.ts";
import { citeCommit, commitText } from "../culprit.ts";
import { conditionFact, type FluxFault, fluxFaults } from "../flux/fault.ts";
import { type LostReference, mendReference } from "../flux/lost-reference.ts";
import { changedText, recentChanges } from "../flux/recent.ts";
import { sourceCategory, takenAs } from "../flux/stop.ts";
import { changesTakers } from "../flux/takers.ts";
import type { FluxTrouble } from "../flux/trouble.ts";
import type { Advice, Hypothesis } from "../hypothesis.ts";
import type { Intent } from "../intent.ts";
import { listAt, textAt } from "../read.ts";
import { restoreFields } from "../restore.ts";
import type { Rule } from "../rule.ts";
import type { FieldHistory, Scene } from "../scene.ts";

/**
 * A Flux object cannot fetch, decrypt or read what its spec names. Where a commit changed that very setting it is put
 * back; all else lies outside the manifests, and a person must settle it.
 */
export const fluxSetting: Rule = {
  name: "flux-setting",
  categories: ["flux_source", "helm_source", "flux_decryption", "flux_substitution", "secret_missing", "webhook_mesh"],
  sees: [
    "flux fetch",
    "flux access-denied",
    "flux decryption",
    "flux webhook-down",
    "flux secret-missing",
    "flux variables-missing",
  ],
  silentIf: [
    "the other side did not answer in time: that says nothing of how it was asked",
    "no commit changed the setting",
  ],
  asksFor: {
    "restore-fields": "the setting before the commit",
    "restore-files": "the whole commit, where it gave releases other values for another chart",
    "restore-object": "what the setting names, as the commit removed it",
    "set-flux": "the one object of that kind that comes near",
  },
  diagnose: (scene, trouble) => fluxFaults(scene, trouble).flatMap((fault) => hypothesis(scene, fault)),
  foretell: () => ({
    silent: "unknown",
    because: "only Flux tells whether it can go on; with what was there before it did",
  }),
};

type Reading = {
  readonly category: Category;
  readonly sentence: string;
  /** What a person is to do where no commit explains it. */
  readonly because: string;
  /** The settings that can bring such a message about; none where it comes from elsewhere. */
  readonly settings: RegExp | null;
  readonly lost?: LostReference | undefined;
};

function hypothesis(scene: Scene, fault: FluxFault): Hypothesis[] {
  const { symptom, object } = fault;
  const root = symptom.object;
  const reading = readingOf(fault);
  if (reading === undefined) return [];
  const changed = isAppliedByItself(scene, fault) ? [] : recentChanges(scene, fault, reading.settings);
  const [newest] = changed;
  const mend = newest === undefined && reading.lost ? mendReference(scene, root, reading.lost) : undefined;
  const culprit = newest?.commit ?? mend?.culprit ?? null;
  return [
    {
      category: takenAs(reading.category, scene.lookup, object),
      root,
      sentence: reading.sentence,
      cites: [conditionFact(symptom), ...citeCommit(culprit, didOf(changed, object.kind))],
      confidence: confidenceOf({ prior: { right: 12, wrong: 1 }, supports: culprit === null ? 0 : 1 }),
      advice: adviceOf(scene, root, changed, mend?.advice ?? { is: "person", because: reading.because }),
      culprit,
      wrongIf: "the controller's message has another meaning in this version of Flux",
    },
  ];
}

function adviceOf(scene: Scene, root: ObjectRef, changed: readonly FieldHistory[], otherwise: Advice): Advice {
  const [newest] = changed;
  if (newest === undefined) return otherwise;
  const { commit } = newest;
  const because = `${commitText(commit)} changed it, and ${refText(root)} was well before`;
  const intents = changesTakers(scene, root, commit.commit)
    ? restoreAll(scene, commit.commit)
    : restoreFields(root, changed, commit);
  return { is: "change", intents, because };
}

// The old chart does not take the new one's values.
function restoreAll({ history }: Scene, hash: string): Intent[] {
  const commit = history.known ? history.commits.find((each) => each.hash === hash) : undefined;
  if (commit === undefined) return [];
  return [{ kind: "restore-files", files: commit.files.map(({ path }) => path), commit: hash }];
}

function didOf(changed: readonly FieldHistory[], kind: string): string {
  return changed.length > 0 ? changedText(changed) : `took away what the ${kind} names`;
}

// A source that cannot be fetched does not bring its own repair.
function isAppliedByItself({ lookup }: Scene, { object }: FluxFault): boolean {
  const applier = applierOf(object, "Kustomization");
  if (object.kind !== "GitRepository" || applier === undefined) return false;
  return textAt(lookup.get(applier), "spec", "sourceRef", "name") === object.metadata.name;
}

const FETCHED = /^spec\.(?:url|ref|type|provider|chart|version|secretRef|certSecretRef)\b/;
// What the other side did not do in time says nothing of how it was asked.
const PASSING =
  /i\/o timeout|deadline exceeded|connection re(?:fused|set)|TLS handshake timeout|server misbehaving|too many requests|\b(?:429|50\d)\b|unexpected EOF|temporary failure/i;

function readingOf({ symptom, trouble, object }: FluxFault): Reading | undefined {
  const { kind } = object;
  const name = refText(symptom.object);
  switch (trouble.is) {
    case "fetch":
      return {
        category: sourceCategory(kind),
        sentence: `${name} cannot fetch its source.`,
        because: `Check the address, the reference and the credentials of ${name}: ${trouble.text}`,
        settings: PASSING.test(trouble.text) ? null : FETCHED,
      };
    case "access-denied":
      return {
        category: sourceCategory(kind),
        sentence: `${name} takes its source from another namespace, which this Flux does not allow.`,
        because: `Take the source from the namespace of ${name}, or allow references across namespaces.`,
        settings: /^spec\.(?:chart\.spec\.)?(?:sourceRef|chartRef)\b/,
      };
    case "decryption":
      return {
        category: "flux_decryption",
        sentence: `${name} cannot decrypt a file of its path.`,
        because: `Give ${name} the key that the file was encrypted for, or encrypt the file again: only a person holds it.`,
        settings: /configuring decryption is required|decryption Secret/.test(trouble.text)
          ? /^spec\.decryption\b/
          : null,
      };
    case "webhook-down":
      return {
        category: "webhook_mesh",
        sentence: `${name} cannot be applied: the webhook ${trouble.webhook} does not answer.`,
        because: `See why the webhook ${trouble.webhook} does not answer, or take its registration away.`,
        settings: null,
      };
    default:
      return missingReading(trouble, object, name);
  }
}

function missingReading(trouble: FluxTrouble, object: FluxFault["object"], name: string): Reading | undefined {
  if (trouble.is === "secret-missing") {
    const category = sourceCategory(object.kind) === "helm_source" ? "helm_source" : "secret_missing";
    return {
      category,
      sentence: `${name} names the Secret ${trouble.name}, which does not exist.`,
      because: `Make the Secret ${trouble.name}, or name the one that holds the credentials.`,
      settings: /^spec\.(?:secretRef|certSecretRef|proxySecretRef)\b/,
      lost: lostAt(object, trouble.name, ["secretRef", "certSecretRef", "proxySecretRef"]),
    };
  }
  if (trouble.is !== "variables-missing") return undefined;
  const entries = listAt(object, "spec", "postBuild", "substituteFrom");
  const at = entries.findIndex((entry) => textAt(entry, "name") === trouble.name);
  return {
    category: "flux_substitution",
    sentence: `${name} takes variables from ${trouble.kind} ${trouble.name}, which does not exist.`,
    because: `Add ${trouble.kind} ${trouble.name}, or mark it optional in spec.postBuild.substituteFrom.`,
    settings: /^spec\.postBuild\.substituteFrom\b/,
    lost:
      at < 0
        ? undefined
        : { kind: trouble.kind, name: trouble.name, path: ["spec", "postBuild", "substituteFrom", at, "name"] },
  };
}

function lostAt(object: FluxFault["object"], name: string, fields: readonly string[]): LostReference | undefined {
  const field = fields.find((each) => textAt(object, "spec", each, "name") === name);
  return field === undefined ? undefined : { kind: "Secret", name, path: ["spec", field, "name"] };
}
