import { isMap } from "../signal/json.ts";
import type { KubernetesObject } from "../signal/object.ts";
import { redactText } from "../signal/redact.ts";
import { isHarmless, isRandom, isSecretName, REDACTED } from "../signal/secret-forms.ts";

/** Removes known secret values from a text, see `secretRemover`. */
type Remover = (text: string) => string;

/**
 * The object without secrets: values of Secrets dropped (their keys stay), the last applied configuration dropped,
 * variables, flags and settings with the name of a secret replaced, every other text redacted. Doing it twice is doing
 * it once, so a live and a rendered object stay comparable where both are redacted.
 */
export function redactObject(object: KubernetesObject, remove: Remover = (text) => text): KubernetesObject {
  const clean: Remover = (text) => remove(redactText(text));
  const isSecret = object.kind === "Secret" && object.apiVersion === "v1";
  return mapEntries(object, (value, key) => {
    if (key === "metadata") return redactMetadata(value, clean);
    if (isSecret && (key === "data" || key === "stringData")) return mapEntries(value, emptied);
    if (object.kind === "ConfigMap" && key === "data")
      return mapEntries(value, (text, name) => setting(text, name, clean));
    return redactValue(value, key, clean);
  }) as KubernetesObject;
}

/** What the Secrets among these objects keep secret, as plain text, to be removed wherever it turns up. */
export function secretValuesOf(objects: Iterable<KubernetesObject>): Set<string> {
  const values = new Set<string>();
  for (const object of objects) {
    if (object.kind !== "Secret" || object["type"] === "helm.sh/release.v1") continue;
    for (const [key, value] of entriesOf(object["data"])) note(values, key, decode(value));
    for (const [key, value] of entriesOf(object["stringData"])) note(values, key, value);
  }
  return values;
}

function note(values: Set<string>, key: string, value: unknown): void {
  if (typeof value !== "string") return;
  // User names and hosts are kept in Secrets too; removing those would blind every message.
  if (/pass|token|secret|key|cred|auth|dsn|ur[il]$/i.test(key) || isRandom(value)) values.add(value.trim());
}

function decode(value: unknown): string | undefined {
  return typeof value === "string" ? Buffer.from(value, "base64").toString() : undefined;
}

function entriesOf(value: unknown): [string, unknown][] {
  return isMap(value) ? Object.entries(value) : [];
}

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

function redactMetadata(metadata: unknown, clean: Remover): unknown {
  return mapEntries(metadata, (value, key) => {
    if (key !== "annotations") return value;
    const kept = isMap(value) && LAST_APPLIED in value ? omit(value, LAST_APPLIED) : value;
    return mapEntries(kept, (text, name) => setting(text, name, clean));
  });
}

function omit(map: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(map).filter(([key]) => key !== name));
}

function emptied(value: unknown): unknown {
  return value === "" ? value : REDACTED;
}

function setting(value: unknown, name: string, clean: Remover): unknown {
  if (typeof value !== "string") return value;
  return isSecretName(name) && !isHarmless(value) ? REDACTED : clean(value);
}

// What names things: no secret stands there, and rules must find it as it is.
const NAMES: ReadonlySet<string> = new Set([
  ...["apiVersion", "kind", "name", "generateName", "namespace", "uid", "resourceVersion", "key", "type", "reason"],
  ...["image", "imageID", "containerID", "nodeName", "secretName", "serviceAccountName", "claimName", "fieldPath"],
  ...["labels", "matchLabels", "selector", "nodeSelector", "ownerReferences", "managedFields", "openAPIV3Schema"],
]);

function redactValue(value: unknown, key: string, clean: Remover): unknown {
  if (typeof value === "string") return NAMES.has(key) ? value : clean(value);
  if (typeof value !== "object" || value === null || NAMES.has(key)) return value;
  if (!Array.isArray(value)) return mapEntries(value, (item, name) => redactEntry(item, name, clean));
  if (key === "env") return mapItems(value, (item) => redactVariable(item, clean));
  if (key === "args" || key === "command") return redactArguments(value, clean);
  if (key === "secretGenerator") return mapItems(value, redactGenerator);
  return mapItems(value, (item) => redactValue(item, "", clean));
}

function redactEntry(value: unknown, name: string, clean: Remover): unknown {
  if (typeof value !== "string" || !isSecretName(name)) return redactValue(value, name, clean);
  // `existingSecret: db` and `secretKey: API_KEY` name a Secret and its key; `clientSecret: 8f2…` is one.
  const isReference = /secret(?:key)?$/i.test(name) && !isRandom(value) && /^[\w.-]+$/.test(value);
  return isReference || isHarmless(value) ? clean(value) : REDACTED;
}

function redactVariable(variable: unknown, clean: Remover): unknown {
  if (!isMap(variable)) return variable;
  const name = String(variable["name"]);
  return mapEntries(variable, (value, key) => (key === "value" ? setting(value, name, clean) : value));
}

// kustomize makes a Secret of these: `password=hunter2`.
function redactGenerator(generator: unknown): unknown {
  return mapEntries(generator, (literals, key) =>
    key === "literals" && Array.isArray(literals) ? mapItems(literals, redactLiteral) : literals,
  );
}

function redactLiteral(literal: unknown): unknown {
  const name = typeof literal === "string" ? /^[^=]+=/.exec(literal)?.[0] : undefined;
  return name === undefined || isHarmless(String(literal).slice(name.length)) ? literal : name + REDACTED;
}

// Some programs take a secret behind a letter, or in its place: only the whole line tells.
function redactArguments(list: readonly unknown[], clean: Remover): readonly unknown[] {
  const line = redactText(list.join(" "));
  const isTold = (argument: unknown): boolean => typeof argument !== "string" || line.includes(argument);
  return mapItems(list, (argument, before) => {
    const cleaned = redactArgument(argument, before, clean);
    return cleaned === argument && /^\S+$/.test(String(argument)) && !isTold(argument) ? REDACTED : cleaned;
  });
}

function redactArgument(argument: unknown, before: unknown, clean: Remover): unknown {
  if (typeof argument !== "string") return argument;
  const isValue = typeof before === "string" && /^--?[\w-]+$/.test(before) && !argument.startsWith("-");
  return isValue ? setting(argument, before, clean) : clean(argument);
}

/** Maps the values of a map; one of which nothing changes is not copied, since most of a cluster is harmless. */
function mapEntries(value: unknown, change: (value: unknown, key: string) => unknown): unknown {
  if (!isMap(value)) return value;
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    const changed = change(value[key], key);
    if (changed === value[key]) continue;
    copy ??= { ...value };
    copy[key] = changed;
  }
  return copy ?? value;
}

function mapItems(list: readonly unknown[], change: (item: unknown, before: unknown) => unknown): readonly unknown[] {
  const changed = list.map((item, index) => change(item, list[index - 1]));
  return changed.some((item, index) => item !== list[index]) ? changed : list;
}
