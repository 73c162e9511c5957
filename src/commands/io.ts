/** All that a command may know of the process it runs in. */
export type Io = {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly now: () => Date;
  /** Aborted once the process is asked to end (SIGTERM, SIGINT). */
  readonly stopped: AbortSignal;
};

/** A command takes its arguments and answers its exit code: 0 done, 1 done but not well, 2 bad input. */
export type Command = { readonly run: (args: readonly string[], io: Io) => Promise<number> };
