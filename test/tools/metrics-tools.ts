import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const TOOLS = resolve(import.meta.dirname, "../../.tools");

/** Debian's packages of metrics servers, with the programs of each that tests start. */
const PACKAGES = {
  prometheus: ["prometheus", "promtool"],
  "victoria-metrics": ["victoria-metrics"],
} as const;

type PackageName = keyof typeof PACKAGES;
type Program = (typeof PACKAGES)[PackageName][number];

/** Where a program of a metrics server is. Throws where it was not brought. */
export function metricsProgram(name: Program): string {
  const path = join(TOOLS, name);
  if (!existsSync(path)) throw new Error(`There is no ${name} here`);
  return path;
}

/** Why a test cannot have this metrics server, and how to get it; undefined where it can. */
export function whyNoServer(name: PackageName): string | undefined {
  if (PACKAGES[name].every((program) => existsSync(join(TOOLS, program)))) return undefined;
  return `no ${name} here; "npm run tools -- metrics" brings it where apt-get is`;
}

/** Unpacks Debian's metrics servers beside the other tools, without installing them; `say` hears why one cannot be had. */
export function unpackMetricsServers(say: (line: string) => void): boolean {
  const names = Object.keys(PACKAGES) as PackageName[];
  return names.map((name) => whyNoServer(name) === undefined || unpack(name, say)).every((isThere) => isThere);
}

function unpack(name: PackageName, say: (line: string) => void): boolean {
  const folder = mkdtempSync(join(tmpdir(), `oakum-${name}-`));
  try {
    execFileSync("apt-get", ["download", name], { cwd: folder, stdio: "pipe" });
    const archive = readdirSync(folder).find((file) => file.endsWith(".deb"));
    if (archive === undefined) throw new Error(`apt-get download ${name} left no package`);
    execFileSync("dpkg-deb", ["-x", archive, "unpacked"], { cwd: folder, stdio: "pipe" });
    mkdirSync(TOOLS, { recursive: true });
    for (const program of PACKAGES[name]) {
      // Another one may be unpacking too: the program appears whole or not at all.
      const part = join(TOOLS, `${program}.${process.pid}`);
      copyFileSync(join(folder, "unpacked/usr/bin", program), part);
      renameSync(part, join(TOOLS, program));
    }
    return true;
  } catch (error) {
    say(`skipped: ${name} cannot be had: ${error instanceof Error ? error.message.trim() : error}`);
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
