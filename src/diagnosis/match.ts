import type { Json } from "../signal/object.ts";
import { containerStep } from "./bearing.ts";
import { breaksJson, isOfFormat } from "./format.ts";
import type { Complaint } from "./message/complaint.ts";
import type { Suspect } from "./suspect.ts";
import { valueText } from "./suspects.ts";

// Words that stand in nearly every log and every manifest; meeting them on both sides proves nothing.
const COMMON = new Set([
  "true",
  "false",
  "http",
  "https",
  "info",
  "debug",
  "error",
  "warn",
  "name",
  "value",
  "host",
  "port",
  "server",
  "default",
  "main",
  "start",
  "serve",
  "config",
  "data",
  "localhost",
]);

/**
 * How well what a program complains of fits a changed field, from 0 (nothing in common) to 3 (it names the field and
 * the new value). Text is only ever compared, never followed.
 */
export function affinity(complaints: readonly Complaint[], suspect: Suspect): number {
  return complaints.reduce((best, complaint) => Math.max(best, score(complaint, suspect)), 0);
}

// Complaints that name what should be there: a word that a change took away may be what they ask for.
const ASKING = new Set<Complaint["is"]>(["unset", "bad-value", "bad-config", "file-missing", "fatal"]);

function score(complaint: Complaint, suspect: Suspect): number {
  const structural = byMeaning(complaint, suspect);
  const named = namesOf(suspect).some((name) => isCalled(complaint.line, name)) ? 1 : 0;
  const told = ASKING.has(complaint.is) ? [...newWords(suspect), ...goneWords(suspect)] : newWords(suspect);
  const valued = told.some((word) => isTelling(word, complaint) && hasWord(complaint.line, word)) ? 1 : 0;
  return Math.min(3, structural + named + valued);
}

// Of a program that only fails, a number or a time says nothing: it stands in many a line, and means something else there.
function isTelling(word: string, { is }: Complaint): boolean {
  return !["fatal", "database", "schema"].includes(is) || !/^\d+(?:[.:]\d+)*[a-z%]{0,2}$/i.test(word);
}

type Meaning<Is extends Complaint["is"]> = (complaint: Extract<Complaint, { is: Is }>, suspect: Suspect) => number;

// What a complaint is about says where its cause must stand, whatever the words.
const MEANINGS: { readonly [Is in Complaint["is"]]?: Meaning<Is> } = {
  unset: ({ name }, suspect) => (isVariable(suspect, name) ? 2 : 0),
  "bad-value": ({ name }, suspect) => (name !== null && isVariable(suspect, name) ? 1 : 0),
  "bad-argument": ({ argument }, suspect) => (isCommand(suspect) && valueText(suspect.to).includes(argument) ? 2 : 0),
  "not-found-command": ({ command }, suspect) =>
    isCommand(suspect) ? Number(mayName(suspect, command)) : leadsTo(suspect, command) ? 2 : 0,
  "bad-config": ({ file, line }, suspect) =>
    suspect.object.kind === "ConfigMap" &&
    (endsWithKey(file, suspect) || isOfFormat(line, suspect) || breaksJson(suspect))
      ? 2
      : 0,
  "bad-script": (_, suspect) => (isScript(suspect) ? 2 : 0),
  "file-missing": ({ file }, suspect) => (isMountOf(suspect, file) ? 2 : 0),
  "port-taken": ({ port }, suspect) => takesPort(suspect, port),
  "no-ports": (_, { path, to }) => (valueText([...path, to ?? null]).includes("ip_local_port_range") ? 2 : 0),
  "disk-full": ({ line }, suspect) => (suspect.path.includes("emptyDir") || tookRoom(suspect, line) ? 2 : 0),
  "file-denied": ({ file }, suspect) => (suspect.path.includes("securityContext") || leadsTo(suspect, file) ? 2 : 0),
  "read-only": ({ file }, suspect) => (suspect.path.includes("securityContext") || leadsTo(suspect, file) ? 2 : 0),
  "login-failed": (_, suspect) => (isNamedFor(suspect, ACCOUNT) ? 2 : 0),
  certificate: (_, suspect) => (isNamedFor(suspect, /tls|ssl|cert|ca_|verify|insecure/i) ? 2 : 0),
  unreachable: ({ host, port }, suspect) =>
    namesOfHost(host).some((name) => isBrought(suspect, port === null ? name : `${name}:${port}`)) ? 2 : 0,
};

// A bypass and a compass are no passwords.
const ACCOUNT = /user|login|(?<![a-z])pass|passw|pwd|token|secret|auth(?!or)|cred|api_?key/i;
// How long, how many, in which version: what says that of an account or a certificate is neither.
const MEASURE =
  /(?:^|[^a-z])(?:ttl|timeout|expir\w*|lifetime|age|interval|period|size|count|limit|max|min|version|ciphers?|cache|retr\w+)(?:[^a-z]|$)/i;

const ITSELF = ["localhost", "127.0.0.1", "::1"];

// A program that was told `localhost` complains of its address.
function namesOfHost(host: string): readonly string[] {
  return ITSELF.includes(host) ? ITSELF : [host];
}

function isBrought({ from, to }: Suspect, text: string): boolean {
  return valueText(to).includes(text) && !valueText(from).includes(text);
}

// A port of its own, or a container that came along and says the same port.
function takesPort({ path, from, to }: Suspect, port: number | null): number {
  const field = containerStep(path)?.rest[0];
  if (field === "ports") return port === null || hasWord(valueText(to), String(port)) ? 1 : 0;
  // On the network of its node a pod shares the ports with all that run there.
  if (path.includes("hostNetwork")) return to === true ? 2 : 0;
  return field === undefined && from === undefined && port !== null && hasWord(valueText(to), String(port)) ? 2 : 0;
}

function byMeaning(complaint: Complaint, suspect: Suspect): number {
  const meaning = MEANINGS[complaint.is] as Meaning<Complaint["is"]> | undefined;
  return meaning?.(complaint, suspect) ?? 0;
}

// A field is for what it is called; what its container is called says nothing.
function isNamedFor({ path }: Suspect, about: RegExp): boolean {
  return (containerStep(path)?.rest ?? path).some((step) => about.test(String(step)) && !MEASURE.test(String(step)));
}

// What was asked for before as well did not get lost by the change; where nothing is asked for the image decides.
function mayName({ from, to }: Suspect, command: string): boolean {
  return command === "" || to === undefined || (valueText(to).includes(command) && !valueText(from).includes(command));
}

function isCommand(suspect: Suspect): boolean {
  const field = containerStep(suspect.path)?.rest[0];
  return field === "args" || field === "command";
}

// A program that stands in the manifest itself: an argument of several words, or a file that is mounted to be run.
function isScript(suspect: Suspect): boolean {
  if (suspect.object.kind === "ConfigMap") return /\.(?:sh|bash|py|m?js|rb|pl)$/.test(String(suspect.path.at(-1)));
  return isCommand(suspect) && /\S\s+\S|[;(|]/.test(valueText(suspect.to));
}

function isVariable(suspect: Suspect, name: string): boolean {
  return (
    suspect.path.includes(`[name=${name}]`) || (suspect.object.kind === "ConfigMap" && suspect.path.at(-1) === name)
  );
}

function endsWithKey(file: string | null, suspect: Suspect): boolean {
  const key = String(suspect.path.at(-1) ?? "");
  return file !== null && key !== "" && (file.endsWith(`/${key}`) || file === key);
}

// A volume at a folder that the line names: without it, the program writes into what the node gives every container.
function tookRoom({ path, from, to }: Suspect, line: string): boolean {
  const folders = (value: Json | undefined): readonly string[] =>
    valueText(value).match(/(?<="mountPath":")[^"]+/g) ?? [];
  const kept = folders(to);
  return path.at(-1) === "volumeMounts" && folders(from).some((at) => line.includes(`${at}/`) && !kept.includes(at));
}

// A path that the new value names and the old one did not, on the way to the file or below it.
function leadsTo({ from, to }: Suspect, file: string | null): boolean {
  if (file === null || file.length < 2) return false;
  const old = valueText(from);
  const paths = valueText(to).match(/(?:\/[\w.@+-]+)+/g) ?? [];
  return paths.some(
    (path) => !old.includes(path) && (`${path}/`.startsWith(`${file}/`) || `${file}/`.startsWith(`${path}/`)),
  );
}

const TOKEN_FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

function isMountOf(suspect: Suspect, file: string): boolean {
  if (file === "") return false;
  if (file.startsWith(TOKEN_FOLDER)) return suspect.path.includes("automountServiceAccountToken");
  const texts = [valueText(suspect.from), valueText(suspect.to), ...suspect.path.map(String)].join(" ");
  const folder = file.slice(0, file.lastIndexOf("/"));
  return texts.includes(file) || (folder.length > 1 && texts.includes(folder)) || endsWithKey(file, suspect);
}

function namesOf(suspect: Suspect): readonly string[] {
  const keys = suspect.object.kind === "ConfigMap" ? suspect.path.slice(-1).map(String) : [];
  const names = suspect.path.flatMap((step) => /^\[name=(.*)\]$/.exec(String(step))?.[1] ?? []);
  return [...names, ...keys].filter((name) => /^[A-Z][A-Z0-9_]{2,}$/.test(name));
}

// A variable that turns a feature on is often called by the feature alone: `feature new_checkout` of FEATURE_NEW_CHECKOUT.
function isCalled(line: string, name: string): boolean {
  const feature =
    /^(?:FEATURE|FLAG|FF|ENABLE|TOGGLE|EXPERIMENTAL)_(\w+)$/.exec(name)?.[1] ?? /^(\w+)_ENABLED$/.exec(name)?.[1];
  if (hasWord(line, name)) return true;
  const said = line.toLowerCase().replaceAll("-", "_");
  // Programs name their settings in small letters, too; short words stand in any line.
  if (name.length > 8 && hasWord(said, name.toLowerCase())) return true;
  return feature?.includes("_") === true && hasWord(said, feature.toLowerCase());
}

/** The words that a change brought in: those of the new value that the old one did not have. */
export function newWords({ from, to }: Pick<Suspect, "from" | "to">): readonly string[] {
  return wordsBeyond(valueText(from), valueText(to));
}

/** The words that a change took away. */
function goneWords({ from, to }: Suspect): readonly string[] {
  return wordsBeyond(valueText(to), valueText(from)).filter((word) => word.length > 3);
}

function wordsBeyond(known: string, text: string): readonly string[] {
  const old = new Set(wordsOf(known));
  return wordsOf(text).filter((word) => !old.has(word) && !COMMON.has(word.toLowerCase()));
}

// An address such as `postgres://app@db:5432/core` is a word, and so are its longer parts.
function wordsOf(text: string): string[] {
  const words = [...text.matchAll(/[A-Za-z0-9_][A-Za-z0-9_.:/-]*[A-Za-z0-9_]|[A-Za-z0-9]{2,}/g)].map(([word]) => word);
  const parts = words.flatMap((word) =>
    word.includes("/") ? word.split(/[/:]/).filter((part) => part.length > 3) : [],
  );
  return [...words, ...parts].filter((word) => word.length >= 2);
}

/** Whether a line has this text as a word of its own. */
export function hasWord(line: string, word: string): boolean {
  let at = line.indexOf(word);
  while (at >= 0) {
    if (!isWordPart(line[at - 1]) && !isWordPart(line[at + word.length])) return true;
    at = line.indexOf(word, at + 1);
  }
  return false;
}

function isWordPart(character: string | undefined): boolean {
  return character !== undefined && /[A-Za-z0-9_]/.test(character);
}

/** Whether a text has a name as a whole: `catalog` is none of `catalog-green`. */
export function namesWord(text: string, name: string): boolean {
  return wholeName(name).test(text);
}

/** The text with another name wherever it has this one as a whole. */
export function withName(text: string, name: string, other: string): string {
  return text.replace(wholeName(name), other);
}

function wholeName(name: string): RegExp {
  return new RegExp(`(?<![A-Za-z0-9-])${name.replaceAll(".", "\\.")}(?![A-Za-z0-9-])`, "g");
}
