import type { LastChange } from "../adapters/git.ts";
import { type FieldPath, pathText } from "../manifest/path.ts";
import { type OriginPosition, positionText } from "../manifest/position.ts";
import type { Bearing, FieldOrigin } from "../manifest/where.ts";
import { type Json, type ObjectRef, refText } from "../signal/object.ts";

/** Where one field is set, what it replaced, who uses the file, and who last changed the line. */
export type FieldAnswer = {
  readonly object: ObjectRef;
  readonly kustomization: string;
  readonly path: FieldPath;
  readonly value: Json;
  readonly origin: OriginPosition | null;
  readonly consumers: readonly string[];
  readonly lastChange: LastChange | null;
};

/** Which values of a release may set a field of a live object, told from the text of its templates alone. */
export type UnprovenAnswer = {
  readonly object: ObjectRef;
  /** The release. */
  readonly kustomization: string;
  readonly path: FieldPath;
  readonly value: Json;
  readonly proven: false;
  /** The only value that looks as if it set the field; null where there is none, or where something else may. */
  readonly origin: OriginPosition | null;
  readonly candidates: readonly { readonly name: string; readonly origin: OriginPosition }[];
};

/** One field that a line bears on. */
export type LineField = {
  readonly object: ObjectRef;
  readonly kustomization: string;
  readonly path: FieldPath;
  readonly value: Json;
  readonly bearing: Bearing;
};

/** What a line sets. */
export type LineAnswer = {
  readonly file: string;
  readonly line: number;
  readonly consumers: readonly string[];
  readonly sets: readonly LineField[];
};

const MOST_FIELDS = 6;
const MOST_SET = 20;
const LONGEST_VALUE = 200;

/** One field as a person reads it. */
export function fieldText(answer: FieldAnswer): string {
  const { object, path, value, kustomization, origin, consumers, lastChange } = answer;
  const lines = [`${refText(object)} ${pathText(path)} = ${valueText(value)}`];
  if (origin === null) lines.push("  set by no file of this repository");
  else lines.push(`  ${positionText(origin)}`, ...chainLines(origin));
  lines.push(`  rendered by ${kustomization}`);
  const others = consumers.filter((id) => id !== kustomization);
  if (others.length > 0) lines.push(`  the file is also used by ${others.join(", ")}`);
  if (lastChange !== null) lines.push(`  last changed by ${changeText(lastChange)}`);
  return `${lines.join("\n")}\n`;
}

/** One field of a chart that nobody rendered, as a person reads it. */
export function unprovenText({ object, path, value, kustomization, origin, candidates }: UnprovenAnswer): string {
  const lines = [`${refText(object)} ${pathText(path)} = ${valueText(value)} (in the cluster)`];
  if (candidates.length === 0) lines.push("  no value of the release is seen behind it");
  else
    lines.push(
      origin === null ? "  may be set by any of these values, or by none:" : "  looks as if this value set it:",
    );
  for (const { name, origin: at } of candidates) lines.push(`    ${name} stands at ${positionText(at)}`);
  lines.push("  not proven by rendering: no helm is at hand", `  made by ${kustomization}`);
  return `${lines.join("\n")}\n`;
}

/** A whole object: its document, and which files set which of its fields. */
export function objectText(documents: readonly FieldAnswer[], fields: readonly FieldOrigin[]): string {
  return documents
    .map((document) => {
      const own = fields.filter(({ kustomization }) => kustomization === document.kustomization);
      const lines = [refText(document.object)];
      if (document.origin !== null) lines.push(`  ${positionText(document.origin)}`);
      lines.push(`  rendered by ${document.kustomization}`);
      for (const [file, paths] of Map.groupBy(own, ({ origin }) =>
        origin === undefined ? "" : `${origin.file} (${origin.way})`,
      ))
        lines.push(`  ${file || "no file"}: ${listText(paths.map(({ path }) => pathText(path)))}`);
      return `${lines.join("\n")}\n`;
    })
    .join("\n");
}

/** What a line sets, as a person reads it. */
export function lineText({ file, line, consumers, sets }: LineAnswer): string {
  const lines = [`${file}:${line} ${sets.length === 0 ? "sets no field of any object" : "bears on"}`];
  const verbs: Readonly<Record<Bearing, string>> = {
    sets: "sets",
    variable: "is a variable of",
    replaced: "is replaced in",
  };
  for (const { object, kustomization, path, value, bearing } of sets.slice(0, MOST_SET))
    lines.push(`  ${verbs[bearing]} ${refText(object)} ${pathText(path)} = ${valueText(value)} (${kustomization})`);
  if (sets.length > MOST_SET)
    lines.push(`  … and ${sets.length - MOST_SET} more fields (all of them with --output json)`);
  lines.push(
    consumers.length === 0 ? "  no Kustomization reads the file" : `  the file is used by ${consumers.join(", ")}`,
  );
  return `${lines.join("\n")}\n`;
}

function chainLines({ behind, variables }: OriginPosition): readonly string[] {
  const told = (variables ?? []).map(({ name, origin, isOpaque }) => {
    if (origin !== null) return `    ${name} stands at ${positionText(origin)}`;
    return `    ${name} ${isOpaque ? "is known to nobody here" : "is set by no file of this repository"}`;
  });
  if (behind === undefined) return told;
  return [...told, `    over ${positionText(behind)}`, ...chainLines(behind)];
}

function valueText(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

function changeText({ author, commit, at, subject }: LastChange): string {
  return `${author} in ${commit.slice(0, 8)} (${at.slice(0, 10)}): ${subject}`;
}

function listText(texts: readonly string[]): string {
  const shown = texts.slice(0, MOST_FIELDS).join(", ");
  return texts.length > MOST_FIELDS ? `${shown} and ${texts.length - MOST_FIELDS} more` : shown;
}
