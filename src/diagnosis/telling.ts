import { type FieldPath, pathText } from "../manifest/path.ts";
import { redactField } from "../manifest/redact-field.ts";
import { type Json, type ObjectRef, refText } from "../signal/object.ts";
import { commitText } from "./culprit.ts";
import type { Removal } from "./history.ts";
import type { Advice, FactDraft, Foretold, Hypothesis } from "./hypothesis.ts";
import type { Intent, SettingKind } from "./intent.ts";
import { restoreFields } from "./restore.ts";
import { settingKindOf } from "./setting-kind.ts";
import type { Suspect } from "./suspect.ts";
import { valueText } from "./suspects.ts";
import type { Ailment, Symptom, SymptomOf, Trouble } from "./symptom.ts";

/** The symptoms of a trouble that are of one kind, with their ailment as that kind. */
export function ailing<Kind extends Ailment["is"]>(
  trouble: Trouble,
  ...kinds: readonly Kind[]
): readonly SymptomOf<Kind>[] {
  const isOfKind = (symptom: Symptom): symptom is SymptomOf<Kind> =>
    (kinds as readonly string[]).includes(symptom.ailment.is);
  return trouble.symptoms.filter(isOfKind);
}

/** A symptom as a fact. */
export function citeSymptom(symptom: Symptom): FactDraft {
  return { verdict: "FOUND", kind: symptom.ailment.is, text: symptom.text, source: symptom.source, at: symptom.at };
}

/** A changed field as a fact: who changed it, from what to what. */
export function citeSuspect(suspect: Suspect): FactDraft {
  const field = `${refText(suspect.object)} ${pathText(suspect.path)}`;
  const { from, to } = toldOf(suspect);
  const change = `${pathText(suspect.path)} went from ${short(from)} to ${short(to)}`;
  if (suspect.commit === null) {
    return {
      verdict: "FOUND",
      kind: "template",
      text: `${change} since ${suspect.worked ?? "the last template"}`,
      source: field,
      at: null,
    };
  }
  const { commit, subject, at } = suspect.commit;
  return {
    verdict: "FOUND",
    kind: "commit",
    text: `${change} in commit ${commit.slice(0, 8)} "${subject}"`,
    source: `git ${commit.slice(0, 8)} ${field}`,
    at,
  };
}

/** That the old value is known to have worked, as a fact. */
export function citeMemory(suspect: Suspect): readonly FactDraft[] {
  if (suspect.worked === null) return [];
  const text = `${pathText(suspect.path)} = ${short(toldOf(suspect).from)} in ${suspect.worked}`;
  return [{ verdict: "FOUND", kind: "template", text, source: refText(suspect.object), at: null }];
}

/** What only trying it tells, with the basis that there is: what is known to have worked before. */
export function onlyTells(trying: string, whether: string, { cites }: Hypothesis): Foretold {
  const memory = cites.find(({ kind }) => kind === "template");
  const because =
    memory === undefined
      ? `only ${trying} tells ${whether}`
      : `only ${trying} tells; before, it ran with ${memory.text}`;
  return { silent: "unknown", because };
}

/** A line that a container wrote, as a fact. */
export function citeLog({ object, at }: Symptom, container: string, line: string): FactDraft {
  return { verdict: "FOUND", kind: "log", text: cut(line, 300), source: `log of ${object.name}/${container}`, at };
}

/** Why another name was meant than the one that is written, as the basis of a change. */
export function slipText(meant: string, written: string): string {
  return `${meant} exists, and ${written} is a slip away from it`;
}

/** Something looked for in a complete list and not there, as a fact. */
export function citeAbsence(kind: string, text: string, source: string): FactDraft {
  return { verdict: "ABSENT", kind, text, source, at: null };
}

/** Something seen in the cluster, as a fact. */
export function citeFound(kind: string, text: string, source: string): FactDraft {
  return { verdict: "FOUND", kind, text, source, at: null };
}

/**
 * What undoes these changes: the commit's own old bytes where a commit did it, else writing the value that the
 * controller still remembers. Only the changes of the first one's object and commit are taken together.
 */
export function undo(suspects: readonly Suspect[]): readonly Intent[] {
  const [first] = suspects;
  if (first === undefined) return [];
  const together = suspects.filter(
    (suspect) => suspect.commit?.commit === first.commit?.commit && isOfObject(suspect, first.object),
  );
  if (first.commit !== null && first.isOverlaid === undefined)
    return restoreFields(first.object, together, first.commit);
  const fields = together.map(({ path, from, to }) => ({ path, from: to, to: from }));
  const before = first.commit === null ? "the template before" : `what was before ${commitText(first.commit)}`;
  return [setting(settingKindOf(first), first.object, fields, first.worked ?? before)];
}

/** To bring an object back that a commit removed. */
export function bringBack({ object, culprit }: Removal): Advice {
  const intents: Intent[] = [{ kind: "restore-object", object, commit: culprit.commit }];
  return { is: "change", intents, because: `Bring ${refText(object)} back, which ${commitText(culprit)} removed.` };
}

/** An intent that writes values which the cluster or the repository supplies; `basis` says from where. */
export function setting(
  kind: SettingKind,
  object: ObjectRef,
  fields: readonly { readonly path: FieldPath; readonly from: Json | undefined; readonly to: Json | undefined }[],
  basis: string,
): Intent {
  const written = fields.map(({ path, from, to }) => ({
    path: [...path],
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  }));
  return { kind, object, fields: written, basis };
}

function isOfObject(suspect: Suspect, object: ObjectRef): boolean {
  return (
    suspect.object.kind === object.kind &&
    suspect.object.name === object.name &&
    suspect.object.namespace === object.namespace
  );
}

/** A value as a sentence shows it, cut where it is long. */
export function short(value: Suspect["from"]): string {
  return cut(valueText(value), 80);
}

/** A text as a sentence shows it: cut where it is longer than this. */
export function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 3)}…` : text;
}

/** A suspect's values as they may be told: those of Secrets and of fields with the name of one are not. */
export function toldOf({ object, path, from, to }: Suspect): Pick<Suspect, "from" | "to"> {
  return { from: redactField(object, path, from), to: redactField(object, path, to) };
}
