import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const TOOLS = resolve(import.meta.dirname, "../../.tools");
const PROGRAMS = ["prometheus", "promtool"] as const;

/** A program of Prometheus: the server, and the tool that loads samples. */
type PrometheusProgram = (typeof PROGRAMS)[number];

/** Where a program of Prometheus is; undefined where it was not brought. */
export function prometheusPath(name: PrometheusProgram): string | undefined {
  const path = join(TOOLS, name);
  return existsSync(path) ? path : undefined;
}

/** Why a test cannot have a Prometheus, and how to get one; undefined where it can. */
export function whyNoPrometheus(): string | undefined {
  const missing = PROGRAMS.filter((name) => prometheusPath(name) === undefined);
  if (missing.length === 0) return undefined;
  return `no ${missing.join(", ")} here; "npm run tools -- prometheus" brings them where apt-get is`;
}

/** Unpacks Debian's package of Prometheus beside the other tools, without installing it; `say` hears why it cannot. */
export function unpackPrometheus(say: (line: string) => void): boolean {
  if (whyNoPrometheus() === undefined) return true;
  const folder = mkdtempSync(join(tmpdir(), "oakum-prometheus-"));
  try {
    execFileSync("apt-get", ["download", "prometheus"], { cwd: folder, stdio: "pipe" });
    const archive = readdirSync(folder).find((name) => name.endsWith(".deb"));
    if (archive === undefined) throw new Error("apt-get download prometheus left no package");
    execFileSync("dpkg-deb", ["-x", archive, "unpacked"], { cwd: folder, stdio: "pipe" });
    mkdirSync(TOOLS, { recursive: true });
    for (const name of PROGRAMS) {
      // Another one may be unpacking too: the program appears whole or not at all.
      const part = join(TOOLS, `${name}.${process.pid}`);
      copyFileSync(join(folder, "unpacked/usr/bin", name), part);
      renameSync(part, join(TOOLS, name));
    }
    return true;
  } catch (error) {
    say(`skipped: Prometheus cannot be had: ${error instanceof Error ? error.message.trim() : error}`);
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
