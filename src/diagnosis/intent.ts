import { z } from "zod";
import type { Json } from "../signal/object.ts";

/** How much can go wrong when a change of this kind is merged; fixed per kind, nothing can change it. */
export type Risk = "low" | "medium" | "high";

const Ref = z.strictObject({
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().nullable(),
  name: z.string(),
});

const Value: z.ZodType<Json> = z.json();

const Path = z.array(z.union([z.string(), z.number()])).min(1);

/** `from` or `to` left out means that the field is not there. */
const Field = z.strictObject({ path: Path, from: Value.optional(), to: Value.optional() });

const Fields = z.array(Field).min(1);

// One name for each sort of field, because each has a risk of its own. To add one, add it here.
const SETTINGS = Object.freeze({
  "set-image": "medium",
  "set-reference": "low",
  "set-port": "low",
  "set-selector": "low",
  "set-probe": "low",
  "set-environment": "medium",
  "set-command": "medium",
  "set-resources": "medium",
  "set-scheduling": "medium",
  "set-autoscaling": "medium",
  "set-storage": "high",
  "set-access": "high",
  "set-flux": "medium",
  "set-version": "medium",
} as const satisfies Record<string, Risk>);

/** The intents that write values which the cluster or the repository supplies. */
export type SettingKind = keyof typeof SETTINGS;

/** Everything Oakum may ask for. A closed catalogue: no entry carries text that becomes YAML, and each has a fixed risk. */
export const Intent = z.discriminatedUnion("kind", [
  /** Undo what one commit did to these fields of this object, with the commit's own old bytes. */
  z.strictObject({ kind: z.literal("restore-fields"), object: Ref, fields: Fields, commit: z.string() }),
  /** Bring an object back that one commit removed, with the commit's own old bytes. */
  z.strictObject({ kind: z.literal("restore-object"), object: Ref, commit: z.string() }),
  /** Undo what one commit did to these files, for manifests that no longer build or name what is gone. */
  z.strictObject({
    kind: z.literal("restore-files"),
    files: z.array(z.string()).min(1),
    commit: z.string(),
    /** Where only the places are to blame that have this word. */
    naming: z.string().optional(),
  }),
  /** Write values into fields of an object; the cluster or the repository supplies them, and `basis` says from where. */
  z.strictObject({
    kind: z.enum(Object.keys(SETTINGS) as SettingKind[]),
    object: Ref,
    fields: Fields,
    basis: z.string(),
  }),
  /** Mend entries of kustomization files that name what is not there: another name where `to` is given, else the entry goes. */
  z.strictObject({
    kind: z.literal("repair-entries"),
    entries: z
      .array(
        z.strictObject({ file: z.string(), document: z.number().int(), path: Path, from: Value, to: Value.optional() }),
      )
      .min(1),
    basis: z.string(),
  }),
]);

/** One thing to ask for. */
export type Intent = z.infer<typeof Intent>;

/** One field an intent is about; `undefined` means that the field is not there. */
export type IntentField = z.infer<typeof Field>;

/** The name of an entry of the catalogue. */
export type IntentKind = Intent["kind"];

/** How much can go wrong, for every entry of the catalogue. */
export const RISKS: Readonly<Record<IntentKind, Risk>> = Object.freeze({
  "restore-fields": "low",
  "restore-object": "medium",
  "restore-files": "medium",
  "repair-entries": "medium",
  ...SETTINGS,
});

/** The risk of an intent. */
export function riskOf(intent: { readonly kind: IntentKind }): Risk {
  return RISKS[intent.kind];
}
