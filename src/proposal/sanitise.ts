import { redactText } from "../signal/redact.ts";

/** GitHub refuses bodies past 65,536 characters; the rest is room for what GitHub itself counts in. */
const BODY_LIMIT = 58_000;

const TITLE_LIMIT = 250;

const ZERO_WIDTH_SPACE = "\u200b";

// Besides the control characters those that turn the direction of text: what a person reads must be what is there.
const CONTROLS = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Text from outside (a log line, an event, an alert), made harmless for Markdown, titles and commit messages: it calls
 * nobody, links nowhere, closes no issue, keeps no check from running, and looks the same.
 */
export function quiet(text: string): string {
  return withoutControls(redactText(text))
    .replace(/@(?=[\w-])/g, `@${ZERO_WIDTH_SPACE}`)
    .replace(/#(?=\d)/g, `#${ZERO_WIDTH_SPACE}`)
    .replace(/\bGH-(?=\d)/gi, `$&${ZERO_WIDTH_SPACE}`)
    .replace(/:(?=\/\/)/g, `:${ZERO_WIDTH_SPACE}`)
    .replace(/\[(?=(?:skip|no|ci|actions) ?(?:ci|skip|actions)\])/gi, `[${ZERO_WIDTH_SPACE}`)
    .replace(/\bskip-checks(?=:)/gi, `$&${ZERO_WIDTH_SPACE}`)
    .replace(/\bwww\.(?=\w)/gi, `$&${ZERO_WIDTH_SPACE}`);
}

/** The same for a place in Markdown, in one line: HTML and Markdown's own signs lose their meaning too. */
export function plain(text: string): string {
  return oneLine(quiet(text))
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/[\\`*_{}[\]()~!]/g, "\\$&")
    .replace(/^([-+#=]|\d+(?=[.)]))/, "\\$1");
}

/** Text from outside for a terminal: one line that cannot move the cursor, and nothing that a build log obeys. */
export function terse(text: string): string {
  return oneLine(withoutControls(text));
}

/** Markdown for one cell of a table. */
export function cell(markdown: string): string {
  return oneLine(markdown).replace(/\|/g, "\\|");
}

/** Text as code within a line. */
export function code(text: string): string {
  const line = oneLine(withoutControls(text));
  const fence = "`".repeat(longestBacktickRun(line) + 1);
  const room = line === "" || line.startsWith("`") || line.endsWith("`") ? " " : "";
  return fence + room + line + room + fence;
}

/** Text as a block of code that it cannot break out of; nothing in it is a mention or a link. */
export function block(text: string, language = ""): string {
  const fence = "`".repeat(Math.max(longestBacktickRun(text) + 1, 3));
  return `${fence}${language}\n${withoutControls(text).replace(/\n$/, "")}\n${fence}`;
}

/** A title: one quiet line that GitHub's limit of 256 characters does not refuse. */
export function title(text: string): string {
  const line = oneLine(quiet(text));
  return line.length <= TITLE_LIMIT ? line : `${wholeCharacters(line, TITLE_LIMIT - 1)}…`;
}

/** Markdown cut to what GitHub takes, at the end of a line, with open blocks closed, and saying that it was cut. */
export function trimmed(markdown: string, limit = BODY_LIMIT): string {
  if (markdown.length <= limit) return markdown;
  const notice = (left: number): string => `\n\n*Cut here: ${left} more characters are not shown.*\n`;
  // Room for the notice and for closing what is open.
  const head = wholeCharacters(markdown, limit - 200);
  const kept = head.slice(0, Math.max(head.lastIndexOf("\n"), 0)) || head;
  return kept + closing(kept) + notice(markdown.length - kept.length);
}

/** What closes the code block and the `<details>` that are open at the end of this Markdown. */
function closing(markdown: string): string {
  let fence: string | undefined;
  let details = 0;
  for (const line of markdown.split("\n")) {
    const mark = /^ {0,3}(`{3,}|~{3,})\s*(\S?)/.exec(line);
    if (fence === undefined) {
      fence = mark?.[1];
      details += (line.match(/<details/g) ?? []).length - (line.match(/<\/details>/g) ?? []).length;
    } else if (mark?.[1]?.startsWith(fence) && mark[2] === "") fence = undefined;
  }
  return `${fence === undefined ? "" : `\n${fence}`}${"\n\n</details>".repeat(Math.max(details, 0))}`;
}

function withoutControls(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(CONTROLS, (sign) => (sign === "\n" || sign === "\t" ? sign : ""));
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").trim();
}

function longestBacktickRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

/** The first characters of a text, without half of a pair at the end. */
function wholeCharacters(text: string, length: number): string {
  const head = text.slice(0, length);
  return head.isWellFormed() ? head : head.slice(0, -1);
}
