import { resolve } from "node:path";
import { BadInput } from "../signal/bad-input.ts";

/** The path that an option names, seen from the folder where the command runs; an option without one is refused. */
export function pathOption(cwd: string, option: string, value: string): string {
  if (value === "") throw new BadInput(`Expected a path behind ${option}, found nothing. Give one, or leave it out.`);
  return resolve(cwd, value);
}
