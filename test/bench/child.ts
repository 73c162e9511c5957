import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";

const REPORT = join(import.meta.dirname, "report-memory.ts");

/** What a process printed, how long it took from start to end, and what it told of itself. */
export type Ended = {
  readonly stdout: string;
  readonly milliseconds: number;
  /** Of these, how long its main thread computed: on a busy machine the rest is waiting for a core. */
  readonly computing: number;
  /** The most memory it ever held. */
  readonly megabytes: number;
};

/** Runs a script of ours in a process of its own, so that nothing is warm and its memory is its own. */
export async function runChild(args: readonly string[], input = ""): Promise<Ended> {
  const begun = performance.now();
  const child = spawn(process.execPath, ["--import", REPORT, ...args], { stdio: ["pipe", "pipe", "inherit", "pipe"] });
  const [stdin, stdout, , channel] = child.stdio as unknown as readonly [Writable, Readable, null, Readable];
  stdin.end(input);
  const [printed, told, code] = await Promise.all([
    text(stdout),
    text(channel),
    new Promise((done) => child.on("close", done)),
  ]);
  if (code !== 0) throw new Error(`node ${args.join(" ")} ended with ${code}`);
  const milliseconds = performance.now() - begun;
  return { stdout: printed, milliseconds, ...(JSON.parse(told) as Pick<Ended, "computing" | "megabytes">) };
}
