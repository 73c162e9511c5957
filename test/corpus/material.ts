import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const PACKED = /\.(?:tar\.gz|tgz)$/;

/** What was named on the command line, and every archive in it laid open. */
export type Material = { readonly folders: readonly string[]; readonly close: () => void };

/** Opens a folder or a .tar.gz; undefined where there is neither. Whoever opens it closes it. */
export function openMaterial(named: string | undefined): Material | undefined {
  if (named === undefined || !existsSync(named)) return undefined;
  const isFolder = statSync(named).isDirectory();
  if (!isFolder && !PACKED.test(named)) return undefined;
  const packed = isFolder ? packedBelow(named) : [named];
  if (packed.length === 0) return { folders: [named], close: () => undefined };
  const scratch = mkdtempSync(join(tmpdir(), "oakum-corpus-"));
  const opened = packed.map((file, at) => unpacked(file, join(scratch, `${at}-${basename(file).replace(PACKED, "")}`)));
  const close = (): void => rmSync(scratch, { recursive: true, force: true });
  return { folders: isFolder ? [named, ...opened] : opened, close };
}

function packedBelow(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => PACKED.test(file) && !file.split("/").includes(".git"))
    .map((file) => join(folder, file))
    .toSorted();
}

function unpacked(file: string, folder: string): string {
  mkdirSync(folder);
  execFileSync("tar", ["-xzf", file, "-C", folder], { stdio: ["ignore", "ignore", "pipe"] });
  return folder;
}
