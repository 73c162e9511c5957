import type { Complaint } from "./complaint.ts";
import { readBy } from "./form.ts";
import { INSIDE } from "./inside-forms.ts";
import { OUTSIDE } from "./outside-forms.ts";

const FORMS = [...OUTSIDE, ...INSIDE];

// A crash is told at the end of a log; more than this is history.
const LINES = 300;

/** The complaints of a log, oldest first: each line says at most one thing, and the most telling one. */
export function complaintsOf(log: string): readonly Complaint[] {
  const lines = log.split("\n").slice(-LINES);
  const complaints: Complaint[] = [];
  for (const line of lines) {
    const complaint = complaintOf(line.length > 2000 ? line.slice(0, 2000) : line);
    if (complaint !== undefined) complaints.push(complaint);
  }
  return complaints;
}

// Only the newest lines tell what a program does now.
const NEWEST_LINES = 3;
const MAKING_READY = [
  /\bnot yet (?:ready|serving|accepting|taking)\b|\bnot (?:ready|serving|accepting|taking)\b.{0,40}\byet\b/i,
  /\b(?:warming(?: up)?|loading|replaying|rebuilding|catching up)\b.{0,60}\d ?(?:%|\/ ?\d)/i,
];

/** Whether a log ends with a program that still makes itself ready. */
export function isMakingReady(log: string): boolean {
  const newest = log.trimEnd().split("\n").slice(-NEWEST_LINES);
  return newest.some((line) => MAKING_READY.some((form) => form.test(line)));
}

// What ends a program by itself, whatever it complained of before.
const ENDS = new Set<Complaint["is"]>([
  "login-failed",
  "certificate",
  "disk-full",
  "database",
  "schema",
  "out-of-memory",
  "denied",
  "no-ports",
]);

/** Whether a program went on after the last complaint of this sort and then ended by another cause of its own. */
export function endsOtherwise(complaints: readonly Complaint[], isMeant: (complaint: Complaint) => boolean): boolean {
  const last = complaints.findLastIndex(isMeant);
  return complaints.slice(last + 1).some(({ is, line }) => ENDS.has(is) && !/connect/i.test(line));
}

function complaintOf(line: string): Complaint | undefined {
  if (isCalm(line)) return undefined;
  const said = readBy(FORMS, unescaped(line));
  return said === undefined ? undefined : { ...said, line: line.trim() };
}

// Inside a line of JSON, or of a message that quotes another one, quotes are escaped.
function unescaped(line: string): string {
  return line.replaceAll('\\"', '"');
}

// What a program says of itself at a calm level is no complaint, whatever words it uses.
function isCalm(line: string): boolean {
  const head = line.slice(0, 80);
  return /(?:^|[\s[|])(?:INFO|DEBUG|TRACE|NOTICE)(?:[\s:\]|]|$)|"?level"?[=:] ?"?(?:info|debug|trace)\b|\[(?:info|debug|notice)\]/.test(
    head,
  );
}
