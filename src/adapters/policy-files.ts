import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Policy } from "../policy/policy.ts";
import { readPolicies } from "../policy/read-policies.ts";
import { BadInput } from "../signal/bad-input.ts";

/** The folder of the policies that Oakum ships. */
export const OWN_POLICIES = join(import.meta.dirname, "../../policies");

/** The texts of the policy files at a path: a file itself, or every YAML file of a folder in the order of their names. */
export function policyFiles(path: string): ReadonlyMap<string, string> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined)
    throw new BadInput(`Expected a policy file or a folder of them at ${path}; nothing is there.`);
  const names = found.isDirectory() ? readdirSync(path).filter((name) => /\.ya?ml$/.test(name)) : [];
  const files = found.isDirectory() ? names.sort().map((name) => join(path, name)) : [path];
  return new Map(files.map((file) => [file, textOf(file)]));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new BadInput(`Expected a policy file at ${file}, which cannot be read (${code}). Mend it, or take it away.`);
  }
}

/**
 * The policies of a folder. Throws a BadInput that names every problem where one of them cannot be used, and where there
 * is none: no policies means no permission.
 */
export function loadPolicies(folder: string): readonly Policy[] {
  const reading = readPolicies(policyFiles(folder));
  if (reading.ok && reading.policies.length === 0)
    throw new BadInput(`There is no policy in ${folder}, which would permit nothing. Put at least one there.`);
  if (reading.ok) return reading.policies;
  throw new BadInput(
    `The policies of ${folder} cannot be used:\n${reading.problems.map((said) => `- ${said}`).join("\n")}`,
  );
}
