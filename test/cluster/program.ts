import { spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { basename, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type ProgramName, programPath } from "../tools/cluster-tools.ts";

/** A program that runs until it is stopped, or until the process that started it is gone. */
export type RunningProgram = {
  /** Kills it: a test's cluster has nothing to lose, and an API server with open watches takes a minute to leave. */
  readonly stop: () => Promise<void>;
  readonly hasEnded: () => boolean;
  /** The end of what it said. */
  readonly lastWords: () => string;
};

// Nobody stops a program whose test was killed: the shell beside it does, once the pipe to the test is closed.
const GUARD = '"$@" </dev/null & child=$!; { read -r line; kill -9 $child; } <&3 >/dev/null 2>&1 & wait $child';

/** Starts a program of the cluster; what it says goes to a file in the folder. */
export function startProgram(
  name: ProgramName,
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>> = {},
): RunningProgram {
  const path = programPath(name);
  if (path === undefined) throw new Error(`There is no ${name} here`);
  return startAt(path, args, folder, env);
}

/** Starts the program at a path; what it says goes to a file in the folder. */
export function startAt(
  path: string,
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>> = {},
): RunningProgram {
  const log = join(folder, `${basename(path)}.log`);
  const output = openSync(log, "w");
  const child = spawn("/bin/sh", ["-c", GUARD, "sh", path, ...args], {
    stdio: ["ignore", output, output, "pipe"],
    env: { ...process.env, ...env },
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    stop: async () => {
      child.stdio[3]?.destroy();
      await ended;
    },
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    lastWords: () => readFileSync(log, "utf8").split("\n").slice(-12).join("\n"),
  };
}

// What takes seconds here takes longer on a machine that does other work too.
const PATIENCE_MS = 120_000;

/** Asks until the answer is something, for two minutes; then what was waited for is the error. */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`Waited ${PATIENCE_MS / 1000} s in vain for ${what}`);
    await wait(100);
  }
}

/** Ports of the loopback interface that nobody listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("A listening server has a port");
    return address.port;
  });
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}
