import { BadInput } from "../signal/bad-input.ts";

/** Reads a command's options; one that it does not know is bad input, and its help says which it does. */
export function optionsOf<Options>(help: string, read: () => Options): Options {
  try {
    return read();
  } catch (error) {
    throw new BadInput(`${messageOf(error)}\n${help}`);
  }
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
