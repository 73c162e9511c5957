import { type Document, parseAllDocuments } from "yaml";
import { readPlainYaml } from "./plain-yaml.ts";

/** What a file of a snapshot holds: JSON values, and what is wrong with it in a sentence each. */
export type Documents = { readonly values: readonly unknown[]; readonly complaints: readonly string[] };

const NOTHING: Documents = { values: [], complaints: [] };

/** Reads a file as JSON or YAML, whichever it is. A file of another sort holds nothing, and that is no complaint. */
export function readDocuments(path: string, text: string): Documents {
  const start = /\S/.exec(text)?.[0];
  if (start === undefined) return NOTHING;
  if (start === "{" || start === "[") return readJson(path, text);
  // The mark that UTF-16 begins with, read as UTF-8.
  if (/\.(?:json|ya?ml)$/i.test(path) && text.startsWith("\ufffd\ufffd"))
    return { values: [], complaints: [`${path} is not UTF-8 (PowerShell's ">" writes UTF-16). Save it as UTF-8.`] };
  const person = forPeople(text);
  if (person !== undefined)
    return {
      values: [],
      complaints: [`${path} is ${person}, which is made for people. Record it with "kubectl get -o json" instead.`],
    };
  if (isYaml(path, text)) return readYaml(path, text);
  // What a command could not do, it may have written where its answer should stand.
  if (/\.json$/i.test(path))
    return { values: [], complaints: [`${path} is not JSON, so what it should hold is unknown.`] };
  return NOTHING;
}

function forPeople(text: string): string | undefined {
  const head = text.slice(0, 4096);
  if (/^(apiVersion|kind):/m.test(head)) return undefined;
  if (/^Name:\s+\S/m.test(head) && /^(Namespace|Labels|Annotations|Status|Events|Type):/m.test(head))
    return 'the output of "kubectl describe"';
  return /^\s*(NAMESPACE\s+)?NAME\s{2,}[A-Z]/.test(head) ? 'the table that "kubectl get" prints' : undefined;
}

function isYaml(path: string, text: string): boolean {
  return /\.ya?ml$/i.test(path) || /^(apiVersion|kind|items):/m.test(text.slice(0, 4096));
}

function readYaml(path: string, text: string): Documents {
  const plain = readPlainYaml(text);
  if (plain !== undefined) return { values: plain, complaints: [] };
  const values: unknown[] = [];
  const complaints: string[] = [];
  const complain = (which: string, broken: string): void => {
    const why = broken.startsWith("Maximum call stack") ? "it nests too deep" : broken.split("\n")[0];
    complaints.push(`${which} is not readable YAML (${why}), so what it holds is unknown.`);
  };
  let documents: readonly Document[] = [];
  const failed = failureOf(() => {
    documents = [...parseAllDocuments(text, PARSING)];
  });
  if (failed !== undefined) complain(path, failed);
  for (const [index, document] of documents.entries()) {
    const broken = document.errors[0]?.message ?? failureOf(() => values.push(document.toJS({ maxAliasCount: 1000 })));
    if (broken !== undefined) complain(documents.length > 1 ? `Document ${index + 1} of ${path}` : path, broken);
  }
  return { values, complaints };
}

const PARSING = { logLevel: "silent", prettyErrors: false, uniqueKeys: false, merge: true } as const;

function failureOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function readJson(path: string, text: string): Documents {
  const whole = parseJson(text);
  if (whole !== undefined) return { values: [whole], complaints: [] };
  return readConcatenated(path, text);
}

/** JSON values one after the other, as `kubectl cluster-info dump` prints them; the last may be cut off. */
function readConcatenated(path: string, text: string): Documents {
  const values: unknown[] = [];
  const complaints: string[] = [];
  for (let at = nextValue(text, 0); at >= 0; ) {
    const end = endOfValue(text, at);
    if (end < 0) {
      const rescued = itemsBeforeTheCut(text, at);
      values.push(...rescued);
      complaints.push(
        `${path} ends in the middle of a JSON value: ${rescued.length} of its objects were read, those behind them are unknown.`,
      );
      break;
    }
    const value = parseJson(text.slice(at, end));
    if (value === undefined)
      complaints.push(`${path} is not readable JSON near byte ${at}, so what stands there is unknown.`);
    else values.push(value);
    at = nextValue(text, end);
  }
  return { values, complaints };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function nextValue(text: string, from: number): number {
  const found = /[{[]/g;
  found.lastIndex = from;
  return found.exec(text)?.index ?? -1;
}

/** Behind the bracket that closes the one at `start`, or -1 where none does. */
function endOfValue(text: string, start: number): number {
  const token = /["{}[\]]/g;
  token.lastIndex = start;
  let depth = 0;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    if (found[0] === '"') token.lastIndex = endOfString(text, found.index);
    else depth += found[0] === "{" || found[0] === "[" ? 1 : -1;
    if (depth === 0) return found.index + 1;
  }
  return -1;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function itemsBeforeTheCut(text: string, start: number): unknown[] {
  const opening = /^\{[^[{]{0,500}"items"\s*:\s*\[/.exec(text.slice(start, start + 1000));
  if (opening === null) return [];
  const items: unknown[] = [];
  let at = nextValue(text, start + opening[0].length);
  for (let end = at < 0 ? -1 : endOfValue(text, at); end >= 0; end = at < 0 ? -1 : endOfValue(text, at)) {
    const item = parseJson(text.slice(at, end));
    if (item !== undefined) items.push(item);
    at = nextValue(text, end);
  }
  return items;
}
