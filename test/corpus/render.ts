import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { KustomizeBuilds } from "../../src/commands/render-kustomize.ts";
import { isEqual } from "../../src/manifest/json.ts";
import { KUSTOMIZATION_FILES } from "../../src/manifest/kustomize/kustomization-file.ts";
import type { Built } from "../../src/manifest/kustomize/render.ts";
import { parseObjects } from "../../src/manifest/yaml/parse.ts";
import { jsonOf } from "../../src/manifest/yaml/value.ts";
import type { Json } from "../../src/signal/object.ts";
import { kustomizeBuild, type OracleAnswer, tools } from "../tools/oracle.ts";
import { openMaterial } from "./material.ts";

const CACHE = resolve(import.meta.dirname, "../../.tools/cache");

/** How a folder came out: the same objects, both refused, bases elsewhere, or not the same. */
type Mark = "equal" | "both-refuse" | "remote" | "different" | "only-oracle" | "only-oakum";

type Row = { readonly folder: string; readonly mark: Mark; readonly because: string };

/**
 * Renders every kustomization folder beneath a folder and compares it, object by object, with what the real kustomize
 * prints. Fails where one differs, or where only one of the two refuses. `--json` prints all rows.
 */
export async function render(words: readonly string[], print: (line: string) => void): Promise<number> {
  const material = openMaterial(words.find((word) => !word.startsWith("--")));
  if (material === undefined) {
    print("Expected a folder or a .tar.gz, found none: corpus render DIR [--json]");
    return 2;
  }
  try {
    const kubectl = tools(print)?.kubectl;
    if (kubectl === undefined) return 2;
    const rows: Row[] = [];
    let took = 0;
    for (const root of material.folders) {
      const found = await compareAll(resolve(root), kubectl);
      rows.push(...found.rows);
      took += found.took;
    }
    if (words.includes("--json")) print(JSON.stringify({ counts: countsOf(rows), milliseconds: took, rows }));
    else for (const line of told(rows, took)) print(line);
    return rows.some(isWrong) ? 1 : 0;
  } finally {
    material.close();
  }
}

async function compareAll(
  root: string,
  kubectl: string,
): Promise<{ readonly rows: readonly Row[]; readonly took: number }> {
  const { files, hash } = survey(root);
  const folders = [...new Set(files.filter(isKustomization).map((file) => resolve(file, "..")))].sort();
  const started = performance.now();
  const builds = new KustomizeBuilds();
  const ours = folders.map((folder) => builds.build(folder).built);
  const took = performance.now() - started;
  const answers = await askOracle(kubectl, root, folders, hash);
  const rows = folders.map((folder, at) =>
    compared(relative(root, folder), ours[at] as Built, answers[at] as OracleAnswer),
  );
  return { rows, took };
}

function isKustomization(file: string): boolean {
  return KUSTOMIZATION_FILES.includes(file.split("/").at(-1) ?? "");
}

function survey(root: string): { readonly files: readonly string[]; readonly hash: string } {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => !file.split("/").includes(".git"))
    .map((file) => join(root, file))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
    .sort();
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${relative(root, file)}\0`).update(readFileSync(file));
  return { files, hash: hash.digest("hex") };
}

async function askOracle(
  kubectl: string,
  root: string,
  folders: readonly string[],
  hash: string,
): Promise<readonly OracleAnswer[]> {
  const cached = join(CACHE, `${hash}.json`);
  if (existsSync(cached)) return JSON.parse(readFileSync(cached, "utf8")) as readonly OracleAnswer[];
  const answers: OracleAnswer[] = [];
  // Two at a time: the machines this runs on have two cores.
  for (let at = 0; at < folders.length; at += 2) {
    answers.push(...(await Promise.all(folders.slice(at, at + 2).map((folder) => kustomizeBuild(kubectl, folder)))));
  }
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(cached, JSON.stringify(answers).replaceAll(root, "."));
  return answers;
}

function compared(folder: string, ours: Built, theirs: OracleAnswer): Row {
  if (!ours.ok) {
    const { code, message, file, line } = ours.refusal;
    const because = `${file}:${line}: ${message}`;
    if (code === "REMOTE") return { folder, mark: "remote", because };
    return { folder, mark: "error" in theirs ? "both-refuse" : "only-oracle", because };
  }
  if ("error" in theirs) return { folder, mark: "only-oakum", because: theirs.error.trim().slice(0, 300) };
  const difference = firstDifference(ours.objects.map(jsonOf), objectsIn(theirs.yaml));
  return { folder, mark: difference === undefined ? "equal" : "different", because: difference ?? "" };
}

function objectsIn(yaml: string): readonly Json[] {
  const parsed = parseObjects({
    source: { file: "oracle", way: "resource" },
    text: yaml,
    span: (start, end) => ({ start, end }),
  });
  if (!parsed.ok) throw new Error(`What the oracle prints cannot be read: ${parsed.flaw.message}`);
  return parsed.documents.map(jsonOf);
}

function firstDifference(ours: readonly Json[], theirs: readonly Json[]): string | undefined {
  if (ours.length !== theirs.length) return `${ours.length} objects instead of ${theirs.length}`;
  const at = ours.findIndex((object, index) => !isEqual(object, theirs[index]));
  if (at < 0) return undefined;
  return `object ${at}: ${JSON.stringify(ours[at]).slice(0, 200)} instead of ${JSON.stringify(theirs[at]).slice(0, 200)}`;
}

function isWrong({ mark }: Row): boolean {
  return mark === "different" || mark === "only-oracle" || mark === "only-oakum";
}

function countsOf(rows: readonly Row[]): Readonly<Record<Mark, number>> {
  const count = (mark: Mark): number => rows.filter((row) => row.mark === mark).length;
  return {
    equal: count("equal"),
    "both-refuse": count("both-refuse"),
    remote: count("remote"),
    different: count("different"),
    "only-oracle": count("only-oracle"),
    "only-oakum": count("only-oakum"),
  };
}

function told(rows: readonly Row[], took: number): readonly string[] {
  const counts = countsOf(rows);
  const buildable = counts.equal + counts.different + counts["only-oracle"];
  const share = buildable === 0 ? 100 : (100 * counts.equal) / buildable;
  return [
    ...rows.filter(isWrong).map(({ folder, mark, because }) => `${mark}  ${folder}  ${because}`),
    `${rows.length} folders in ${(took / 1000).toFixed(1)} s: ${JSON.stringify(counts)}`,
    `${counts.equal} of the ${buildable} that the real kustomize builds are equal (${share.toFixed(2)} %)`,
  ];
}
