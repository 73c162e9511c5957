/** What a person may ask of Oakum in a comment. */
export type Command = { readonly is: "ack" } | { readonly is: "snooze"; readonly milliseconds: number };

/** A command with the answer to it, or why the line is none. */
export type ParsedCommand =
  | { readonly ok: true; readonly command: Command; readonly answer: string }
  | { readonly ok: false; readonly because: string };

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const HELP =
  "Commands: `/oakum ack` (a person looks after it), `/oakum snooze 7d` (nothing is proposed or repeated before; m, h or d).";

/** Reads the first line of a comment that begins with `/oakum`. */
export function parseCommand(line: string): ParsedCommand {
  const [, verb, argument = ""] = line.trim().split(/\s+/);
  if (verb === "ack")
    return { ok: true, command: { is: "ack" }, answer: "Acknowledged: this incident is not repeated." };
  const [, amount, unit = ""] = /^(\d{1,3})([mhd])$/.exec(argument) ?? [];
  if (verb !== "snooze" || amount === undefined) return { ok: false, because: HELP };
  const milliseconds = Number(amount) * (UNITS[unit] ?? 0);
  return { ok: true, command: { is: "snooze", milliseconds }, answer: `Snoozed for ${amount}${unit}.` };
}
