import { closeSync, type Dirent, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { worldOf } from "../evidence/readings.ts";
import { isLogFile, type RecordedFile, readRecording } from "../evidence/recording.ts";
import type { World } from "../evidence/world.ts";
import { BadInput } from "../signal/bad-input.ts";
import { requireFolder } from "./files.ts";

// Half of the longest text that Node can hold.
const LARGEST_FILE = 256 << 20;
// The first error of a log is looked for in its first part, its end is in its last.
const LOG_PART = 128 << 10;

/** The cluster that a folder of Kubernetes objects and logs records. */
export async function readSnapshot(folder: string): Promise<World> {
  requireFolder(folder, "snapshot folder", "Give a folder of Kubernetes objects.");
  const readings = readRecording(recordedFiles(folder));
  if (readings.objects.length === 0 && readings.listed.size === 0)
    throw new BadInput(
      `The snapshot folder ${folder} holds no Kubernetes object. ${firstComplaint(readings.unknown)}Record one with "kubectl get -A -o json" into a file a kind, or with "kubectl cluster-info dump --all-namespaces --output-directory".`,
    );
  return worldOf(readings);
}

function firstComplaint(unknown: readonly string[]): string {
  // The last one says which kinds are missing: all of them.
  return unknown.length > 1 ? `${unknown[0]} ` : "";
}

function* recordedFiles(folder: string): Generator<RecordedFile> {
  const found = [...entriesBelow(folder)]
    .map((entry) => ({ entry, file: join(entry.parentPath, entry.name) }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
  for (const { entry, file } of found) {
    const path = relative(folder, file).split(sep).join("/");
    if (path.startsWith(".") || path.includes("/.")) continue;
    yield entry.isFile() ? readFile(path, file) : { path, unreadable: "it is a link, not a file" };
  }
}

// Not by `recursive`, which follows links to folders: out of the snapshot, or round in circles.
function* entriesBelow(folder: string): Generator<Dirent> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) yield* entriesBelow(join(folder, entry.name));
    else yield entry;
  }
}

function readFile(path: string, file: string): RecordedFile {
  try {
    const { size } = statSync(file);
    if (isLogFile(path) && size > 2 * LOG_PART) return { path, text: readEnds(file, size) };
    if (size > LARGEST_FILE) return { path, unreadable: `its ${size} bytes are more than ${LARGEST_FILE}` };
    return { path, text: readFileSync(file, "utf8") };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { path, unreadable: code ?? message };
  }
}

function readEnds(file: string, size: number): string {
  const opened = openSync(file, "r");
  try {
    const part = (position: number): string => {
      const buffer = Buffer.alloc(LOG_PART);
      return buffer.toString("utf8", 0, readSync(opened, buffer, 0, LOG_PART, position));
    };
    const [head, tail] = [part(0), part(size - LOG_PART)];
    return `${head.slice(0, head.lastIndexOf("\n") + 1)}… ${size - 2 * LOG_PART} bytes left out …${tail.slice(tail.indexOf("\n"))}`;
  } finally {
    closeSync(opened);
  }
}
