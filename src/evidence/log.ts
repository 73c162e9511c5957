// 16 KiB are some 150 lines: more than a person reads, and for 5,000 pods still less than their objects take.
const BUDGET = 16 << 10;
const ERROR_BUDGET = 4 << 10;
const LINES_BEFORE = 2;
const LINES_AFTER = 12;

const ERROR = /\b(?:error|err|fatal|panic|exception|traceback|failed|failure|refused|denied|cannot|killed|segfault)\b/i;

/** What is kept of a container's log: all of a short one; of a long one the first error and the end. */
export function trimLog(log: string): string {
  if (log.length <= BUDGET) return log;
  const tail = lastLines(log, BUDGET - ERROR_BUDGET);
  const body = log.slice(0, log.length - tail.length);
  const error = firstError(body);
  const leftOut = log.length - tail.length - error.length;
  return `${error}… ${leftOut} characters left out …\n${tail}`;
}

/** The end of a text, begun where a line or at least a word begins, so that no half secret escapes redaction. */
function lastLines(text: string, budget: number): string {
  const from = text.length - budget;
  const newline = text.indexOf("\n", from);
  if (newline >= 0 && newline < text.length - 1) return text.slice(newline + 1);
  const space = text.indexOf(" ", from);
  return space < 0 ? "" : text.slice(space + 1);
}

function firstError(body: string): string {
  const at = body.search(ERROR);
  if (at < 0) return "";
  let start = at;
  for (let n = 0; n <= LINES_BEFORE && start >= 0; n++) start = body.lastIndexOf("\n", start - 1);
  let end = at;
  for (let n = 0; n <= LINES_AFTER && end >= 0; n++) end = body.indexOf("\n", end + 1);
  const text = body.slice(start + 1, end < 0 ? body.length : end + 1);
  return text.length <= ERROR_BUDGET ? text : `${text.slice(0, text.lastIndexOf(" ", ERROR_BUDGET))}\n`;
}
