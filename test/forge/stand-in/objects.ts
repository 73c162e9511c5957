import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";

/** One object of a git repository. */
export type GitObject = { readonly sha: string; readonly type: string; readonly bytes: Buffer };

/** Reads objects by any name that git knows, through one process that stays. */
export type GitObjects = {
  readonly read: (name: string) => Promise<GitObject | undefined>;
  readonly close: () => Promise<void>;
};

type Waiting = { readonly resolve: (object: GitObject | undefined) => void; readonly reject: (error: Error) => void };

/** Opens the objects of the bare repository in this folder. */
export function openObjects(folder: string): GitObjects {
  const waiting: Waiting[] = [];
  let child: ChildProcessWithoutNullStreams | undefined;
  let rest: Buffer = Buffer.alloc(0);

  function answer(part: Buffer): void {
    rest = Buffer.concat([rest, part]);
    for (let taken = takeObject(rest); taken !== undefined; taken = takeObject(rest)) {
      rest = rest.subarray(taken.length);
      waiting.shift()?.resolve(taken.object);
    }
  }

  function start(): ChildProcessWithoutNullStreams {
    const started = spawn("git", ["--git-dir", folder, "cat-file", "--batch"]);
    started.stdout.on("data", answer);
    started.once("error", (error) => {
      for (const one of waiting.splice(0)) one.reject(error);
    });
    return started;
  }

  return {
    read: (name) => {
      if (name === "" || name.includes("\n")) return Promise.resolve(undefined);
      child ??= start();
      child.stdin.write(`${name}\n`);
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    close: async () => {
      const ending = child;
      if (ending === undefined) return;
      await new Promise((resolve) => {
        ending.once("close", resolve);
        ending.stdin.end();
      });
    },
  };
}

/** The first whole answer: `<sha> <type> <size>`, a newline, the bytes, a newline; or `<name> missing`. */
function takeObject(from: Buffer): { readonly object: GitObject | undefined; readonly length: number } | undefined {
  const end = from.indexOf("\n");
  if (end < 0) return undefined;
  const match = /^([0-9a-f]{40}) (\w+) (\d+)$/.exec(from.subarray(0, end).toString());
  if (match === null) return { object: undefined, length: end + 1 };
  const [, sha = "", type = "", size = "0"] = match;
  const length = end + 1 + Number(size) + 1;
  if (from.length < length) return undefined;
  return { object: { sha, type, bytes: Buffer.from(from.subarray(end + 1, length - 1)) }, length };
}
