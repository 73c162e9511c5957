/** What one line of a container's log complains of. */
export type Complaint = { readonly line: string } & (
  | {
      readonly is: "unreachable";
      readonly host: string;
      readonly port: number | null;
      readonly how: "refused" | "timeout" | "unknown-host" | "cut" | "unavailable";
    }
  | { readonly is: "unset"; readonly name: string }
  | { readonly is: "bad-value"; readonly name: string | null; readonly value: string | null }
  | { readonly is: "bad-argument"; readonly argument: string }
  | { readonly is: "bad-config"; readonly file: string | null }
  | { readonly is: "file-missing"; readonly file: string }
  | { readonly is: "file-denied"; readonly file: string }
  | { readonly is: "read-only"; readonly file: string | null }
  | { readonly is: "port-taken"; readonly port: number | null }
  | { readonly is: "login-failed" }
  | { readonly is: "forbidden"; readonly account: string | null; readonly verb: string; readonly resource: string }
  | { readonly is: "out-of-memory" }
  | { readonly is: "certificate" }
  | { readonly is: "disk-full" }
  | { readonly is: "database" }
  | { readonly is: "not-found-command"; readonly command: string }
  | { readonly is: "fatal" }
);

type Form = readonly [RegExp, (match: RegExpMatchArray) => Complaint | undefined];

const HOST = String.raw`(?:[a-z][a-z0-9+.-]*://)?(?:[^\s@/]+@)?((?:[A-Za-z0-9_-]+\.)*[A-Za-z0-9_-]+)`;
const FILE = String.raw`["'‘\[]?((?:\.{0,2}/)[^\s"'’:,\])]+)`;

const FORMS: readonly Form[] = [
  [
    /User "?(system:serviceaccount:[^\s"]+)"? cannot (\w+) resource "?([\w./-]+)"?/,
    (match) => ({
      is: "forbidden",
      line: "",
      account: match[1] ?? null,
      verb: match[2] ?? "",
      resource: match[3] ?? "",
    }),
  ],
  [
    /(?:is forbidden|Forbidden).*cannot (\w+) resource "?([\w./-]+)"?/,
    (match) => ({ is: "forbidden", line: "", account: null, verb: match[1] ?? "", resource: match[2] ?? "" }),
  ],
  [
    /password authentication failed|Access denied for user|WRONGPASS|NOAUTH|invalid (?:username|credentials|password)|authentication (?:failed|failure|error)|auth(?:entication)? fail|(?:wrong|incorrect|bad) password|ACCESS_REFUSED|Login failed|not authorized to|SASL.*fail|invalid api key|InvalidAccessKeyId|SignatureDoesNotMatch/i,
    () => ({ is: "login-failed", line: "" }),
  ],
  [
    /x509:|certificate (?:has expired|is not|verify failed|signed by|required)|CERT_HAS_EXPIRED|SSLHandshake|SSL routines|tls: (?:bad|failed|unknown|handshake)|unable to (?:get local issuer|verify the first) certificate/i,
    () => ({ is: "certificate", line: "" }),
  ],
  [
    /address already in use|EADDRINUSE|port (?:\d+ )?is already (?:in use|allocated)|bind.*in use/i,
    (match) => ({ is: "port-taken", line: "", port: portNear(match.input ?? "") }),
  ],
  [/no space left on device|ENOSPC|disk (?:is )?full|disk quota exceeded/i, () => ({ is: "disk-full", line: "" })],
  [
    /OutOfMemoryError|heap out of memory|MemoryError|cannot allocate memory|std::bad_alloc|out of memory/i,
    () => ({ is: "out-of-memory", line: "" }),
  ],
  [
    /lookup ([A-Za-z0-9._-]+?)\.?(?: on \S+)?:? (?:no such host|server misbehaving|.*i\/o timeout|Temporary failure)/i,
    (match) => unreachable(match[1], null, "unknown-host"),
  ],
  [
    /getaddrinfo (?:ENOTFOUND|EAI_AGAIN) ([A-Za-z0-9._-]+?)\.?(?::(\d+))?(?:\s|$|["',)])/,
    (match) => unreachable(match[1], match[2], "unknown-host"),
  ],
  [
    /(?:could not (?:translate|resolve) host(?: name)?:?|UnknownHostException:?|Name or service not known:?|Temporary failure in name resolution:?|failed to resolve(?: host)?:?|bad address|can't resolve|nodename nor servname provided|unknown host:?|cannot resolve|host not found(?: in upstream)?|no such host:?)\s*["'(]?([A-Za-z0-9][A-Za-z0-9._-]*)?(?::(\d+))?/i,
    (match) => unreachable(match[1] ?? hostNear(match.input ?? "").host, match[2], "unknown-host"),
  ],
  [
    new RegExp(String.raw`${HOST}(?::(\d{1,5}))?(?:/\S*)?["']?\)? failed: dial tcp \S*?(?::(\d+))?: (.*)$`, "i"),
    (match) => unreachable(match[1], match[2] ?? match[3], howOf(match[4] ?? "")),
  ],
  [
    /connection refused|ECONNREFUSED|connect(?:ion)? timed? ?out|i\/o timeout|ETIMEDOUT|deadline exceeded|no route to host|EHOSTUNREACH|network is unreachable|connection reset|ECONNRESET|(?:could not|cannot|can't|failed to|unable ?to|not possible to) ?connect|connection (?:to \S+ )?(?:failed|error)|waiting for .* to (?:be|become|come)|(?:is )?not (?:reachable|accepting connections)|upstream (?:connect|unavailable)|(?:code = |status )Unavailable|connection (?:was )?closed|broken pipe|unexpected EOF|503 Service Unavailable|502 Bad Gateway|504 Gateway/i,
    (match) => {
      const near = hostNear(match.input ?? "");
      return unreachable(near.host, near.port, howOf(match.input ?? ""));
    },
  ],
  [
    /(?:unknown|unrecognized|unexpected|invalid|illegal|bad|ambiguous|undefined) (?:long |short |command[- ]line )?(?:flag|option|argument|parameter|switch|command|subcommand|operand)s?\b(?: provided)?[:\s]*["'`‘-]*(-{0,2}[A-Za-z0-9][\w./-]*)/i,
    (match) => ({ is: "bad-argument", line: "", argument: (match[1] ?? "").replace(/^-+/, "") }),
  ],
  [
    /flag provided but not defined: -*([\w.-]+)|[Nn]o such (?:option|command):? ["'`]?-*([\w.-]+)|unknown shorthand flag: ["']?(\w)/,
    (match) => ({ is: "bad-argument", line: "", argument: match[1] ?? match[2] ?? match[3] ?? "" }),
  ],
  [
    /(?:^|\s)(?:sh|bash|\/bin\/\w+|\S*entrypoint\S*):?.*?(?:line )?\d*:? ([\w./-]+): (?:command )?not found/i,
    (match) => ({ is: "not-found-command", line: "", command: match[1] ?? "" }),
  ],
  [
    new RegExp(
      String.raw`(?:no such file or directory|ENOENT|FileNotFound(?:Error|Exception)|cannot find module|can't open file|could not (?:open|read|load|find) (?:file|config\w*)|file not found|does not exist)[^/"']*${FILE}`,
      "i",
    ),
    (match) => ({ is: "file-missing", line: "", file: trimmed(match[1]) }),
  ],
  [
    new RegExp(
      String.raw`${FILE}["']?:? ?\(?(?:no such file or directory|not found|does not exist|doesn't exist)`,
      "i",
    ),
    (match) => ({ is: "file-missing", line: "", file: trimmed(match[1]) }),
  ],
  [/read-?only file ?system|EROFS/i, (match) => ({ is: "read-only", line: "", file: fileNear(match.input ?? "") })],
  [
    /(?:permission denied|EACCES|EPERM|operation not permitted|access is denied|AccessDenied)/i,
    (match) => ({ is: "file-denied", line: "", file: fileNear(match.input ?? "") ?? "" }),
  ],
  [
    /\b([A-Z][A-Z0-9]*_[A-Z0-9_]+|[A-Z]{4,})\b["'`]?(?: environment variable)? (?:is|was|are)? ?(?:not (?:set|defined|provided|found|configured|specified|present)|unset|undefined|missing|required|empty|must (?:be )?(?:set|provided|defined|specified|not be empty))/,
    (match) => ({ is: "unset", line: "", name: match[1] ?? "" }),
  ],
  [
    /(?:missing|unset|undefined|required|must (?:set|provide|specify|define)|not (?:set|found|defined)|expected|KeyError|could not find|no value for)[^A-Za-z]*(?:required )?(?:the )?(?:env(?:ironment)?[ _-]?(?:variable|var)?s?|configuration|config(?: key)?|setting|variable|parameter)?[^A-Za-z]{0,4}\b([A-Z][A-Z0-9]*_[A-Z0-9_]+|[A-Z]{4,})\b/i,
    (match) => (isVariable(match[1]) ? { is: "unset", line: "", name: match[1] ?? "" } : undefined),
  ],
  [
    /(\/etc\/[\w./-]+)(?::\d+)?[^/]{0,20}(?:error|unknown|invalid|unexpected|cannot parse|syntax)/i,
    (match) => ({ is: "bad-config", line: "", file: match[1] ?? null }),
  ],
  [
    /(?:load|read|parse|parsing|open|config(?:uration)?(?: file)?|unmarshal|reading|loading|error in)[^/]{0,30}(\/[\w./-]+\.(?:ya?ml|json|toml|conf|cfg|ini|properties|env|xml|config))\b.{0,3}:?/i,
    (match) => ({ is: "bad-config", line: "", file: match[1] ?? null }),
  ],
  [
    /\byaml: (?:line \d+|unmarshal|control characters|invalid)|\bjson: (?:cannot unmarshal|unknown field)|invalid character .{1,12} (?:looking for|in |after)|\btoml: |YAMLException|JSONDecodeError|did not find expected/,
    () => ({ is: "bad-config", line: "", file: null }),
  ],
  [
    /\b([A-Za-z][A-Za-z0-9_]*)\b["'`]?:? (?:has|had|with|got)? ?(?:a |an )?(?:bad|invalid|illegal|unknown|unsupported|malformed|unexpected) value:? ?["'`(]?([^\s"'`),;]+)?/i,
    (match) => ({ is: "bad-value", line: "", name: match[1] ?? null, value: match[2] ?? null }),
  ],
  [
    /(?:invalid(?! memory address)|bad|illegal|unknown|unsupported|malformed|unrecognized|unexpected|cannot parse|could not parse|failed to parse|parsing|not a valid|must be (?:one of|a|an)|want(?:ed)? one of|expected one of|invalid literal for int\(\)[^:]*|NumberFormatException[^:]*|strconv\.\w+)\b:?(.*)$/i,
    (match) => ({ is: "bad-value", line: "", name: variableIn(match.input ?? ""), value: quotedIn(match[1] ?? "") }),
  ],
  [
    /relation "[^"]*" does not exist|no such table|unknown (?:column|database)|database .* does not exist|deadlock|too many (?:connections|clients)|read-only (?:transaction|mode)|lock wait timeout|replica set|duplicate key|migration (?:failed|error)|SQLSTATE|--read-only option/i,
    () => ({ is: "database", line: "" }),
  ],
  [
    /\b(?:FATAL|CRITICAL|PANIC|SEVERE|EMERG)\b|\bpanic:|\bfatal(?: error)?:|Traceback|Unhandled|Uncaught|Exception in thread|\bexception\b|segmentation fault|core dumped/i,
    () => ({ is: "fatal", line: "" }),
  ],
  [/\b(?:ERROR|ERR|error)\b[:\s\]]/, () => ({ is: "fatal", line: "" })],
];

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

function complaintOf(line: string): Complaint | undefined {
  if (isCalm(line)) return undefined;
  const said = unescaped(line);
  for (const [form, make] of FORMS) {
    const match = said.match(form);
    if (match === null) continue;
    const complaint = make(match);
    if (complaint !== undefined) return { ...complaint, line: line.trim() };
  }
  return undefined;
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

function unreachable(
  host: string | undefined,
  port: string | number | null | undefined,
  how: Unreachable["how"],
): Complaint | undefined {
  if (host === undefined || host === "") return undefined;
  const number = port === undefined || port === null || port === "" ? null : Number(port);
  return { is: "unreachable", line: "", host: host.replace(/\.$/, ""), port: number, how };
}

type Unreachable = Extract<Complaint, { is: "unreachable" }>;

function howOf(text: string): Unreachable["how"] {
  if (/no such host|ENOTFOUND|name resolution/i.test(text)) return "unknown-host";
  if (/refused/i.test(text)) return "refused";
  if (/time|deadline|route|unreachable/i.test(text)) return "timeout";
  if (/reset|closed|EOF|pipe/i.test(text)) return "cut";
  return "unavailable";
}

// The name that was asked, or failing that the address: URLs first, then host:port, then "to HOST" or "host HOST".
const NEAR = [
  // Java prints an address that it could not resolve, and one that it could.
  /\b([A-Za-z][A-Za-z0-9.-]*)\/(?:<unresolved>|(?:\d{1,3}\.){3}\d{1,3}):(\d{1,5})\b/,
  /[a-z][a-z0-9+.-]*:\/\/(?:[^\s@/]+@)?([A-Za-z0-9][A-Za-z0-9._-]*)(?::(\d{1,5}))?/,
  /\bhost[ =:]+["']?([A-Za-z0-9][A-Za-z0-9._-]*)["']?.{0,30}?port[ =:]+(\d{1,5})/i,
  /server at ["'`]([A-Za-z0-9][A-Za-z0-9._-]*)["'`][^,]*, port (\d{1,5})/,
  /\b([A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*):(\d{2,5})\b/,
  /\b((?:\d{1,3}\.){3}\d{1,3}):(\d{1,5})\b/,
  /(?:connect(?:ing|ion)? to|connect|reach|waiting for|dial(?:ing)?|calling|host)\s+["'`]?((?!(?:a|an|any|the|to|is|was|host|server|remote|database|upstream|failed|refused|timed)\b)[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*)(?::(\d{1,5}))?/,
];

function hostNear(line: string): { readonly host: string | undefined; readonly port: string | undefined } {
  const text = line.replace(/^\S*\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*\s*/, "");
  for (const form of NEAR) {
    const match = form.exec(text);
    if (match !== null) return { host: match[1], port: match[2] };
  }
  return { host: undefined, port: undefined };
}

function portNear(line: string): number | null {
  const port = /:(\d{2,5})\b/.exec(line.replace(/\d\d:\d\d:\d\d/, ""))?.[1] ?? /port[ =:]+(\d{2,5})/i.exec(line)?.[1];
  return port === undefined ? null : Number(port);
}

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
