import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { policyFiles } from "../adapters/policy-files.ts";
import { readPolicies } from "../policy/read-policies.ts";
import { BadInput } from "../signal/bad-input.ts";
import type { Io } from "./io.ts";
import { optionsOf } from "./options.ts";

const HELP = `Usage: oakum validate PATH…

Reads policy files, or folders of them, and names everything that is wrong with them.
Exit code 0: each can be used. 1: at least one cannot.
`;

/** Checks policy files before they are used. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help) {
    io.stdout(HELP);
    return 0;
  }
  if (positionals.length === 0) throw new BadInput("Expected the path of a policy file or of a folder of them.");
  const files = new Map(positionals.flatMap((path) => [...policyFiles(resolve(io.cwd, path))]));
  if (files.size === 0) throw new BadInput(`There is no YAML file in ${positionals.join(", ")}.`);
  const reading = readPolicies(files);
  if (!reading.ok) {
    for (const problem of reading.problems) io.stderr(`${problem}\n`);
    return 1;
  }
  for (const { name, validations, objects } of reading.policies) {
    const asked = objects === null ? "once about each change" : "about each changed object that matches";
    io.stdout(
      `${name}: ${validations.length} ${validations.length === 1 ? "validation" : "validations"}, asked ${asked}\n`,
    );
  }
  return 0;
}

function parse(args: readonly string[]) {
  return optionsOf(HELP, () =>
    parseArgs({ args: [...args], allowPositionals: true, options: { help: { type: "boolean", short: "h" } } }),
  );
}
