/** What stands where a secret stood. */
export const REDACTED = "<redacted>";

/** What recorded clusters say in its place. */
const RECORDED = "REDACTED";

/** Whether a text holds what stands for a secret, so that it says nothing of the text that was there. */
export function isRedacted(text: string): boolean {
  return text.includes(REDACTED) || text.includes(RECORDED);
}

/** The forms in which issuers print their tokens, as sources of regular expressions; each begins where a word begins. */
export const TOKEN_FORMS: readonly string[] = [
  "gh[pousr]_[A-Za-z0-9]{30,}",
  "github_pat_[A-Za-z0-9_]{22,}",
  "gl(?:pat|dt|rt|soat|ptt|ft|ffct|imt|agent|cbt|oas)-[A-Za-z0-9_.-]{20,}",
  "GR1348941[A-Za-z0-9_-]{20,}",
  "(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}",
  "xox[a-z]-[A-Za-z0-9-]{10,}",
  "xapp-[A-Za-z0-9-]{10,}",
  "AIza[A-Za-z0-9_-]{35}",
  "ya29\\.[A-Za-z0-9_-]{20,}",
  "GOCSPX-[A-Za-z0-9_-]{20,}",
  "(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}",
  "whsec_[A-Za-z0-9+/=]{16,}",
  "sk-[A-Za-z0-9_-]{20,}",
  "gsk_[A-Za-z0-9]{40,}",
  "xai-[A-Za-z0-9]{60,}",
  "pplx-[A-Za-z0-9]{40,}",
  "r8_[A-Za-z0-9]{36,}",
  "sq0[a-z]{3}-[A-Za-z0-9_-]{22,}",
  "EAAA[A-Za-z0-9_-]{50,}",
  "access_token\\$(?:production|sandbox)\\$[a-zA-Z0-9]+\\$[a-f0-9]{32}",
  "npm_[A-Za-z0-9]{30,}",
  "pypi-[A-Za-z0-9_-]{16,}",
  "rubygems_[a-f0-9]{48}",
  "cio[A-Za-z0-9]{32}(?![A-Za-z0-9])",
  "oy2[a-z0-9]{40,}",
  "dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}",
  "do[opr]_v1_[a-f0-9]{40,}",
  "hv[sbr]\\.[A-Za-z0-9_-]{20,}",
  "s\\.(?=[A-Za-z0-9]*\\d)(?=[A-Za-z0-9]*[A-Z])[A-Za-z0-9]{24}(?![A-Za-z0-9])",
  "[A-Za-z0-9~._-]{3}\\dQ~[A-Za-z0-9~._-]{31,}",
  "v1\\.0-[a-f0-9]{24,}-[a-f0-9]{32,}",
  "FlyV1 \\S{20,}",
  "fm[12]r?_[A-Za-z0-9+/=_-]{30,}",
  "rnd_[A-Za-z0-9]{28,}",
  "nfp_[A-Za-z0-9_]{36,}",
  "CCIP(?:AT|RJ)_[A-Za-z0-9]{16,}_[a-f0-9]{40}",
  "bkua_[a-f0-9]{40}",
  "sq[uap]_[a-f0-9]{40}",
  "AKCp\\d[A-Za-z0-9]{60,}",
  "pat[A-Za-z0-9]{14}\\.[a-f0-9]{64}",
  "K10[a-f0-9]{64}::[^\\s\"']+",
  "[A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9_=-]{20,}",
  "gl(?:sa|c)_[A-Za-z0-9_+/=-]{20,}",
  "SG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}",
  "key-[0-9a-f]{32}",
  "SK[0-9a-f]{32}(?![0-9a-f])",
  "[0-9a-f]{32}-us\\d{1,2}(?!\\d)",
  "[MNO][A-Za-z0-9]{23,27}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,}",
  "[0-9]{8,10}:AA[A-Za-z0-9_-]{32,}",
  "dapi[a-f0-9]{32}",
  "lin_api_[A-Za-z0-9]{30,}",
  "shp(?:at|ss|ca|pa)_[a-fA-F0-9]{32}",
  "hf_[A-Za-z0-9]{30,}",
  "AGE-SECRET-KEY-1[A-Z0-9]{50,}",
  "tskey-[A-Za-z0-9-]{16,}",
  "dp\\.(?:pt|st|ct|sa|scim|audit)\\.[A-Za-z0-9._-]{30,}",
  "pul-[a-f0-9]{40}",
  "PMAK-[A-Za-z0-9-]{30,}",
  "00[A-Za-z0-9_-]{40}(?![A-Za-z0-9_-])",
  "NRAK-[A-Z0-9]{27}",
  "sntry[su]_[A-Za-z0-9_+/=-]{30,}",
  "ops_eyJ[A-Za-z0-9_-]{30,}",
  "ntn_[A-Za-z0-9]{30,}",
  "figd_[A-Za-z0-9_-]{30,}",
  "sbp_[a-f0-9]{40}",
  "pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{30,}",
  "ATATT3[A-Za-z0-9_=-]{30,}",
  "[12]/\\d{10,}(?:/\\d{10,})?:[0-9a-f]{32}(?![0-9a-f])",
  "(?<![./-])0/[0-9a-f]{32}(?![0-9a-f])",
  "LTAI[A-Za-z0-9]{16,26}(?![A-Za-z0-9])",
  // What is made of a password and told in its place.
  "\\$(?:apr1|[156y]|2[abxy]|argon2(?:id?|d))\\$[^\\s\"':,]{20,}",
  // A JSON Web Token, such as a service account's.
  "eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]*)?",
];

const STRONG =
  "passw(?:or)?d|(?<![a-z])(?:db|user|admin|root|smtp|mysql|redis|mail)?[_-]?pass|pwd|passphrase|bw_session|x-honeycomb-team|(?:password|pass|hash)[_-]salt|pre-?shared[_-]?key|client[_-]?key[_-]?data|api[_-]?key|access[_-]?key|private[_-]?key|secret[_-]?(?:access[_-]?)?key|client[_-]?secret";
const WEAK =
  "(?:access|application|private)[_-]?key[_-]?id|secret|token|credentials?|(?:auth|signing|encryption|master|session|jwt|hmac|app|account|storage|licen[cs]e)[_-]?key|connection[_-]?string|dsn";
const SUFFIX = "(?:[_-]?(?:value|base64|base|b64)|\\d{1,2})?";

/** Names after which a value is a secret wherever it stands. */
export const STRONG_NAME = STRONG;

/** Names after which a value is a secret in most places; in running text they also begin a sentence. */
export const WEAK_NAME = WEAK;

/** What may follow such a name without changing its meaning. */
export const NAME_SUFFIX = SUFFIX;

const SECRET_NAME = new RegExp(`(?:${STRONG}|${WEAK})${SUFFIX}$`, "i");

/** Whether the value of a variable, flag or key of this name is a secret: `DB_PASSWORD`, `--api-key`, not `TOKEN_FILE`. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Whether a value under such a name says only where the secret is, or whether there is one. */
export function isHarmless(value: string): boolean {
  return (
    value === REDACTED ||
    /^(?:|true|false|null|none|nil|nothing|absent|unset|yes|no|on|off|\d{1,4})$/i.test(value) ||
    /^["']?(?:\$\(|\$\$?\{|\$[A-Z_]+$|\{\{|\{\w+\}?$|<|!|os\.environ)/.test(value) ||
    /^(?:file:\/\/)?\.{0,2}\/[\w./-]*$/.test(value) ||
    // Where a password manager keeps it.
    /^(?:op|bws?|vault|akv|awssm|gcpsm|ref\+\w+):\/\//.test(value)
  );
}

/** Whether a bare word looks made by a machine rather than said by a person. */
export function isRandom(word: string): boolean {
  // Names of Kubernetes objects have dashes, dots and slashes between words.
  if (/[./]|^[a-z]+[-_]|^[A-Z_]+$/.test(word)) return false;
  return word.length >= 24 || (word.length >= 6 && /\d/.test(word) && /[A-Za-z]/.test(word));
}
