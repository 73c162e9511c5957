import { spawn, spawnSync } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { BadInput } from "../signal/bad-input.ts";

/** How a git command ended: its output, or the first line it complained with. */
export type GitAnswer =
  | { readonly ok: true; readonly output: Buffer }
  | { readonly ok: false; readonly because: string };

/** What one git command may be given beside its arguments. */
export type GitOptions = {
  readonly input?: string;
  /** Sent as the password where a server asks for one; it never shows in arguments, environment or files. */
  readonly token?: string;
  readonly timeoutMs?: number;
};

// A repository is somebody else's: nothing in it may start a program, and nothing around it may bend the output.
const SETTINGS = [
  "safe.directory=*",
  "core.fsmonitor=",
  "core.hooksPath=/dev/null",
  "core.attributesFile=/dev/null",
  "core.askPass=",
  "core.sshCommand=ssh -oBatchMode=yes",
  "protocol.ext.allow=never",
  "credential.helper=",
  "gc.auto=0",
  "log.showSignature=false",
  "log.showRoot=true",
];
const FORGET = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ASKPASS", "SSH_ASKPASS"];
const SET = ["GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "LC_ALL=C", "TZ=UTC"];

const COMMAND = [
  ...FORGET.flatMap((name) => ["-u", name]),
  ...SET,
  "git",
  "--no-pager",
  "--no-replace-objects",
  ...SETTINGS.flatMap((setting) => ["-c", setting]),
];

// The token waits in a pipe that only this helper reads, and only once a server has asked for it.
const TOKEN_PIPE = 3;
const TOKEN_HELPER = ["-c", `credential.helper=!f() { test "$1" = get && cat <&${TOKEN_PIPE}; }; f`];

const TIMEOUT_MS = 60_000;
// What `env` ends with where it finds no such program.
const NOT_FOUND = 127;

/** Runs git in a folder, cautiously: no hooks, no prompts. Rejects only where git cannot be started at all. */
export function git(folder: string, args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> {
  const helper = options.token === undefined ? [] : TOKEN_HELPER;
  return new Promise((resolve, reject) => {
    const child = spawn("env", [...COMMAND, ...helper, "-C", folder, ...args], {
      stdio: ["pipe", "pipe", "pipe", "pipe"],
      timeout: options.timeoutMs ?? TIMEOUT_MS,
      killSignal: "SIGKILL",
    });
    const [input, output, complaint] = [child.stdin as Writable, child.stdout as Readable, child.stderr as Readable];
    const token = child.stdio[TOKEN_PIPE] as Writable;
    const said = collect(output);
    const complained = collect(complaint);
    write(input, options.input ?? "");
    write(token, options.token === undefined ? "" : `username=x-access-token\npassword=${options.token}\n`);
    child.on("error", (error) => reject(notInstalled(error.message)));
    child.on("close", (code, signal) => {
      if (code === NOT_FOUND) reject(notInstalled("there is none on the PATH"));
      else if (code === 0) resolve({ ok: true, output: Buffer.concat(said) });
      else resolve({ ok: false, because: because(Buffer.concat(complained).toString(), code, signal) });
    });
  });
}

/** The output of a git command as text without its last newline, or undefined where it failed. */
export async function gitText(folder: string, args: readonly string[]): Promise<string | undefined> {
  const answer = await git(folder, args);
  return answer.ok ? answer.output.toString().replace(/\n$/, "") : undefined;
}

/** The bytes of one blob, waited for; undefined where it cannot be read. For the rare file too large to read ahead. */
export function readBlobNow(folder: string, id: string): Uint8Array | undefined {
  const { status, stdout } = spawnSync("env", [...COMMAND, "-C", folder, "cat-file", "blob", id], {
    maxBuffer: 512 << 20,
    timeout: TIMEOUT_MS,
  });
  return status === 0 ? stdout : undefined;
}

function notInstalled(because: string): BadInput {
  return new BadInput(`git cannot be run: ${because}. Install git 2.30 or newer.`);
}

function collect(stream: Readable): Buffer[] {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return chunks;
}

function write(stream: Writable, text: string): void {
  // A git that ends early closes its pipes; its exit code tells more than the broken pipe would.
  stream.on("error", () => undefined);
  stream.end(text);
}

function because(complaint: string, code: number | null, signal: string | null): string {
  if (signal !== null) return "git did not end in time";
  const lines = complaint.split("\n").filter((line) => line.trim() !== "");
  return (lines.find((line) => /^(fatal|error):/.test(line)) ?? lines[0] ?? `git ended with code ${code}`).trim();
}
