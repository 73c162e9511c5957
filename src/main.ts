#!/usr/bin/env node
import module from "node:module";
import { join } from "node:path";
import type { Command, Io } from "./commands/io.ts";

const NEEDED = [24, 15] as const;

// Loaded one at a time: an old Node must reach the version check, and `diagnose` must not wait for GitHub's libraries.
const COMMANDS: Readonly<Record<string, { readonly job: string; readonly load: () => Promise<Command> }>> = {
  serve: { job: "the bot: webhooks, polls, proposals", load: serve },
  diagnose: { job: "one look: cause, facts, diff, proof", load: () => import("./commands/diagnose.ts") },
  where: { job: "which file and line set this field", load: () => import("./commands/where.ts") },
  render: { job: "render a Flux or kustomize path", load: () => import("./commands/render.ts") },
  doctor: { job: "check settings, permissions and reachability", load: () => import("./commands/doctor.ts") },
  validate: { job: "check policy files", load: () => import("./commands/validate.ts") },
};

async function serve(): Promise<Command> {
  // The one that runs for weeks; how it keeps house is to be settled before its libraries are loaded.
  await import("./commands/small-heap.ts");
  return import("./commands/serve.ts");
}

function usage(): string {
  const lines = Object.entries(COMMANDS).map(([name, { job }]) => `  oakum ${name.padEnd(10)}${job}`);
  return [
    "Usage: oakum COMMAND [ARGUMENTS]",
    "",
    ...lines,
    "",
    "oakum COMMAND --help says more; oakum --version says which this is.",
    "",
  ].join("\n");
}

function version(): string {
  const { version: own }: { version: string } = module.createRequire(import.meta.url)("../package.json");
  return own;
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1]);
}

function openIo(): Io {
  process.stdout.on("error", endWithoutReader);
  process.stderr.on("error", () => undefined);
  return {
    stdin: process.stdin,
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    env: process.env,
    cwd: process.cwd(),
    now: () => new Date(),
    // Only who asks for it stops in an orderly way; everybody else ends at once.
    get stopped() {
      return stopSignal();
    },
  };
}

// A reader that went away (`oakum render … | head`) ends the output, not the program with a stack trace.
function endWithoutReader({ code, message }: NodeJS.ErrnoException): never {
  if (code === "EPIPE") process.exit(0);
  process.stderr.write(`oakum: standard output cannot be written to (${code ?? message}).\n`);
  process.exit(1);
}

function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopping.abort());
  return stopping.signal;
}

async function main(args: readonly string[]): Promise<number> {
  const io = openIo();
  if (isTooOld(process.versions.node)) {
    io.stderr(`oakum needs Node ${NEEDED.join(".")} or newer; this is Node ${process.versions.node}.\n`);
    return 2;
  }
  // Half of a start is reading code. Where this folder cannot be written, every start is as slow as the first.
  module.enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/oakum"));
  const [name = "--help", ...rest] = args;
  if (["--help", "-h", "help"].includes(name)) {
    io.stdout(usage());
    return 0;
  }
  if (name === "--version") {
    io.stdout(`oakum ${version()}\n`);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    io.stderr(`oakum has no command "${name}".\n${usage()}`);
    return 2;
  }
  try {
    return await (await command.load()).run(rest, io);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "BadInput") throw error;
    io.stderr(`oakum ${name}: ${error.message}\n`);
    return 2;
  }
}

process.exitCode = await main(process.argv.slice(2));
