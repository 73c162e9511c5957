import type { Scene } from "../diagnosis/scene.ts";
import type { Commit } from "../evidence/commit.ts";
import { redactObject, secretValuesOf } from "../evidence/redact-object.ts";
import { isEqual } from "../manifest/json.ts";
import { redactField } from "../manifest/redact-field.ts";
import { holdsRedacted, secretPlaces } from "../manifest/secret-lines.ts";
import { renderersOf } from "../patch/look.ts";
import { shownLines } from "../patch/shown-lines.ts";
import type { Json, KubernetesObject, ObjectRef } from "../signal/object.ts";
import { redactText, secretRemover } from "../signal/redact.ts";
import { isRandom, REDACTED } from "../signal/secret-forms.ts";
import { editedFiles } from "./edited-files.ts";
import type { Report, ReportedIncident } from "./report.ts";

/**
 * The report as it may be told: no sentence quotes a secret of the repository, and a change whose lines show one is
 * left to a person.
 */
export function discreet(report: Report, scene: Scene): Report {
  if (report.incidents.length === 0) return report;
  const clean = cleanerOf(report, scene);
  return {
    ...report,
    incidents: report.incidents.map((incident) => discreetIncident(incident, scene, clean)),
    unknown: report.unknown.map(clean),
  };
}

type Clean = (text: string) => string;

function discreetIncident(incident: ReportedIncident, scene: Scene, clean: Clean): ReportedIncident {
  const { root, changes, intent, edits, operations, patch, ...told } = incident;
  const texts = { ...(cleanTexts(asJson(told), clean) as typeof told), root };
  const shown = { changes: changes.map(redactChange), intent: redactIntent(intent, clean) };
  if (patch === null) return { ...texts, ...shown, edits, operations, patch };
  const objection = objectionTo(incident, scene) ?? hiddenValue(incident, shown);
  if (objection === undefined) return { ...texts, ...shown, edits, operations, patch };
  const { decision, because, policy } = texts;
  return {
    ...texts,
    ...shown,
    edits: [],
    operations: [],
    patch: null,
    policy: [...policy, { check: "discretion", satisfied: false, sentence: objection }],
    decision: decision === "propose" ? "issue" : decision,
    because: decision === "propose" ? `${because} ${objection}` : because,
  };
}

/** Why this change must not be shown, by the lines that it shows. */
function objectionTo({ edits }: ReportedIncident, { manifests: { tree } }: Scene): string | undefined {
  const files = editedFiles(tree, edits);
  if (!files.ok) return undefined;
  for (const [file, before] of files.before) {
    const after = files.after.get(file) ?? null;
    const why = showing(file, before, after);
    if (why !== undefined) return why;
  }
  return undefined;
}

function showing(file: string, before: Uint8Array | null, after: Uint8Array | null): string | undefined {
  const shown = shownLines(before, after);
  const line = firstOf(file, before, shown.before) ?? firstOf(file, after, shown.after);
  if (line === undefined) return undefined;
  return `The lines of this change show a secret (${file}:${line}), so it is not written down here: a person has to make it.`;
}

function firstOf(file: string, bytes: Uint8Array | null, shown: ReadonlySet<number>): number | undefined {
  if (bytes === null || shown.size === 0) return undefined;
  const { lines } = secretPlaces(file, bytes);
  return [...shown].find((line) => lines.has(line));
}

/** A value that may not be told cannot be reviewed either; one that is only known redacted cannot be written. */
function hiddenValue(
  { changes, operations }: ReportedIncident,
  shown: Pick<ReportedIncident, "changes">,
): string | undefined {
  if (changes.some(({ to }) => holdsRedacted(to)))
    return "The value to be written is a secret that Oakum never read: a person has to write it.";
  const isHidden =
    !isEqual(asJson(changes), asJson(shown.changes)) ||
    !isEqual(operations, cleanTexts(asJson(operations), redactText));
  return isHidden ? "The change sets a secret, which is not written down here: a person has to make it." : undefined;
}

function redactChange<T extends ReportedIncident["changes"][number]>(change: T): T {
  const { object, path, from, to } = change;
  return { ...change, from: redactField(object, path, from), to: redactField(object, path, to) };
}

type IntentField = { readonly path: (string | number)[]; readonly from?: Json; readonly to?: Json };

function redactIntent(intent: ReportedIncident["intent"], clean: Clean): ReportedIncident["intent"] {
  if (intent === null) return null;
  const { object, fields } = intent as { readonly object?: ObjectRef; readonly fields?: readonly IntentField[] };
  const cleaned = cleanTexts(asJson(intent), clean) as NonNullable<ReportedIncident["intent"]>;
  if (object === undefined || fields === undefined) return cleaned;
  const redacted = fields.map(({ path, ...values }) => ({
    path,
    ...Object.fromEntries(Object.entries(values).map(([key, value]) => [key, redactField(object, path, value)])),
  }));
  return { ...cleaned, object, fields: redacted };
}

function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value));
}

/** Every text of a value without secrets. */
function cleanTexts(value: Json, clean: Clean): Json {
  if (typeof value === "string") return clean(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => cleanTexts(item, clean));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cleanTexts(inner, clean)]));
}

/** Removes what the manifests and the commits that the report speaks of keep secret. */
function cleanerOf(report: Report, scene: Scene): Clean {
  const told = JSON.stringify(report.incidents);
  const rendered = renderedIn(scene);
  const values = new Set<string>();
  for (const object of rendered)
    if (object.kind === "Secret" || told.includes(object.metadata.name))
      for (const value of secretsOf(object)) values.add(value);
  for (const [file, bytes] of spokenFiles(report, scene, told))
    if (bytes !== null) for (const value of secretPlaces(file, bytes).values) values.add(value);
  // A password that is the name of something, as `zigbee2mqtt` may be, is only told apart by its field.
  const names = namesIn(scene, rendered);
  const remove = secretRemover(
    [...values].flatMap(partsOf).filter((value) => isTelling(value) && !names.includes(value)),
  );
  return (text) => remove(redactText(text));
}

function namesIn({ world, manifests }: Scene, rendered: readonly KubernetesObject[]): string {
  const named = [...world.objects, ...rendered].map(({ metadata }) => metadata.name);
  return [...named, ...renderersOf(manifests).map(({ id }) => id)].join(" ");
}

function renderedIn({ manifests }: Scene): readonly KubernetesObject[] {
  return renderersOf(manifests).flatMap(({ id }) => {
    const rendering = manifests.render(id);
    return rendering.ok ? rendering.objects.map(({ object }) => object) : [];
  });
}

function secretsOf(object: KubernetesObject): Iterable<string> {
  if (object.kind === "Secret") return secretValuesOf([object]);
  const values = new Set<string>();
  collect(object, redactObject(object), values);
  return values;
}

function collect(value: Json, redacted: Json | undefined, values: Set<string>): void {
  if (value === redacted) return;
  if (typeof value === "string" && redacted === REDACTED) values.add(value);
  if (typeof value !== "object" || value === null || typeof redacted !== "object" || redacted === null) return;
  for (const [key, inner] of Object.entries(value)) collect(inner, Reflect.get(redacted, key), values);
}

/** The files that the changes touch, and those of commits that the report speaks of, as they were and became. */
function spokenFiles(
  report: Report,
  { manifests, history }: Scene,
  told: string,
): Iterable<readonly [string, Uint8Array | null]> {
  const touched = report.incidents.flatMap(({ edits }) => edits.map(({ file }) => file));
  const commits: readonly Commit[] = history.known ? history.commits : [];
  const spoken = commits.filter(({ hash }) => told.includes(hash.slice(0, 7)));
  return [
    ...touched.map((file) => [file, manifests.tree.read(file) ?? null] as const),
    ...spoken.flatMap(({ files }) =>
      files.flatMap(({ path, before, after }) => [[path, before] as const, [path, after] as const]),
    ),
  ];
}

// A key of many lines may be quoted line by line, `name=value` without its name, and a password without its URL.
function partsOf(value: string): readonly string[] {
  const lines = value.includes("\n") ? value.split("\n").map((line) => line.trim()) : [];
  const literal = /^[\w.-]+=(.+)$/s.exec(value)?.[1];
  const named = literal === undefined ? [] : [literal];
  return [value.trim(), ...lines.filter((line) => line.length >= 16), ...named, ...decoded(value), ...hiddenIn(value)];
}

// Secrets are written in base64, and quoted as what they are.
function decoded(value: string): readonly string[] {
  if (value.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return [];
  const text = Buffer.from(value, "base64").toString();
  return /^[^\p{Cc}\ufffd]+$/u.test(text) ? [text] : [];
}

// What redaction takes out of a text, found between the pieces that it leaves.
function hiddenIn(text: string): readonly string[] {
  const [head = "", ...pieces] = redactText(text).split(REDACTED);
  let at = head.length;
  return pieces.map((piece) => {
    const end = piece === "" ? text.length : Math.max(at, text.indexOf(piece, at));
    const hidden = text.slice(at, end);
    at = end + piece.length;
    return hidden;
  });
}

// A word such as `postgres` names things too: where it is a password, only its field tells it apart.
function isTelling(value: string): boolean {
  return value.length >= 8 && (isRandom(value) || !/^[a-z]+(?:[-_. ][a-z]+)*$/i.test(value));
}
