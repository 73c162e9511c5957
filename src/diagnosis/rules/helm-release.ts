import type { Refusal } from "../../manifest/rendered.ts";
import { type Json, type ObjectRef, refOf, refText } from "../../signal/object.ts";
import type { Category } from "../category.ts";
import { confidenceOf } from "../confidence.ts";
import { citeCommit, commitText, culpritOf } from "../culprit.ts";
import { type BrokenChart, brokenChartOf, renderingOf } from "../flux/chart.ts";
import { conditionFact, type FluxFault, fluxFaults } from "../flux/fault.ts";
import { mendReference, toCome } from "../flux/lost-reference.ts";
import { lostValues, mendedRelease, worthUndoing } from "../flux/lost-values.ts";
import { namesValue } from "../flux/named-values.ts";
import { failedTests, regressionFact, regressionOf, wasDeployed } from "../flux/release-history.ts";
import { isGiven } from "../flux/takers.ts";
import type { Advice, Hypothesis } from "../hypothesis.ts";
import type { Intent } from "../intent.ts";
import { textAt } from "../read.ts";
import { restoreFields } from "../restore.ts";
import type { Rule } from "../rule.ts";
import type { FieldHistory, Scene } from "../scene.ts";

/** A HelmRelease whose chart, values or upgrade fails (helm-controller: InstallFailed, UpgradeFailed, ValuesError, …). */
export const helmRelease: Rule = {
  name: "helm-release-failed",
  categories: ["helm_chart_version", "helm_values", "helm_upgrade"],
  sees: ["flux chart-missing", "flux values-missing", "flux values-schema", "flux release-failed"],
  silentIf: ["no commit changed what Helm complains of: then only people can tell"],
  asksFor: {
    "restore-fields": "values, chart and version before the commit",
    "restore-files": "the chart's files as they were before the commit that broke its templates",
    "restore-object": "what the values come from, as the commit removed it",
    "set-flux": "the one object of that kind that comes near",
  },
  diagnose: (scene, trouble) => fluxFaults(scene, trouble).flatMap((fault) => failedRelease(scene, fault)),
  foretell: ({ manifests }, { root }) => {
    const rendering = renderingOf(manifests, root);
    if (rendering?.ok === true)
      return { silent: true, because: "rendered after the change, its chart takes its values" };
    if (rendering?.ok === false) return { silent: false, because: rendering.refusal.message };
    return { silent: "unknown", because: "only Helm tells whether it succeeds; it did with what was there before" };
  },
};

type Reading = {
  readonly category: Category;
  readonly sentence: string;
  readonly suspects: (path: string, from: Json | undefined) => boolean;
};

function failedRelease(scene: Scene, fault: FluxFault): Hypothesis[] {
  const reading = readingOf(fault);
  if (reading === undefined || !["HelmRelease", "HelmChart"].includes(fault.object.kind)) return [];
  const root = releaseOf(scene, fault.object);
  return [mendedRelease(scene, fault, { root, category: reading.category }) ?? explained(scene, fault, root, reading)];
}

function explained(scene: Scene, fault: FluxFault, root: ObjectRef, reading: Reading): Hypothesis {
  const { symptom, object, trouble } = fault;
  const chart = brokenChartOf(scene, root);
  const before = trouble.is === "release-failed" ? regressionOf(object) : undefined;
  const changes = scene.changes(root);
  const suspects = changes.filter(({ path, from }) => reading.suspects(path.join("."), from));
  const newest = isClear(fault, suspects) ? suspects[0] : undefined;
  // What was given to a chart that is not there goes with it.
  const together = changes.filter(
    ({ path, from, commit }) =>
      commit.commit === newest?.commit.commit &&
      (reading.suspects(path.join("."), from) || (trouble.is === "chart-missing" && isGiven(path))),
  );
  const lost = lostValues(fault);
  const mend =
    lost && (toCome(scene, root, lost) ?? (newest === undefined ? mendReference(scene, root, lost) : undefined));
  const own = (mend === undefined ? newest?.commit : mend.culprit) ?? null;
  const culprit = chart?.broken === undefined ? own : culpritOf(chart.broken.commit);
  const isOfRelease = culprit?.commit === newest?.commit.commit;
  const what = isOfRelease ? together.map(({ path }) => path.join(".")) : (chart?.broken?.files ?? []);
  return {
    category: reading.category,
    root,
    sentence: chart === undefined ? reading.sentence : `${reading.sentence} ${refusalText(chart.refusal)}`,
    cites: [
      conditionFact(symptom),
      ...(before === undefined ? [] : [regressionFact(before, refText(root))]),
      ...citeCommit(culprit, didOf(what)),
    ],
    confidence: confidenceOf({ prior: { right: 14, wrong: 1 }, supports: culprit === null ? 0 : 1 }),
    advice:
      mend?.advice ??
      adviceOf(root, { trouble, undone: isOfRelease ? worthUndoing(scene, fault, together) : [], chart }),
    culprit,
    wrongIf: "the chart repository or the cluster changed, and the release did not",
  };
}

/** Whether the newest suspect is to blame: not with a version that was deployed once, nor where several commits may be. */
function isClear({ object, trouble }: FluxFault, suspects: readonly FieldHistory[]): boolean {
  if (trouble.is === "chart-missing") return !suspects.some(({ to }) => wasDeployed(object, to));
  const before = trouble.is === "release-failed" ? regressionOf(object) : undefined;
  const isBoth = before?.isNewVersion === true && before.isNewValues;
  return !isBoth || new Set(suspects.map(({ commit }) => commit.commit)).size <= 1;
}

function refusalText({ message, file, line }: Refusal): string {
  return file === undefined ? message : `${message} (${file}${line === undefined ? "" : `:${line}`})`;
}

function readingOf({ symptom, trouble, object }: FluxFault): Reading | undefined {
  const name = refText(symptom.object);
  switch (trouble.is) {
    case "chart-missing":
      return {
        category: "helm_chart_version",
        sentence: `${name} asks for chart ${trouble.chart} in version ${trouble.version}, and its repository has none that matches.`,
        suspects: (path) => /^spec\.(?:chart\.spec\.(?:version|chart)|version|chart)$/.test(path),
      };
    case "values-missing":
      return {
        category: "helm_values",
        sentence: `${name} takes values from ${trouble.kind} ${trouble.name}${trouble.key === null ? "" : `, key ${trouble.key}`}, which is not there.`,
        suspects: (path) => path.startsWith("spec.valuesFrom"),
      };
    case "values-schema":
      return {
        category: "helm_values",
        sentence: `The values of ${name} do not meet the chart's schema.`,
        suspects: valuesRefused(object, trouble.text),
      };
    case "release-failed":
      return isAboutValues(trouble.text)
        ? {
            category: "helm_values",
            sentence: `The chart of ${name} does not take its values.`,
            suspects: valuesRefused(object, trouble.text),
          }
        : {
            category: "helm_upgrade",
            sentence: failureText(name, object, trouble.text),
            suspects: regressed(object, trouble.text),
          };
    default:
      return undefined;
  }
}

function failureText(name: string, object: FluxFault["object"], text: string): string {
  const tests = failedTests(object);
  if (tests.length > 0) return `${name} was installed, and its own tests fail: ${tests.join(", ")}.`;
  return /^Helm test failed/.test(text)
    ? `${name} was installed, and its own tests fail.`
    : `Helm could not install or upgrade ${name}.`;
}

// What the cluster did not do or allow in time says nothing of what was asked of it.
const PASSING =
  /deadline exceeded|timed out|timeout|connection re(?:fused|set)|no such host|another operation|failed calling webhook|exceeded quota|etcdserver|leader changed|too many requests|(?:currently )?unable to handle the request|Internal error occurred|hooks? failed|\bcannot (?:create|get|list|patch|update|delete) resource/i;

// The version or the values, where the release's own history says that it was well with others. What never worked is
// nothing to go back to; a range may have meant the version that did.
function regressed(object: FluxFault["object"], text: string): Reading["suspects"] {
  const before = PASSING.test(text) ? undefined : regressionOf(object);
  return (path, from) => {
    if (before === undefined) return false;
    if (!/^spec\.(?:chart\.spec\.)?version$/.test(path)) return before.isNewValues && path.startsWith("spec.values.");
    return before.isNewVersion && (from === before.version || /[~^*x<>]/.test(String(from)));
  };
}

// Where the release's own history says that the very values were taken by another version, that one is to blame.
function valuesRefused(object: FluxFault["object"], text: string): Reading["suspects"] {
  const before = regressionOf(object);
  const isChart = before?.isNewVersion === true && !before.isNewValues;
  return isChart ? regressed(object, text) : (path) => isOfValues(path, text);
}

// What else the commit did to the values is innocent where the refusal names one.
function isOfValues(path: string, text: string): boolean {
  return path.startsWith("spec.valuesFrom") || (/^spec\.values\b/.test(path) && namesValue(text, path.slice(12)));
}

// The chart's templates fail by a value; what else Helm complains of comes from the cluster.
function isAboutValues(text: string): boolean {
  return /<\.Values|\.Values\.\S+|executing "[^"]+\/templates\/|execution error at \(/.test(text);
}

function didOf(changed: readonly string[]): string {
  return changed.length > 0 ? `changed ${changed.join(", ")}` : "took away what the values come from";
}

// The chart object is made from the release, and only the release stands in git.
function releaseOf(scene: Scene, object: FluxFault["object"]): ObjectRef {
  const { namespace, name } = object.metadata;
  if (object.kind !== "HelmChart") return refOf(object);
  const release = scene.lookup
    .all("helm.toolkit.fluxcd.io/HelmRelease")
    .find((candidate) => textAt(candidate, "status", "helmChart") === `${namespace}/${name}`);
  return refOf(release ?? object);
}

function forPeople(root: ObjectRef, trouble: FluxFault["trouble"]): string {
  if (trouble.is === "values-missing") {
    return `Make ${trouble.kind} ${trouble.name}, or say what ${refText(root)} should take instead: nothing tells which was meant.`;
  }
  return `Read what the chart says, and change the version or the values of ${refText(root)}: no commit within reach explains it.`;
}

type Undoing = {
  readonly trouble: FluxFault["trouble"];
  readonly undone: readonly FieldHistory[];
  readonly chart: BrokenChart | undefined;
};

function adviceOf(root: ObjectRef, { trouble, undone, chart }: Undoing): Advice {
  const [first] = undone;
  const commit = first?.commit.commit ?? chart?.broken?.commit.hash;
  if (commit === undefined) {
    return { is: "person", because: forPeople(root, trouble) };
  }
  const files = chart?.broken?.commit.hash === commit ? [...chart.broken.files] : [];
  const intents: Intent[] = [
    ...(first === undefined ? [] : restoreFields(root, undone, first.commit)),
    ...(files.length === 0 ? [] : [{ kind: "restore-files" as const, files, commit }]),
  ];
  return {
    is: "change",
    intents,
    because: `${commitText({ commit })} changed it, and the release was well before`,
  };
}
