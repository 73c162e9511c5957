import { matchesGlob } from "./glob.ts";

/** One line of a `.sourceignore`: what it takes out, or with `!` brings back, beneath the folder it stands in. */
export type IgnoreRule = {
  readonly folder: string;
  readonly steps: readonly Step[];
  readonly includes: boolean;
  readonly foldersOnly: boolean;
};

/** One step of a rule: any number of folders, or those names that match; an empty one says nothing. */
type Step = "" | "**" | "never" | ((name: string) => boolean | undefined);

/** The rules in a text, one a line, as Flux reads them. */
export function ignoreRules(text: string, folder: string): readonly IgnoreRule[] {
  const lines = text.split(/\r?\n/).filter((line) => !line.startsWith("#") && line.trim() !== "");
  return lines.map((line) => ignoreRule(line, folder));
}

/** Whether the last rule that has a word about this file or folder takes it out. */
export function isIgnored(rules: readonly IgnoreRule[], path: string, type: "file" | "folder"): boolean {
  const rule = rules.findLast((each) => isAbout(each, path, type === "folder"));
  return rule !== undefined && !rule.includes;
}

function ignoreRule(line: string, folder: string): IgnoreRule {
  const includes = line.startsWith("!");
  const said = includes ? line.slice(1) : line;
  const trimmed = said.endsWith("\\ ") ? said : said.replace(/ +$/, "");
  const foldersOnly = trimmed.endsWith("/");
  const steps = (foldersOnly ? trimmed.slice(0, -1) : trimmed).split("/");
  return { folder, steps: steps.map((step) => stepOf(step, steps.length > 1)), includes, foldersOnly };
}

function stepOf(step: string, isPath: boolean): Step {
  if (isPath && (step === "" || step === "**")) return step;
  if (isPath && step.includes("**")) return "never";
  if (!/[*?[\\]/.test(step)) return (name) => name === step;
  const ending = /^\*([^*?[\\]+)$/.exec(step)?.[1];
  if (ending !== undefined) return (name) => name.endsWith(ending);
  const pattern = Buffer.from(step).toString("latin1");
  return (name) => matchesGlob(pattern, Buffer.from(name).toString("latin1"));
}

function isAbout(rule: IgnoreRule, path: string, isFolder: boolean): boolean {
  if (rule.folder !== "" && !path.startsWith(`${rule.folder}/`)) return false;
  const names = path.slice(rule.folder === "" ? 0 : rule.folder.length + 1).split("/");
  const left = rule.steps.length === 1 ? leftOfNamed(rule, names) : leftOfReached(rule, names);
  return left !== undefined && (left > 0 || isFolder || !rule.foldersOnly);
}

/** A rule without a slash speaks of every name on the way: how many names are left behind the first that matches. */
function leftOfNamed({ steps: [step] }: IgnoreRule, names: readonly string[]): number | undefined {
  if (typeof step !== "function") return undefined;
  const at = names.findIndex((name) => step(name) !== false);
  const name = names[at];
  return name !== undefined && step(name) === true ? names.length - 1 - at : undefined;
}

/** A rule with a slash speaks of a path and of everything beneath it: how many names are left behind the path. */
function leftOfReached({ steps }: IgnoreRule, names: readonly string[]): number | undefined {
  let from = 0;
  let isAnywhere = false;
  let isMatched = false;
  for (const [index, step] of steps.entries()) {
    if (step === "never") return undefined;
    if (typeof step !== "function") {
      // A `**` at the end adds nothing: everything beneath is meant anyway.
      if (step === "" || index < steps.length - 1) isAnywhere = step === "**";
      continue;
    }
    const at = isAnywhere ? names.findIndex((name, place) => place >= from && step(name) !== false) : from;
    const name = names[at];
    if (name === undefined || step(name) !== true) return undefined;
    from = at + 1;
    isAnywhere = false;
    isMatched = true;
  }
  return isMatched ? names.length - from : undefined;
}
