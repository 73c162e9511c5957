import type { Command, Io } from "../../src/commands/io.ts";

/** What a command printed, and with which code it ended. */
type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs a command as a terminal would in this folder, without input and in an environment of its own. */
export async function runIn(
  cwd: string,
  run: Command["run"],
  args: readonly string[],
  env: Io["env"] = {},
): Promise<Ended> {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const code = await run(args, {
    stdin: (async function* (): AsyncGenerator<Uint8Array> {})(),
    stdout: (text) => void stdout.push(text),
    stderr: (text) => void stderr.push(text),
    env,
    cwd,
    now: () => new Date(0),
    stopped: new AbortController().signal,
  });
  return { code, stdout: stdout.join(""), stderr: stderr.join("") };
}
