import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const KUBERNETES = "1.36.3";

/** One program of a real cluster: the Go module beside this file that pins it, and its package there. */
type Program = { readonly module: string; readonly package: string; readonly flags?: string };

const VERSIONED = `-X k8s.io/component-base/version.gitVersion=v${KUBERNETES}`;
const PROGRAMS = {
  etcd: { module: "etcd", package: "go.etcd.io/etcd/server/v3" },
  "kube-apiserver": { module: "kubernetes", package: "k8s.io/kubernetes/cmd/kube-apiserver", flags: VERSIONED },
  kwok: { module: "kwok", package: "sigs.k8s.io/kwok/cmd/kwok" },
  "kustomize-controller": { module: "kustomize-controller", package: "github.com/fluxcd/kustomize-controller" },
  "kube-controller-manager": {
    module: "kubernetes",
    package: "k8s.io/kubernetes/cmd/kube-controller-manager",
    flags: VERSIONED,
  },
  "kube-scheduler": { module: "kubernetes", package: "k8s.io/kubernetes/cmd/kube-scheduler", flags: VERSIONED },
} as const satisfies Readonly<Record<string, Program>>;

/** The name of a program of a real cluster. */
export type ProgramName = keyof typeof PROGRAMS;

// Where Flux's own definitions stand in its modules; they are copied from there, never committed.
const DEFINITIONS = ["github.com/fluxcd/kustomize-controller@v1.9.5", "github.com/fluxcd/source-controller@v1.9.5"];

const TOOLS = resolve(import.meta.dirname, "../../.tools");
/** Where the CustomResourceDefinitions of Flux are, once they were had. */
export const DEFINITIONS_FOLDER = join(TOOLS, "definitions");

/** Where a program is: where envtest keeps its own, or where it was built; undefined where it is in neither. */
export function programPath(name: ProgramName): string | undefined {
  const assets = process.env["KUBEBUILDER_ASSETS"];
  const places = [...(assets === undefined ? [] : [join(assets, name)]), join(TOOLS, name)];
  return places.find((path) => existsSync(path));
}

/** Why a test cannot have a cluster of these programs, and how to get one; undefined where it can. */
export function whyNoCluster(names: readonly ProgramName[]): string | undefined {
  const missing: string[] = names.filter((name) => programPath(name) === undefined);
  if (names.includes("kustomize-controller") && !existsSync(DEFINITIONS_FOLDER)) missing.push("Flux's definitions");
  if (missing.length === 0) return undefined;
  return `no ${missing.join(", ")} here; "npm run tools -- cluster" builds them where Go is installed`;
}

/** Builds what is missing of a real cluster, one program at a time; `say` hears what is done and what is skipped. */
export async function buildCluster(say: (line: string) => void): Promise<boolean> {
  const stale = Object.entries<Program>(PROGRAMS).filter(([name, program]) => !isBuilt(name as ProgramName, program));
  const lacksDefinitions = !existsSync(DEFINITIONS_FOLDER);
  if (stale.length === 0 && !lacksDefinitions) return true;
  if (!hasGo()) {
    const names = [...stale.map(([name]) => name), ...(lacksDefinitions ? ["Flux's definitions"] : [])];
    say(`skipped: ${names.join(", ")} (no Go here; install Go 1.26 and run "npm run tools -- cluster" again)`);
    return false;
  }
  mkdirSync(TOOLS, { recursive: true });
  try {
    for (const [name, program] of stale) {
      say(`building ${name} …`);
      await build(name, program);
    }
    await copyDefinitions();
    return true;
  } catch (error) {
    say(`skipped: a real cluster cannot be built: ${error instanceof Error ? error.message : error}`);
    return false;
  }
}

function isBuilt(name: ProgramName, program: Program): boolean {
  const path = programPath(name);
  if (path === undefined) return false;
  // What envtest brought is used as it is.
  if (path !== join(TOOLS, name)) return true;
  return existsSync(stampOf(name)) && readFileSync(stampOf(name), "utf8") === pinOf(program);
}

const stampOf = (name: string): string => join(TOOLS, `${name}.pin`);

/** What a built program was made of, so that another version in go.mod is built anew. */
function pinOf({ module, flags = "" }: Program): string {
  const files = ["go.mod", "go.sum"].map((file) => readFileSync(join(import.meta.dirname, module, file), "utf8"));
  return createHash("sha256").update(files.join(flags)).digest("hex");
}

function hasGo(): boolean {
  try {
    execFileSync("go", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function build(name: string, program: Program): Promise<void> {
  const part = join(TOOLS, `${name}.${process.pid}`);
  const flags = ["-trimpath", "-buildvcs=false", "-ldflags", `-s -w ${program.flags ?? ""}`];
  // Two at once: the compiler of one large package takes a gigabyte.
  await go(program.module, ["build", "-p", "2", ...flags, "-o", part, program.package]);
  // Another one may be building too: the program appears whole or not at all.
  renameSync(part, join(TOOLS, name));
  writeFileSync(stampOf(name), pinOf(program));
}

async function copyDefinitions(): Promise<void> {
  const part = `${DEFINITIONS_FOLDER}.${process.pid}`;
  for (const module of DEFINITIONS) {
    const { Dir } = JSON.parse(await go("kustomize-controller", ["mod", "download", "-json", module]));
    const bases = join(Dir, "config/crd/bases");
    for (const file of readdirSync(bases)) cpSync(join(bases, file), join(part, file));
  }
  if (!existsSync(DEFINITIONS_FOLDER)) renameSync(part, DEFINITIONS_FOLDER);
}

async function go(module: string, args: readonly string[]): Promise<string> {
  const cwd = join(import.meta.dirname, module);
  return (await promisify(execFile)("go", args, { cwd, maxBuffer: 2 ** 26 })).stdout;
}
