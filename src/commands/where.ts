import { relative, resolve, sep } from "node:path";
import { parseArgs } from "node:util";
import { blame, checkoutAround, readWorkTree } from "../adapters/git.ts";
import { chartsOf } from "../adapters/helm.ts";
import { readSnapshot } from "../adapters/snapshot.ts";
import { type FieldQuery, parseFieldQuery } from "../manifest/field-query.ts";
import type { Wanted } from "../manifest/flux/object-index.ts";
import { type Manifests, openManifests } from "../manifest/manifests.ts";
import { bytesOfLine, originPosition } from "../manifest/position.ts";
import {
  type FieldOrigin,
  fieldsTouchedBy,
  fieldsWithin,
  shownValue,
  type UnprovenField,
  whereIs,
  whereItMayBe,
} from "../manifest/where.ts";
import { withCharts } from "../pipeline/charted.ts";
import { BadInput } from "../signal/bad-input.ts";
import type { KubernetesObject } from "../signal/object.ts";
import type { Io } from "./io.ts";
import { optionsOf } from "./options.ts";
import { pathOption } from "./path-option.ts";
import { refusalLine } from "./refusal-text.ts";
import {
  type FieldAnswer,
  fieldText,
  type LineAnswer,
  type LineField,
  lineText,
  objectText,
  type UnprovenAnswer,
  unprovenText,
} from "./where-text.ts";

const HELP = `Usage: oakum where KIND/[NAMESPACE/]NAME [FIELD]
       oakum where FILE:LINE

Says which bytes in git set a field of a live object, what they replaced, who uses that file and who last changed the
line. FIELD is a path such as spec.template.spec.containers[app].image; [*] means every item. With FILE:LINE it says
which fields of which objects that line sets.

  --repo DIR       the GitOps repository (default: the checkout around this folder, else the folder)
  --snapshot DIR   a recorded cluster, which says which Kustomizations run and what their variables are
  --output FORM    text or json
Charts of the repository are rendered with the helm that OAKUM_HELM names, or one on the PATH (none: with no helm).
Without, a snapshot's values and the text of the templates tell which values may set a field: that is not proven.
Exit code 0: found. 1: nothing is known to set it. 2: bad input.
`;

const SHORT_KINDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ deploy: "Deployment", sts: "StatefulSet", ds: "DaemonSet", svc: "Service", cm: "ConfigMap", ing: "Ingress" },
    ...{ ks: "Kustomization", hr: "HelmRelease", ns: "Namespace", pvc: "PersistentVolumeClaim", cj: "CronJob" },
  }),
);

/** Tells where fields are set, or what a line sets. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help) {
    io.stdout(HELP);
    return 0;
  }
  const [target, field = ""] = positionals;
  if (target === undefined || positionals.length > 2)
    throw new BadInput(`Expected an object or a line of a file.\n${HELP}`);
  if (values.output !== "text" && values.output !== "json")
    throw new BadInput(`Expected --output text or json, found "${values.output}".`);
  const folder = values.repo === undefined ? checkoutAround(io.cwd) : pathOption(io.cwd, "--repo", values.repo);
  const question = questionOf(target, field, (file) => relative(folder, resolve(io.cwd, file)).split(sep).join("/"));
  const world =
    values.snapshot === undefined ? null : await readSnapshot(pathOption(io.cwd, "--snapshot", values.snapshot));
  const tree = await readWorkTree(folder);
  const { unknown, answer } = await withCharts(chartsOf(io.env), (charts) => {
    const manifests = openManifests(tree, world, [], charts);
    return {
      answer: answerTo(manifests, question, world?.objects ?? []),
      unknown: [...manifests.unknown, ...unrendered(manifests)],
    };
  });
  for (const sentence of unknown) io.stderr(`${sentence}\n`);
  const answers = await answer(folder);
  const { said, text } = answers;
  io.stdout(values.output === "json" ? `${JSON.stringify(said, null, 2)}\n` : text);
  return answers.isFound ? 0 : 1;
}

const MOST_UNRENDERED = 5;

/** The Kustomizations that do not render: whether they set what is asked for, nobody can tell. */
function unrendered(manifests: Manifests): readonly string[] {
  const sentences = manifests.kustomizations.flatMap(({ id, source }) => {
    const rendering = manifests.render(id);
    if (rendering.ok || !source.here) return [];
    return [`What Kustomization ${id} sets is not known: ${refusalLine(rendering.refusal)}`];
  });
  const more = sentences.length - MOST_UNRENDERED;
  return more <= 0 ? sentences : [...sentences.slice(0, MOST_UNRENDERED), `… and what ${more} others set.`];
}

type Answer = { readonly said: unknown; readonly text: string; readonly isFound: boolean };

/** What was asked, in its parts; said to be wrong before anything is read. */
type Question = {
  readonly target: string;
  readonly field: string;
  readonly query: FieldQuery;
  /** The file as it is told from here and from the repository's root, and the line. */
  readonly line: { readonly files: readonly string[]; readonly number: number } | undefined;
};

function questionOf(target: string, field: string, fromHere: (file: string) => string): Question {
  const query = parseFieldQuery(field);
  if (query === undefined)
    throw new BadInput(`"${field}" is no field. Write it like spec.template.spec.containers[app].image.`);
  const [, file, number] = /^(.+?):(\d+)(?::\d+)?$/.exec(target) ?? [];
  if (file === undefined) objectOf(target);
  const line = file === undefined ? undefined : { files: [fromHere(file), file], number: Number(number) };
  return { target, field, query, line };
}

/** What is found, but for who changed it last: that is asked of git in the end. */
function answerTo(
  manifests: Manifests,
  { target, field, query, line }: Question,
  live: readonly KubernetesObject[],
): (folder: string) => Promise<Answer> {
  const file = line?.files.find((name) => manifests.tree.read(name) !== undefined);
  if (line !== undefined && file !== undefined) {
    const answer = lineAnswer(manifests, file, line.number);
    return async () => answer;
  }
  if (line !== undefined && /\.(?:ya?ml|json)$/.test(line.files.join("\n")))
    throw new BadInput(`There is no file ${line.files[0]} in the repository.`);
  const found =
    singularsOf(target)
      .map((one) => whereIs(manifests, objectOf(one), query))
      .find(isFilled) ?? [];
  if (found.length === 0) {
    const unproven = singularsOf(target).map((one) => whereItMayBe(manifests, live, objectOf(one), query));
    const answers = unproven.find(isFilled)?.map((each) => unprovenAnswer(manifests, each)) ?? [];
    const text = [nothing(manifests, target, field), ...answers.map(unprovenText)].join("");
    return async () => ({ said: answers, text, isFound: false });
  }
  const within = query.length === 0 ? fieldsWithin(manifests, found) : [];
  const fields = found.map((each) => fieldAnswer(manifests, each));
  return async (folder) => {
    const answers = await Promise.all(fields.map((each) => withLastChange(each, folder)));
    const text = query.length === 0 ? objectText(answers, within) : answers.map(fieldText).join("\n");
    return { said: answers, text, isFound: true };
  };
}

function nothing(manifests: Manifests, target: string, field: string): string {
  const what = field === "" ? target : `${target} with a field ${field}`;
  return [`No Kustomization renders ${what}.`, ...mayBeMadeBy(manifests, objectOf(target)), ""].join("\n");
}

/** Why releases that may make an object are not rendered: most charts begin its name with theirs. */
function mayBeMadeBy(manifests: Manifests, { kind, name }: Wanted): readonly string[] {
  const likely = manifests.releases.filter(({ ref }) => kind !== "HelmRelease" && name.startsWith(ref?.name ?? "-"));
  return likely.flatMap(({ id }) => {
    const rendering = manifests.render(id);
    return rendering.ok ? [] : [rendering.refusal.message];
  });
}

function fieldAnswer(manifests: Manifests, found: FieldOrigin): FieldAnswer {
  const { object, kustomization, path, origin } = found;
  const position = origin === undefined ? null : originPosition(manifests.tree, origin);
  const consumers = origin === undefined ? [] : manifests.consumersOf(origin.file).map(({ id }) => id);
  return { object, kustomization, path, value: shownValue(found), origin: position, consumers, lastChange: null };
}

function unprovenAnswer(manifests: Manifests, { release, isAlone, ...field }: UnprovenField): UnprovenAnswer {
  const candidates = field.candidates.map(({ name, origin }) => ({
    name,
    origin: originPosition(manifests.tree, origin),
  }));
  const { object, path, value } = field;
  const origin = isAlone ? (candidates[0]?.origin ?? null) : null;
  return { object, kustomization: release, path, value, proven: false, origin, candidates };
}

async function withLastChange(answer: FieldAnswer, folder: string): Promise<FieldAnswer> {
  const { origin } = answer;
  return origin === null ? answer : { ...answer, lastChange: (await blame(folder, origin.file, origin.line)) ?? null };
}

function lineAnswer(manifests: Manifests, file: string, line: number): Answer {
  const bytes = bytesOfLine(manifests.tree.read(file) ?? new Uint8Array(), line);
  if (bytes === undefined) throw new BadInput(`${file} has no line ${line}.`);
  const sets = fieldsTouchedBy(manifests, { file, ...bytes }).map((found): LineField => {
    const { object, kustomization, path, bearing } = found;
    return { object, kustomization, path, value: shownValue(found), bearing };
  });
  const consumers = manifests.consumersOf(file).map(({ id }) => id);
  const said: LineAnswer = { file, line, consumers, sets };
  return { said, text: lineText(said), isFound: sets.length > 0 };
}

/** The same with the kind in the singular, as far as it may be a plural: `deployments/shop/web`, `policies/x`. */
function singularsOf(target: string): readonly string[] {
  const [kind = "", ...rest] = target.split("/");
  const singulars = [kind, kind.replace(/s$/, ""), kind.replace(/es$/, ""), kind.replace(/ies$/, "y")];
  return [...new Set(singulars)].map((one) => [one, ...rest].join("/"));
}

function isFilled(found: readonly unknown[]): boolean {
  return found.length > 0;
}

/** `deploy/shop/checkout`, `Namespace/shop`, `Deployment/checkout` in any namespace. */
function objectOf(target: string): Wanted {
  const [kind = "", second = "", third] = target.split("/");
  if (kind === "" || second === "" || target.split("/").length > 3)
    throw new BadInput(`Expected KIND/[NAMESPACE/]NAME or FILE:LINE, found "${target}".`);
  const name = third ?? second;
  return { kind: SHORT_KINDS.get(kind.toLowerCase()) ?? kind, namespace: third === undefined ? null : second, name };
}

function parse(args: readonly string[]) {
  const options = {
    help: { type: "boolean", short: "h" },
    repo: { type: "string" },
    snapshot: { type: "string" },
    output: { type: "string", default: "text" },
  } as const;
  return optionsOf(HELP, () => parseArgs({ args: [...args], allowPositionals: true, options }));
}
