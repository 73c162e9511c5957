import { isHarmless, isRandom, NAME_SUFFIX, REDACTED, STRONG_NAME, TOKEN_FORMS, WEAK_NAME } from "./secret-forms.ts";

const ROUNDS = 4;

/** The text with tokens, passwords, keys and cookies replaced. */
export function redactText(text: string): string {
  if (text.length < 8 || !HINT.test(text)) return text;
  let redacted = text;
  // What was taken out may have stood right before another secret, and hidden where that begins.
  for (let round = 0; round < ROUNDS; round++) {
    const before = redacted;
    redacted = RULES.reduce((rest, rule) => rule(rest), before);
    if (redacted === before) break;
  }
  return redacted;
}

/** The text redacted, and without any of these known values, as they are or in base64. */
export function redactSecrets(text: string, knownSecretValues: Iterable<string>): string {
  return secretRemover(knownSecretValues)(redactText(text));
}

/** Removes known values from texts; made once for many texts. */
export function secretRemover(knownSecretValues: Iterable<string>): (text: string) => string {
  const values = new Set<string>();
  for (const value of knownSecretValues) {
    // Shorter ones are words like `admin`; replacing those would hide names, not secrets.
    if (value.length < 6 || isHarmless(value)) continue;
    values.add(value);
    values.add(Buffer.from(value).toString("base64"));
  }
  if (values.size === 0) return (text) => text;
  const longestFirst = [...values]
    .sort((a, b) => b.length - a.length)
    .map((value) => value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(longestFirst.join("|"), "g");
  return (text) => text.replace(pattern, REDACTED);
}

// One look tells most texts of a cluster apart from those that may hold a secret.
const HINT =
  /pass|pwd|session|team|secret|token|key|cred|dsn|string|bearer|basic|auth|cookie|sig|code=|:\/\/|webhook|slack|-----|[ _.-][A-Za-z0-9_-]{16}|(?:^|[\s"'=([])[A-Za-z0-9]{20}|:AA|\dQ~|\$[125a6y]|\s-[upa]\b|@(?:tcp|unix)\(|:thin:|robot\$|:(?:\*|[56]\d{3}|\d{5}):|\b[012]\/[0-9a-f]{10}|\bmc\s|\b(?:AKIA|LTAI|ASIA|ABIA|ACCA|AIza|dapi|eyJ|xox|sk_|rk_|pk_|hf_|npm_|gh)/i;

const PRIVATE_KEY =
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----|$)/g;
// One that begins where another ends is gone with it.
const TOKEN = new RegExp(`(?<![A-Za-z0-9_])(?:${TOKEN_FORMS.join("|")})+`, "g");
const URL_PASSWORD = /(:\/\/[^\s:/@"']{0,100}:)([^\s/@"']{1,500})(?=@)/g;
const AUTHORIZATION =
  /\b((?:proxy-)?authorization["']?[ \t]{0,2}[:=][ \t]{0,2}["']?)((?:bearer|basic|token|digest|negotiate|apikey|ssws|aws4-hmac-sha256)\s{1,2})?([^\s"',]+)/gi;
const SCHEME = /\b((?:bearer|basic|apikey|ssws)\s{1,2})([A-Za-z0-9._~+/=-]{8,})/gi;
const COOKIE = /\b((?:set-)?cookie["']?[ \t]{0,2}[:=][ \t]{0,2}["']?)[^\n"']+/gi;
const QUERY =
  /([?&](?:token|sig|signature|key|code|auth|secret|password|access_token|api_?key|x-(?:amz|goog)-(?:signature|credential|security-token))=)([^&\s"'\\]+)/gi;
const WEBHOOK =
  /(hooks\.slack\.com\/(?:services|workflows)\/|discord(?:app)?\.com\/api\/webhooks\/|webhook\.office\.com\/)[^\s"'\\]+/gi;
const GIVEN_HINT =
  /\s-[upa]\b|\s-p\S|pass:|--\w|robot\$|\/\/[0-9a-f]{32}@|@(?:tcp|unix)\(|:thin:|Private-Lines|\bmc\s|:(?:\*|[56]\d{3}|\d{5}):/;
// What programs take behind a flag or in an address of their own form; what stands before it is kept.
const GIVEN: readonly RegExp[] = [
  /(\bcurl\b[^\n]{0,300}?\s(?:-u|--user)[ =]["']?[^\s:"']{1,100}:)([^\s"']+)/g,
  /(\b(?:mysql|mariadb)\w*\b[^\n]{0,300}?\s-p)([^\s"']{4,})/g,
  /(\bredis-cli\b[^\n]{0,300}?\s-a\s{1,2}["']?)([^\s"']+)/g,
  /(\s-?-pass(?:in|out)?\s{1,2}pass:)([^\s"']+)/g,
  /(--[\w-]{0,40}(?:token|password|passwd|secret|api-?key)\s{1,2})(?=[^\s"']*\d)([^\s"'-][^\s"']{7,})/gi,
  /(\brobot\$[\w.+-]{1,100}:)([^\s"']+)/g,
  /(:\/\/)([0-9a-f]{32})(?=@)/g,
  /(\b[\w.-]{1,100}:)([^\s@/"']{1,500})(?=@(?:tcp|unix)\()/g,
  /(\bmc\s[^\n]{0,100}?\b(?:alias\s{1,2}set|config\s{1,2}host\s{1,2}add)\s{1,2}\S{1,100}\s{1,2}\S{1,200}\s{1,2}\S{1,200}\s{1,2}["']?)([^\s"']+)/g,
  // A line of .pgpass; the ports are those of Postgres, of its poolers and of nodes, so that other lists are left alone.
  /((?<![^\s"'=])(?:\*|[a-z][\w.-]{0,100}|\d[\d.]{6,14}):(?:\*|[56]\d{3}|\d{5}):(?:\*|[a-z_][\w$-]{0,62}):(?:\*|[a-z_][\w.@-]{0,62}):)([^\s:"'\\]{1,500})(?=["'\s\\]|$)/gi,
  /(:thin:[^\s/"']{1,100}\/)([^\s@"']{1,500})(?=@)/g,
  /(Private-Lines: \d+\r?\n)((?:[A-Za-z0-9+/=]+\r?\n?)+)/g,
];
const QUOTE = `\\\\{0,3}["']`;
const PAIR = new RegExp(
  `(?:(${STRONG_NAME})|(?:${WEAK_NAME}))${NAME_SUFFIX}(${QUOTE})?([ \\t]{0,2}[=:][ \\t]{0,4})(?:${QUOTE}([^"'\\\\\\n]+)|([^\\s"'\\\\,;&}\\])]+))`,
  "gi",
);

const RULES: readonly ((text: string) => string)[] = [
  (text) => text.replace(PRIVATE_KEY, REDACTED),
  (text) => text.replace(TOKEN, REDACTED),
  (text) => text.replace(URL_PASSWORD, unlessHarmless),
  (text) =>
    text.replace(AUTHORIZATION, (all, header, scheme, value) =>
      (scheme !== undefined || isRandom(value)) && !isHarmless(value) ? `${header}${scheme ?? ""}${REDACTED}` : all,
    ),
  (text) => text.replace(SCHEME, (all, scheme, value) => (isRandom(value) ? `${scheme}${REDACTED}` : all)),
  (text) => text.replace(COOKIE, `$1${REDACTED}`),
  (text) => text.replace(QUERY, unlessHarmless),
  (text) => text.replace(WEBHOOK, `$1${REDACTED}`),
  (text) =>
    !GIVEN_HINT.test(text) ? text : GIVEN.reduce((redacted, form) => redacted.replace(form, unlessHarmless), text),
  (text) => text.replace(PAIR, redactPair),
];

function unlessHarmless(all: string, lead: string, value: string): string {
  return isHarmless(value) ? all : lead + REDACTED;
}

function redactPair(
  all: string,
  strong: string | undefined,
  keyQuote: string | undefined,
  separator: string,
  quoted: string | undefined,
  bare: string | undefined,
): string {
  const value = quoted ?? bare ?? "";
  if (isHarmless(value)) return all;
  // `failed to get secret: pod not found` is a sentence; `token=abc`, `"token": "abc"` and `password: abc` are settings.
  const isJson = keyQuote !== undefined && quoted !== undefined;
  const isSetting = strong !== undefined || isJson || separator.includes("=");
  if (!isSetting && !isRandom(value)) return all;
  const at = all.lastIndexOf(value);
  return all.slice(0, at) + REDACTED + all.slice(at + value.length);
}
