import { redactObject } from "../evidence/redact-object.ts";
import type { Json, KubernetesObject } from "../signal/object.ts";
import { redactText } from "../signal/redact.ts";
import { isHarmless, isRedacted } from "../signal/secret-forms.ts";
import { isList, isMap } from "./json.ts";
import type { Node, Scalar } from "./yaml/node.ts";
import { parseObjects } from "./yaml/parse.ts";
import { type Text, textOfFile, textOfPlace } from "./yaml/text.ts";
import { jsonOf } from "./yaml/value.ts";

/** What of a file must not be told. */
export type SecretPlaces = {
  /** The lines that show a secret, counted from 1. */
  readonly lines: ReadonlySet<number>;
  /** The secrets themselves, as they are written. */
  readonly values: ReadonlySet<string>;
};

/** Where a file of the repository shows secrets: by the fields they stand in, in comments, and by their own form. */
export function secretPlaces(file: string, bytes: Uint8Array): SecretPlaces {
  const text = new TextDecoder().decode(bytes);
  const lines = new Set<number>();
  const values = new Set<string>();
  const whole = /\.(ya?ml|json)$/.test(file) ? textOfFile({ file, way: "resource" }, bytes) : undefined;
  const secrets = whole === undefined ? undefined : secretsIn(whole);
  const lineAt = linesIn(bytes);
  for (const { start, end, text: value } of secrets ?? []) {
    values.add(value);
    const last = lineAt(Math.max(start, end - 1));
    for (let line = lineAt(start); line <= last; line += 1) lines.add(line);
  }
  for (const line of tellingLines(text, secrets === undefined)) lines.add(line);
  return { lines, values };
}

// A file may hold very many secrets: each is found by halving, not by counting from the top.
function linesIn(bytes: Uint8Array): (offset: number) => number {
  const breaks: number[] = [];
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) breaks.push(at);
  return (offset) => {
    let [low, high] = [0, breaks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((breaks[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

/** The scalars of a text that hold secrets; undefined where it is no sound YAML, so that its fields are not known. */
function secretsIn(text: Text): readonly Scalar[] | undefined {
  const parsed = parseObjects(text);
  return parsed.ok && !parsed.documents.some(hasKeyTwice) ? parsed.documents.flatMap(secretsOfDocument) : undefined;
}

// Of a key that stands twice only the last value is a field.
function hasKeyTwice(node: Node): boolean {
  if (node.kind === "scalar") return false;
  if (node.kind === "list") return node.items.some(hasKeyTwice);
  const keys = new Set(node.entries.map(({ key }) => key));
  return keys.size < node.entries.length || node.entries.some(({ value }) => hasKeyTwice(value));
}

function secretsOfDocument(document: Node): readonly Scalar[] {
  const told = jsonOf(document);
  const redacted = redactObject((isMap(told) ? told : { items: told }) as KubernetesObject);
  return differences(document, told, isMap(told) || !isMap(redacted) ? redacted : (redacted["items"] ?? null));
}

function differences(node: Node, told: Json, redacted: Json | undefined): readonly Scalar[] {
  if (node.kind === "scalar") return isSecret(node, told, redacted) ? [node] : withinText(node);
  if (node.kind === "list")
    return node.items.flatMap((item, at) =>
      differences(item, isList(told) ? (told[at] ?? null) : null, isList(redacted) ? redacted[at] : redacted),
    );
  return node.entries.flatMap(({ key, value }) =>
    differences(value, isMap(told) ? (told[key] ?? null) : null, isMap(redacted) ? redacted[key] : redacted),
  );
}

function isSecret({ text }: Scalar, told: Json, redacted: Json | undefined): boolean {
  return told !== redacted && !isHarmless(text) && !text.startsWith("ENC[");
}

// A patch within a kustomization file is a manifest of its own.
function withinText(scalar: Scalar): readonly Scalar[] {
  if (!/\n\s*(?:kind|value|data|stringData|path):/.test(scalar.text)) return [];
  const inner = secretsIn(textOfPlace(scalar, scalar.source, scalar.text)) ?? [];
  return inner.map(({ text }) => ({ ...scalar, text }));
}

/** Lines that show a secret by their own form: in comments, and anywhere where the fields are not known. */
function tellingLines(text: string, isUnread: boolean): readonly number[] {
  const isSecretManifest = isUnread && /^\s*["']?kind["']?:\s*["']?Secret\b/m.test(text);
  let isKey = false;
  return text.split("\n").flatMap((line, at) => {
    isKey = /-----BEGIN [A-Z ]*PRIVATE KEY/.test(line) || (isKey && !/-----END /.test(line));
    const said = isUnread ? line : (/(?:^|\s)#(.*)$/s.exec(line)?.[1] ?? "");
    const tells = redactText(said) !== said || (isUnread && isKey) || (isSecretManifest && /^\s+\S+:\s*\S/.test(line));
    return tells ? [at + 1] : [];
  });
}

/** What stands for a secret that was never known here: it must not be written into a file. */
export function holdsRedacted(value: unknown): boolean {
  return isRedacted(JSON.stringify(value ?? null));
}
