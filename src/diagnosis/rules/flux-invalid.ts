import { itemSelector, valueAt } from "../../manifest/path.ts";
import { isSameObject, type ObjectRef, refOf, refText } from "../../signal/object.ts";
import { isApplied, isPartOf } from "../applied.ts";
import { categoryOf } from "../bearing.ts";
import type { Category } from "../category.ts";
import { confidenceOf } from "../confidence.ts";
import { citeCommit } from "../culprit.ts";
import { categoryOfDenial, denierIn, speaksOf } from "../denial.ts";
import { conditionFact, type FluxFault, fluxFaults } from "../flux/fault.ts";
import { renamedField } from "../flux/misspelled.ts";
import { changedText } from "../flux/recent.ts";
import { renderedRef } from "../flux/rendered.ts";
import type { Advice, Culprit, Hypothesis } from "../hypothesis.ts";
import type { Intent } from "../intent.ts";
import { hasWord } from "../match.ts";
import { quantityOf } from "../quantity.ts";
import { restoreFields } from "../restore.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { historyOf, ofOneCommit, type Suspect, valueText } from "../suspects.ts";
import { cut } from "../telling.ts";

/** A manifest with a field that the API server does not know or a value that it does not take (dry-run failed). */
export const fluxInvalid: Rule = {
  name: "flux-apply-invalid",
  categories: [
    "api_version",
    "env_var",
    "scheduling_resources",
    "image_ref",
    "service_port",
    "probe",
    "pvc_storage",
    "configmap_missing",
    "hpa_pdb_rollout",
    "ingress_route",
    "job_failed",
    "alert_rule",
    "policy_scan",
    "webhook_mesh",
    "flux_substitution",
  ],
  sees: ["flux invalid", "flux forbidden"],
  silentIf: ["what git says is applied by now"],
  asksFor: {
    "restore-fields": "what the newest commit changed where the API server's message points",
    "restore-files": "the file as it was, where the commit changed other objects of it too",
    "set-flux": "the name of a field that others of its kind have",
  },
  diagnose: (scene, trouble) => fluxFaults(scene, trouble).flatMap((fault) => invalid(scene, fault)),
  foretell: () => ({
    silent: "unknown",
    because: "only the API server tells whether it takes the manifest; it took the one before",
  }),
};

type Field = Pick<Suspect, "object" | "path">;

function invalid(scene: Scene, { symptom, trouble }: FluxFault): readonly Hypothesis[] {
  if (trouble.is !== "invalid" && trouble.is !== "forbidden") return [];
  const isDenied = denierIn(trouble.text) !== undefined;
  if (trouble.is === "forbidden" && !isDenied) return [];
  const root = symptom.object;
  const object = renderedRef(scene, root, trouble.object);
  if (object === undefined) return [];
  const guilty = isDenied ? deniedOf(scene, object, trouble.text) : suspectsOf(scene, object, trouble.text);
  if (isApplied(scene, object) && !guilty.some((suspect) => isStillThere(scene, suspect))) return [];
  const [first] = guilty;
  const refusal = cut(trouble.text.trim(), 200);
  return [
    {
      category: isDenied
        ? categoryOfDenial(trouble.text)
        : categoryOfText(scene, trouble.text, first ?? refusedField(object, trouble.text)),
      root,
      sentence: `${refText(root)} cannot be applied: the API server refuses ${refText(object)}: ${refusal}.`,
      cites: [conditionFact(symptom), ...citeCommit(first?.commit, changedText(guilty))],
      confidence: confidenceOf({ prior: { right: 14, wrong: 1 }, supports: first === undefined ? 0 : 1 }),
      advice: undoing(scene, object, guilty) ??
        renamedField(scene, object, trouble.text) ?? {
          is: "person",
          because: `Write ${refText(object)} as the API server takes it: ${refusal}.`,
        },
      culprit: first?.commit ?? null,
      wrongIf: "the cluster serves another version of this kind than it did",
    },
  ];
}

function undoing(scene: Scene, object: ObjectRef, guilty: readonly Suspect[]): Advice | undefined {
  const commit = guilty[0]?.commit;
  if (!commit || isFollowed(historyOf(scene, object), guilty)) return undefined;
  const file = fileChangedWith(scene, object, commit);
  const intents: readonly Intent[] =
    file === undefined
      ? restoreFields(object, guilty, commit)
      : [{ kind: "restore-files", files: [file], commit: commit.commit }];
  return { is: "change", intents, because: "it was applied as it was before" };
}

// The API server tells of one field only: what a later commit wrote beside it was never taken either.
function isFollowed(history: readonly Suspect[], guilty: readonly Suspect[]): boolean {
  const places = new Set(guilty.map(placeOf));
  const later = history.slice(
    0,
    history.findIndex(({ commit }) => commit?.commit === guilty[0]?.commit?.commit),
  );
  return later.some((suspect) => places.has(placeOf(suspect)));
}

function placeOf({ path }: Suspect): string {
  return path.slice(0, -1).join("/");
}

// A Service and its EndpointSlice are written as one: half of it taken back would no longer fit the other half.
function fileChangedWith(scene: Scene, object: ObjectRef, { commit }: Culprit): string | undefined {
  const [found] = scene.manifests.findObject(object);
  const rendering = found && scene.manifests.render(found.kustomization.id);
  if (found === undefined || !rendering?.ok) return undefined;
  const { file } = found.rendered.origin;
  const others = rendering.objects.filter(
    ({ object: other, origin }) => origin.file === file && !isSameObject(refOf(other), object),
  );
  return others.some((other) => scene.changes(refOf(other.object)).some((change) => change.commit.commit === commit))
    ? file
    : undefined;
}

// What the newest commit changed where the message points, or beside it: a request is refused for its limit too, and a
// Service's port for the Service's type.
function suspectsOf(scene: Scene, object: ObjectRef, text: string): readonly Suspect[] {
  const field = wordsIn(text);
  const isMeant = (suspect: Suspect): boolean =>
    field.length > 0 ? isNear(wordsOf(suspect.path), field) : /quantities must match/.test(text) && isSpoilt(suspect);
  const history = historyOf(scene, object).filter((suspect) => !wasTaken(scene, suspect));
  const named = ofValue(history.filter(isMeant), text);
  const meant = ofNewestCommit(named.length > 0 ? named : renamed(history, text));
  return object.kind === "Service" ? contentChangedWith(meant, historyOf(scene, object)) : meant;
}

// What the cluster has as git says it, the API server took once: something else has changed since.
function wasTaken({ lookup }: Scene, { object, path, to }: Suspect): boolean {
  const value = path.length === 0 ? undefined : valueAt(lookup.get(object), path);
  return to !== undefined && value !== undefined && isPartOf(to, value);
}

// The message shows the value that is refused: what else was changed in such a place is innocent.
function ofValue(suspects: readonly Suspect[], text: string): readonly Suspect[] {
  const value = /(?:Invalid|Unsupported) value: "?([^":\s]+)/.exec(text)?.[1];
  const saying = suspects.filter(({ to }) => value !== undefined && hasWord(valueText(to), value));
  return saying.length > 0 ? saying : suspects;
}

// What a field names and does not find is an item that went from another list, or got another name there.
function renamed(history: readonly Suspect[], text: string): readonly Suspect[] {
  const name = /: Not found: "([^"]+)"/.exec(text)?.[1];
  const gone = history.find(({ path, to }) => to === undefined && path.at(-1) === `[name=${name}]`);
  const list = gone?.path.slice(0, -1).join("/");
  return history.filter(({ path }) => path.slice(0, -1).join("/") === list);
}

// Where a quantity does not parse, the API server does not say which: one that was one before and is none now.
function isSpoilt({ from, to }: Suspect): boolean {
  return typeof to === "string" && quantityOf(from) !== undefined && quantityOf(to) === undefined;
}

// All that the commit of these did to the object's content.
function contentChangedWith([first]: readonly Suspect[], history: readonly Suspect[]): readonly Suspect[] {
  return history.filter(({ path, commit }) => path[0] !== "metadata" && commit?.commit === first?.commit?.commit);
}

// A policy tells in its own words what it is about: what else the commit did is innocent.
function deniedOf(scene: Scene, object: ObjectRef, text: string): readonly Suspect[] {
  return ofNewestCommit(
    historyOf(scene, object).filter((suspect) => suspect.path.length > 0 && speaksOf(text, suspect)),
  );
}

function ofNewestCommit(suspects: readonly Suspect[]): readonly Suspect[] {
  return ofOneCommit(suspects.filter(({ commit }) => commit !== null)) ?? [];
}

// What git has taken away goes only once the rest is taken.
function isStillThere({ lookup }: Scene, { object, path, to }: Suspect): boolean {
  return to === undefined && valueAt(lookup.get(object), path) !== undefined;
}

function isNear(path: readonly string[], field: readonly string[]): boolean {
  const shared = path.findIndex((word, at) => word !== field[at]);
  const common = shared < 0 ? path.length : shared;
  return common >= Math.min(path.length, field.length - 1) && common > 1;
}

function wordsOf(path: readonly (string | number)[]): readonly string[] {
  return path.filter((step) => typeof step === "string" && itemSelector(step) === undefined).map(String);
}

const FIELDS = [
  /(?:^|\s)\.?((?!Kind=)[a-z][\w.[\]"'=/-]*): (?:field not declared in schema|expected |Invalid value|Required value|Unsupported value|Duplicate value|duplicate entries for key|Not found|Forbidden|Too (?:long|many|few)|must be|quantities must match)/i,
  /unknown field "([^"]+)"/,
];

// `.spec.template.spec.containers[name="app"].image` without its indices and selectors.
function wordsIn(text: string): readonly string[] {
  const field = FIELDS.map((form) => form.exec(text)?.[1]).find((found) => found !== undefined) ?? "";
  return field
    .replace(/\[[^\]]*\]/g, "")
    .split(".")
    .filter((word) => word !== "");
}

// The field that the message points to, as a path: containers are maps there.
function refusedField(object: ObjectRef, text: string): Field {
  const path = wordsIn(text).flatMap((word) => (/^(?:init)?containers$/i.test(word) ? [word, "[name=]"] : [word]));
  return { object, path };
}

function categoryOfText(scene: Scene, text: string, suspect: Field): Category {
  if (isSubstituted(scene, suspect)) return "flux_substitution";
  const isForm = /not declared in schema|unknown field|expected .* got|cannot unmarshal/.test(text);
  const category = isForm ? "api_version" : categoryOf(suspect);
  return category === "unknown" ? "api_version" : category;
}

function isSubstituted({ manifests }: Scene, { object, path }: Field): boolean {
  return manifests.findObject(object).some(({ rendered }) => rendered.originOf(path)?.variables?.length);
}
