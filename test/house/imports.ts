import { dirname, join } from "node:path";

/** One import of a source file; `to` is relative to `src` for our own files, else the module's name. */
export type Import = { readonly from: string; readonly to: string; readonly isType: boolean };

const STAGES = ["signal", "incident", "evidence", "manifest", "diagnosis", "patch", "policy", "proposal", "recovery"];

/** Libraries without effects, which any stage may use. */
export const PURE = new Set(["yaml", "fast-json-patch", "diff", "zod", "re2js", "@marcbachmann/cel-js", "node:crypto"]);

/** Every import of a source file. */
export function importsOf(file: string, text: string): Import[] {
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^;'"]*?from\s+["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/g,
  );
  return [...found].map((match) => {
    const target = match[2] ?? match[3] ?? "";
    return {
      from: file,
      to: target.startsWith(".") ? join(dirname(file), target) : target,
      isType: match[1] !== undefined,
    };
  });
}

/** Why this import breaks the house's direction, or undefined where it does not. */
export function complaint(found: Import): string | undefined {
  return isAllowed(found) ? undefined : `${found.from} -> ${found.to}`;
}

function isAllowed(found: Import): boolean {
  const stage = stageOf(found.from);
  if (stage >= 0) return isLeftward(found.to, stage);
  if (found.from === "ports.ts") return stageOf(found.to) >= 0 && found.isType;
  if (found.from.startsWith("adapters/")) return !/^(pipeline|bot|main)\.ts$|^(web|commands)\//.test(found.to);
  return true;
}

function isLeftward(to: string, stage: number): boolean {
  if (!to.endsWith(".ts")) return PURE.has(to);
  const target = stageOf(to);
  return target >= 0 && target <= stage;
}

function stageOf(path: string): number {
  return STAGES.indexOf(path.split("/")[0] ?? "");
}
