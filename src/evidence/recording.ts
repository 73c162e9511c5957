import { isMap } from "../signal/json.ts";
import { type KubernetesObject, kindKey } from "../signal/object.ts";
import { readDocuments } from "./documents.ts";
import { KINDS, kindNamed } from "./kinds.ts";
import { trimLog } from "./log.ts";
import { isMetricRecord, type MetricRecord, readMetricRecord } from "./metrics/recorded.ts";
import type { Readings } from "./readings.ts";
import { kindListed, listedKey, logKey } from "./world.ts";

/** One file of a recorded cluster: its text, or why it has none. The path is relative to the recording, with `/`. */
export type RecordedFile =
  | { readonly path: string; readonly text: string }
  | { readonly path: string; readonly unreadable: string };

/** A complete list of one kind, and the folders that may say of which namespace. */
type RecordedList = {
  readonly kind: string;
  readonly folders: readonly string[];
  readonly namespaces: ReadonlySet<string>;
};

type Recording = {
  readonly objects: KubernetesObject[];
  readonly lists: RecordedList[];
  readonly logs: Map<string, string>;
  readonly metrics: MetricRecord[];
  readonly unknown: string[];
};

/** What the files of a recorded cluster say, whatever their names and however deep they lie. */
export function readRecording(files: Iterable<RecordedFile>): Readings {
  const recording: Recording = { objects: [], lists: [], logs: new Map(), metrics: [], unknown: [] };
  for (const file of files) {
    if ("unreadable" in file)
      recording.unknown.push(`${file.path} could not be read (${file.unreadable}), so what it holds is unknown.`);
    else readFile(recording, file.path, file.text);
  }
  const listed = listedOf(recording);
  return { ...recording, listed, unknown: [...atMost(MOST_COMPLAINTS, recording.unknown), ...missingKinds(listed)] };
}

// Enough to see what is wrong with a folder; one of a thousand foreign files says no more with each.
const MOST_COMPLAINTS = 30;

function atMost(count: number, complaints: readonly string[]): readonly string[] {
  if (complaints.length <= count) return complaints;
  return [...complaints.slice(0, count), `${complaints.length - count} more files or documents could not be read.`];
}

const LOG_FILE = /(?:^|\/)logs\/([^/]+)\/([^/]+)\/([^/]+?)(\.previous)?\.log$/;
const DUMPED_LOGS =
  /^==== START logs for container (\S+) of pod ([^/\s]+)\/(\S+) ====\n([\s\S]*?)^==== END logs for container \1 of pod \2\/\3 ====\n?/gm;

// A namespace may be called so, too: the objects in its folder stay objects.
const METRICS_FILE = /(?:^|\/)metrics\/[^/]+\.json$/;

/** Whether a file of a recording holds logs, of which only parts are looked at. */
export function isLogFile(path: string): boolean {
  return LOG_FILE.test(path) || /(?:^|\/)logs\.txt$/.test(path);
}

function readFile(recording: Recording, path: string, text: string): void {
  const [, namespace, pod, container, previous] = LOG_FILE.exec(path) ?? [];
  if (namespace !== undefined && pod !== undefined && container !== undefined) {
    recording.logs.set(
      logKey({ namespace, pod, container, run: previous === undefined ? "present" : "previous" }),
      trimLog(text),
    );
    return;
  }
  const rest = text.includes("==== START logs") ? takeLogs(recording, text) : text;
  const { values, complaints } = readDocuments(path, rest);
  recording.unknown.push(...complaints);
  for (const value of values) for (const one of Array.isArray(value) ? value : [value]) readValue(recording, path, one);
}

function takeLogs(recording: Recording, text: string): string {
  return text.replace(DUMPED_LOGS, (_, container: string, namespace: string, pod: string, log: string) => {
    recording.logs.set(logKey({ namespace, pod, container, run: "present" }), trimLog(log));
    return "";
  });
}

function readValue(recording: Recording, path: string, value: unknown): void {
  if (!isMap(value)) {
    if (value !== null)
      recording.unknown.push(
        `${path} holds a ${typeof value} where a Kubernetes object was expected; it was left out.`,
      );
    return;
  }
  const kind = value["kind"];
  if (METRICS_FILE.test(path) && isMetricRecord(value)) readMetric(recording, path, value);
  else if (isItems(value["items"]) && (typeof kind !== "string" || kind.endsWith("List")))
    readList(recording, path, value);
  else if (kind === "Status" && value["status"] === "Failure")
    recording.unknown.push(`${path} holds the API server's refusal instead of objects: ${value["message"]}.`);
  else if (isObject(value)) recording.objects.push(value);
  else
    recording.unknown.push(
      `${path} holds something without apiVersion, kind and name, which is no Kubernetes object; it was left out.`,
    );
}

function readMetric(recording: Recording, path: string, value: unknown): void {
  const record = readMetricRecord(value);
  if (record !== undefined) recording.metrics.push(record);
  else
    recording.unknown.push(
      `${path} holds a metric without version, query, start, end, step and answer, so what it says is unknown.`,
    );
}

function readList(recording: Recording, path: string, list: Readonly<Record<string, unknown>>): void {
  const kind = typeof list["kind"] === "string" ? list["kind"] : undefined;
  const defaults =
    kind === undefined || kind === "List"
      ? {}
      : { apiVersion: list["apiVersion"], kind: kind.slice(0, -"List".length) };
  const items = (Array.isArray(list["items"]) ? list["items"] : []).map((item) =>
    isMap(item) ? { ...defaults, ...item } : item,
  );
  // YAML that was cut off still reads as YAML. kubectl prints `kind` behind the items, so a list without one was.
  if (kind === undefined) {
    items.pop();
    recording.unknown.push(
      `${path} ends in the middle of its list: ${items.length} objects were read, those behind them are unknown.`,
    );
  }
  const objects = items.filter(isObject);
  if (objects.length < items.length)
    recording.unknown.push(
      `${path} holds ${items.length - objects.length} items without apiVersion, kind and name; they were left out.`,
    );
  for (const object of objects) recording.objects.push(object);
  if (kind !== undefined)
    recording.lists.push(...listsOf(path, kind === "List" ? undefined : kindOf(defaults), objects));
}

function kindOf({ apiVersion, kind }: { apiVersion?: unknown; kind?: string }): string {
  return kindKey({ apiVersion: String(apiVersion), kind: String(kind) });
}

function listsOf(path: string, typed: string | undefined, objects: readonly KubernetesObject[]): RecordedList[] {
  const folders = path.split("/").slice(0, -1);
  const byKind = new Map<string, Set<string>>();
  if (typed !== undefined) byKind.set(typed, new Set());
  else if (objects.length === 0) for (const kind of kindsNamed(path)) byKind.set(kind, new Set());
  for (const object of objects) {
    const namespaces = byKind.get(kindKey(object)) ?? new Set();
    byKind.set(kindKey(object), namespaces.add(object.metadata.namespace ?? ""));
  }
  return [...byKind].map(([kind, namespaces]) => ({ kind, folders, namespaces }));
}

/** The kind that a file's name says, such as `daemonsets.json`, `daemonsets.apps.yaml` or `all-daemonsets.json`. */
function kindsNamed(path: string): string[] {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.(json|ya?ml)$/i, "");
  const known = [name, ...name.split(/[._-]/)].map(kindNamed).find((kind) => kind !== undefined);
  return known === undefined ? [] : [`${known.group}/${known.kind}`];
}

function listedOf({ objects, lists }: Recording): ReadonlySet<string> {
  const namespaces = new Set(
    objects.map(({ kind, metadata }) => (kind === "Namespace" ? metadata.name : metadata.namespace)),
  );
  return new Set(
    lists.map(({ kind, folders, namespaces: within }) => {
      // `kubectl cluster-info dump` writes one folder a namespace: such a list is complete there only.
      const folder = folders.find((name) =>
        within.size === 0 ? namespaces.has(name) : within.size === 1 && within.has(name),
      );
      return listedKey(kind, folder);
    }),
  );
}

function missingKinds(listed: ReadonlySet<string>): string[] {
  const seen = new Set([...listed].map(kindListed));
  const missing = KINDS.filter(({ group, kind, isBuiltIn }) => isBuiltIn && !seen.has(`${group}/${kind}`));
  if (missing.length === 0) return [];
  return [
    `The snapshot has no list of ${missing.map(({ kind }) => kind).join(", ")}, so nothing can be concluded from their absence.`,
  ];
}

function isItems(value: unknown): boolean {
  return Array.isArray(value) || value === null;
}

function isObject(value: unknown): value is KubernetesObject {
  if (!isMap(value) || typeof value["apiVersion"] !== "string" || typeof value["kind"] !== "string") return false;
  const metadata = value["metadata"];
  return isMap(metadata) && typeof metadata["name"] === "string";
}
