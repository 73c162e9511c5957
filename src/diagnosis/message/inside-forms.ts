import type { Said } from "./complaint.ts";
import { anyCase, type Form } from "./form.ts";

const FILE = String.raw`["'‘\[]?((?:\.{0,2}/)[^\s"'’:,\])]+)`;

/**
 * How programs complain of what they were given, and of what goes on within: arguments, files, variables, values, data.
 * The most telling first.
 */
export const INSIDE: readonly Form<Said>[] = [
  [
    /(?:unknown|unrecognized|unexpected|invalid|illegal|bad|ambiguous|undefined) (?:long |short |command[- ]line )?(?:flag|option|argument|parameter|switch|command|subcommand|operand)s?\b(?: provided)?[:\s]*["'`‘-]*(-{0,2}[A-Za-z0-9][\w./-]*)/i,
    (match) => ({ is: "bad-argument", argument: (match[1] ?? "").replace(/^-+/, "") }),
  ],
  [
    /flag provided but not defined: -*([\w.-]+)|[Nn]o such (?:option|command):? ["'`]?-*([\w.-]+)|unknown shorthand flag: ["']?(\w)/,
    (match) => ({ is: "bad-argument", argument: match[1] ?? match[2] ?? match[3] ?? "" }),
  ],
  [
    /(?:^|\s)(?:sh|bash|\/bin\/\w+|\S*entrypoint\S*):?.*?(?:line )?\d*:? ([\w./-]+): (?:command )?not found/i,
    (match) => ({ is: "not-found-command", command: match[1] ?? "" }),
  ],
  [
    new RegExp(
      String.raw`(?:no such file or directory|ENOENT|FileNotFound(?:Error|Exception)|cannot find module|can't open file|could not (?:open|read|load|find) (?:file|config\w*)|file not found|does not exist)[^/"']*${FILE}`,
      "i",
    ),
    (match) => ({ is: "file-missing", file: trimmed(match[1]) }),
  ],
  [
    new RegExp(
      String.raw`${FILE}["']?:? ?\(?(?:no such file or directory|not found|does not exist|doesn't exist)`,
      "i",
    ),
    (match) => ({ is: "file-missing", file: trimmed(match[1]) }),
  ],
  [/exec format error/i, () => ({ is: "wrong-machine" })],
  [/read-?only file ?system|EROFS/i, (match) => ({ is: "read-only", file: fileNear(match.input ?? "") })],
  [
    /(?:permission denied|EACCES|EPERM|operation not permitted|access is denied|AccessDenied)/i,
    (match) => ({ is: "file-denied", file: fileNear(match.input ?? "") ?? "" }),
  ],
  // Spring calls the variable DB_HOST by that name and by db.host.
  [
    /[Cc]ould not resolve placeholder ["'`]([A-Za-z][\w.-]*)/,
    (match) => ({ is: "unset", name: (match[1] ?? "").replaceAll(/[.-]/g, "_").toUpperCase() }),
  ],
  [
    /\b([A-Z][A-Z0-9]*_[A-Z0-9_]+|(?!(?:FATAL|ERROR|PANIC|CRITICAL|SEVERE|EMERG|ALERT)\b)[A-Z]{4,})\b["'`]?(?: environment variable)? (?:is|was|are)? ?(?:not (?:set|defined|provided|found|configured|specified|present)|unset|undefined|missing|required|empty|must (?:be )?(?:set|provided|defined|specified|not be empty))/,
    (match) => ({ is: "unset", name: match[1] ?? "" }),
  ],
  [
    /(?:missing|unset|undefined|required|must (?:set|provide|specify|define)|not (?:set|found|defined)|expected|KeyError|could not find|no value for)[^A-Za-z]*(?:required )?(?:the )?(?:env(?:ironment)?[ _-]?(?:variable|var)?s?|configuration|config(?: key)?|setting|variable|parameter)?[^A-Za-z]{0,4}\b([A-Z][A-Z0-9]*_[A-Z0-9_]+|[A-Z]{4,})\b/i,
    (match) => (isVariable(match[1]) ? { is: "unset", name: match[1] ?? "" } : undefined),
  ],
  [
    /(\/etc\/[\w./-]+)(?::\d+)?[^/]{0,20}(?:error|unknown|invalid|unexpected|cannot parse|syntax)/i,
    (match) => ({ is: "bad-config", file: match[1] ?? null }),
  ],
  [
    /(?:load|read|parse|parsing|open|config(?:uration)?(?: file)?|unmarshal|reading|loading|error in)[^/]{0,30}(\/[\w./-]+\.(?:ya?ml|json|toml|conf|cfg|ini|properties|env|xml|config))\b.{0,3}:?/i,
    (match) => ({ is: "bad-config", file: match[1] ?? null }),
  ],
  [
    /\byaml: (?:line \d+|unmarshal|control characters|invalid)|\bjson: (?:cannot unmarshal|unknown field)|invalid character .{1,12} (?:looking for|in |after)|\btoml: |YAMLException|JSONDecodeError|JSON::ParserError|\bin JSON at position|is not valid JSON|end of JSON input|did not find expected/,
    () => ({ is: "bad-config", file: null }),
  ],
  [
    /^\s*(?:Uncaught )?(?:SyntaxError|IndentationError|TabError): |\b(?:sh|bash|ash|dash|zsh)(?:: -c)?: (?:line )?(?:\d+: )?syntax error|unexpected EOF while looking for matching|[Uu]nterminated quoted string/i,
    () => ({ is: "bad-script" }),
  ],
  [
    /\b([A-Za-z][A-Za-z0-9_]*)\b["'`]?:? (?:has|had|with|got)? ?(?:a |an )?(?:bad|invalid|illegal|unknown|unsupported|malformed|unexpected) value:? ?["'`(]?([^\s"'`),;]+)?/i,
    (match) => ({ is: "bad-value", name: match[1] ?? null, value: match[2] ?? null }),
  ],
  [
    /(?:invalid(?! memory address)|bad|illegal|unknown|unsupported|malformed|unrecognized|unexpected(?! (?:http )?(?:status|response))|cannot parse|could not parse|failed to parse|parsing|not a valid|must be (?:one of|a|an)|want(?:ed)? one of|expected one of|invalid literal for int\(\)[^:]*|NumberFormatException[^:]*|strconv\.\w+)\b:?(.*)$/i,
    (match) => ({ is: "bad-value", name: variableIn(match.input ?? ""), value: quotedIn(match[1] ?? "") }),
  ],
  // How Redis shows the line of its settings that it cannot take.
  [/^>>> '([\w-]+) "?([^"']*)"?'/, (match) => ({ is: "bad-value", name: match[1] ?? null, value: match[2] ?? null })],
  [
    anyCase(
      /migrations? (?:failed|error)|failed migrations?|Dirty database version/, // Flyway, Prisma, golang-migrate
      /applied migration not resolved locally|Can't locate revision identified by/, // Flyway, Alembic
    ),
    () => ({ is: "schema" }),
  ],
  [
    anyCase(
      /deadlock|(?:lock|statement) timeout|duplicate key|read-only (?:transaction|mode)/,
      /too many (?:connections|clients)|max number of clients/,
      /no such table|database .* does not exist/,
      /checksum (?:mismatch|verification failed|does not match)|data corruption/,
      /(?:is|are|was|been|file|index|data|page|block|segment) corrupt(?:ed)?\b/,
      /relation "[^"]*" does not exist|SQLSTATE/, // PostgreSQL
      /system is (?:starting up|shutting down|in recovery mode)/, // PostgreSQL
      /unknown (?:column|database)|lock wait timeout|--read-only option/, // MySQL
      /\bMISCONF\b|LOADING Redis|\bREADONLY You/, // Redis
      /replica set|not authorized on \S+ to execute/, // MongoDB
      /out of available brokers/, // Kafka
    ),
    () => ({ is: "database" }),
  ],
  [
    anyCase(
      /\b(?:FATAL|CRITICAL|PANIC|SEVERE|EMERG)\b|\bfatal(?: error)?:/,
      /\bpanic:/, // Go, Rust
      /Traceback/, // Python
      /Unhandled|Uncaught/, // Node
      /Exception in thread|\bexception\b/, // Java, .NET
      /segmentation fault|core dumped/,
    ),
    () => ({ is: "fatal" }),
  ],
  [/\b(?:ERROR|ERR|error)\b[:\s\]]/, () => ({ is: "fatal" })],
  [/\s(?:FTL|PNC)\s/, () => ({ is: "fatal" })], // zerolog
  [/"level": ?[56]0\b/, () => ({ is: "fatal" })], // pino, bunyan
];

function fileNear(line: string): string | null {
  const match = /["'`\s:([]((?:\/[\w.@+-]+)+\/?)/.exec(line);
  return match?.[1] ?? null;
}

function trimmed(path = ""): string {
  return path.replace(/[.,;)\]]+$/, "");
}

function isVariable(name = ""): boolean {
  return /^[A-Z][A-Z0-9_]{2,}$/.test(name);
}

function variableIn(line: string): string | null {
  const words =
    line.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g) ??
    line.match(/\b(?!ERROR|FATAL|PANIC|WARN|CRITICAL|INFO)[A-Z]{4,}\b/g);
  return words?.[0] ?? null;
}

function quotedIn(text: string): string | null {
  return /["'`]([^"'`]+)["'`]/.exec(text)?.[1] ?? null;
}
