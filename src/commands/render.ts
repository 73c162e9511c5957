import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { BadInput } from "../signal/bad-input.ts";
import type { Io } from "./io.ts";
import { optionsOf } from "./options.ts";
import { renderFlux } from "./render-flux.ts";
import { renderEach, renderOne } from "./render-kustomize.ts";

const HELP = `Usage: oakum render PATH [--repo DIR] [--origins]
       oakum render --kustomize PATH
       oakum render --kustomize --each

Prints what Flux makes of a path of the GitOps repository, or of the Kustomization with this id; with --kustomize what
kustomize alone makes of a folder, as \`kustomize build --load-restrictor LoadRestrictionsNone\` does. Files are read
within the repository around the folder only: the nearest .git above it, or, without one, the topmost folder above it
that is no home and no temporary folder.

  --repo DIR       the GitOps repository (default: this folder)
  --snapshot DIR   a recorded cluster, which says what the variables are
  --origins        say for each field which bytes in git set it
  --kustomize      kustomize alone, without Flux's own steps
  --each           read absolute folders from standard input, one a line; print one JSON line each,
                   {"path", "yaml"} or {"path", "error"}
Exit code 0: rendered. 1: refused, and why. 2: bad input.
`;

/** Renders a path as Flux would, or a folder as kustomize would. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help) {
    io.stdout(HELP);
    return 0;
  }
  if (values.each) {
    if (!values.kustomize || positionals.length > 0)
      throw new BadInput(`--each needs --kustomize and no path.\n${HELP}`);
    return renderEach(io);
  }
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) throw new BadInput(`Expected one path.\n${HELP}`);
  if (values.kustomize) return renderOne(resolve(io.cwd, values.repo, path), io, values.origins);
  return renderFlux(path, { ...values, repo: resolve(io.cwd, values.repo) }, io);
}

function parse(args: readonly string[]) {
  const options = {
    repo: { type: "string", default: "." },
    snapshot: { type: "string" },
    origins: { type: "boolean", default: false },
    kustomize: { type: "boolean", default: false },
    each: { type: "boolean", default: false },
    help: { type: "boolean", default: false, short: "h" },
  } as const;
  return optionsOf(HELP, () => parseArgs({ args: [...args], allowPositionals: true, options }));
}
