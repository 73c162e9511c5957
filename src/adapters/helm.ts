import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { type ChartAnswer, type ChartJob, NO_CHARTS, refuseChart } from "../manifest/helm/chart-job.ts";
import type { Charts } from "../ports.ts";
import { BadInput } from "../signal/bad-input.ts";

const TIMEOUT_MS = 20_000;
const MOST_OUTPUT = 64 * 1024 * 1024;
// `npm run tools` puts one there.
const OWN = resolve(import.meta.dirname, "../../.tools/helm");

/** The helm to use: the one that OAKUM_HELM names (`none`: no helm at all), else one on the PATH; null where there is none. */
export function findHelm(env: Readonly<Record<string, string | undefined>>): string | null {
  const named = env["OAKUM_HELM"] ?? "";
  if (named === "none") return null;
  if (named !== "") {
    if (isProgram(named)) return named;
    throw new BadInput(`OAKUM_HELM is ${named}, which is no program: expected the path of a helm binary, or none.`);
  }
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return [...folders.map((folder) => join(folder, "helm")), OWN].find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Charts rendered by the helm that is found, each once; or refused where there is none. */
export function chartsOf(env: Readonly<Record<string, string | undefined>>): Charts {
  const binary = findHelm(env);
  return binary === null ? { render: async (job) => NO_CHARTS.find(job) } : helmCharts(binary);
}

/** Charts rendered by a helm binary, each in a folder of its own that is removed afterwards. */
export function helmCharts(binary: string): Charts {
  return {
    render: async (job) => {
      const folder = await mkdtemp(join(tmpdir(), "oakum-chart-"));
      try {
        await writeChart(join(folder, "chart"), job.files);
        return answerOf(await template(binary, folder, job));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function writeChart(folder: string, files: ChartJob["files"]): Promise<void> {
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
}

type Ended = { readonly code: number | null; readonly output: string; readonly complaint: string };

// A chart is somebody else's: no cluster, no network, no plugin and no setting of this machine may bend what it renders.
function environment(folder: string): Record<string, string> {
  const nowhere = "http://127.0.0.1:9";
  return {
    ...{ HOME: folder, TMPDIR: folder, HELM_CONFIG_HOME: folder, HELM_CACHE_HOME: folder, HELM_DATA_HOME: folder },
    ...{ HELM_NO_PLUGINS: "1", KUBECONFIG: "/dev/null", LC_ALL: "C", TZ: "UTC" },
    ...{ HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere, http_proxy: nowhere, https_proxy: nowhere },
  };
}

function template(binary: string, folder: string, job: ChartJob): Promise<Ended> {
  const version = job.kubeVersion === null ? [] : [`--kube-version=${job.kubeVersion}`];
  const served = job.apiVersions.map((each) => `--api-versions=${each}`);
  const options = ["--skip-tests", `--namespace=${job.namespace}`, "--values=-", ...version, ...served];
  const args = ["template", ...options, "--", job.name];
  return new Promise((done) => {
    const child = spawn(binary, [...args, "chart"], {
      cwd: folder,
      env: environment(folder),
      stdio: ["pipe", "pipe", "pipe"],
      timeout: TIMEOUT_MS,
      killSignal: "SIGKILL",
    });
    const output: Buffer[] = [];
    const complaint: Buffer[] = [];
    let length = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > MOST_OUTPUT) child.kill("SIGKILL");
      else output.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => complaint.push(chunk));
    // A helm that ends early closes its input; how it ended tells more than the broken pipe would.
    child.stdin.on("error", () => undefined);
    child.stdin.end(JSON.stringify(job.values));
    child.on("error", (error) => done({ code: null, output: "", complaint: error.message }));
    child.on("close", (code) =>
      done({ code, output: Buffer.concat(output).toString(), complaint: Buffer.concat(complaint).toString() }),
    );
  });
}

function answerOf({ code, output, complaint }: Ended): ChartAnswer {
  if (code === 0) return { ok: true, yaml: output };
  if (code === null)
    return refuseChart(
      "HELM_ENDED",
      `helm did not render its chart within bounds: ${complaint.trim() || "it was ended"}`,
    );
  const said = complaint
    .replace(/^Error: /m, "")
    .replace(/\n+Use --debug flag.*$/s, "")
    .replaceAll(/\s*\n\s*/g, " ")
    .trim();
  if (/missing in charts\/ directory/.test(said))
    return refuseChart("DEPENDENCY_MISSING", `its chart needs others that are not in its charts folder: ${said}`);
  const at = /(?:^|[\s(])[^\s/:()]+\/((?:charts\/[^/:]+\/)*templates\/[^:\s]+)(?::(\d+)(?::(\d+))?)?/.exec(said);
  const isRefused = /don't meet the specifications of the schema/.test(said);
  const refusal = { code: isRefused ? "VALUES_REFUSED" : "TEMPLATE_FAILED", message: said };
  if (at?.[1] === undefined) return { ok: false, refusal };
  const line = at[2] === undefined ? {} : { line: Number(at[2]) };
  return { ok: false, refusal: { ...refusal, file: at[1], ...line } };
}
