import { hostNear, portNear } from "./address.ts";
import type { Said, Unreachable } from "./complaint.ts";
import { anyCase, type Form } from "./form.ts";

const HOST = String.raw`(?:[a-z][a-z0-9+.-]*://)?(?:[^\s@/]+@)?((?:[A-Za-z0-9_-]+\.)*[A-Za-z0-9_-]+)`;

/** How programs complain of what they ask and stand on: peers, accounts, ports, disks, memory; most telling first. */
export const OUTSIDE: readonly Form<Said>[] = [
  [
    /User "?(system:serviceaccount:[^\s"]+)"? cannot (\w+) resource "?([\w./-]+)"?/,
    (match) => ({
      is: "forbidden",
      account: match[1] ?? null,
      verb: match[2] ?? "",
      resource: match[3] ?? "",
    }),
  ],
  [
    /(?:is forbidden|Forbidden).*cannot (\w+) resource "?([\w./-]+)"?/,
    (match) => ({ is: "forbidden", account: null, verb: match[1] ?? "", resource: match[2] ?? "" }),
  ],
  [/(?:dial|connect)\b.*(?:cannot assign requested address|EADDRNOTAVAIL)/i, () => ({ is: "no-ports" })],
  [/RBAC: access denied|rbac_access_denied_matched_policy/, () => ({ is: "mesh", how: "denied" })],
  [
    /reset reason: (?:connection termination|remote connection failure)|upstream connect error or disconnect\/reset/,
    () => ({ is: "mesh", how: "cut" }),
  ],
  [
    anyCase(
      /invalid (?:username|credentials|password)/,
      /(?:wrong|incorrect|bad) password/,
      /authentication (?:failed|failure|error)/,
      /auth(?:entication)? fail/,
      /(?:invalid|revoked|expired)[ _-](?:api[ _-]?)?(?:key|token)/,
      /token (?:has |was )?(?:been )?(?:expired|revoked)/,
      /401 Unauthorized/,
      /Access denied for user/, // MySQL
      /WRONGPASS|NOAUTH/, // Redis
      /ACCESS_REFUSED/, // RabbitMQ
      /Login failed/, // SQL Server
      /SASL.*fail/, // Kafka, MongoDB
      /not authorized to|InvalidAccessKeyId|SignatureDoesNotMatch/, // AWS, and stores that speak S3
      /command \w+ requires authentication/, // MongoDB
    ),
    () => ({ is: "login-failed" }),
  ],
  [
    anyCase(
      /certificate (?:has expired|is not|verify failed|signed by|required)/,
      /x509:|tls: (?:bad|failed|unknown|handshake)/, // Go
      /CERT_HAS_EXPIRED|unable to (?:get local issuer|verify the first) certificate/, // Node
      /SSLHandshake/, // Java
      /SSL routines/, // OpenSSL
    ),
    () => ({ is: "certificate" }),
  ],
  [
    /address already in use|EADDRINUSE|port (?:\d+ )?is already (?:in use|allocated)|bind.*in use/i,
    (match) => ({ is: "port-taken", port: portNear(match.input ?? "") }),
  ],
  [
    /no space left on device|input\/output error|stale (?:NFS )?file handle|ENOSPC|disk (?:is )?full|disk quota exceeded/i,
    () => ({ is: "disk-full" }),
  ],
  [
    /OutOfMemoryError|heap out of memory|MemoryError|cannot allocate memory|std::bad_alloc|out of memory/i,
    () => ({ is: "out-of-memory" }),
  ],
  [/(?:request|call|fetch|https?:\/\/\S+).{0,80}\b403 Forbidden/i, () => ({ is: "login-failed" })],
  [
    /(?:request|call|fetch|https?:\/\/\S+).{0,80}(?:failed|returned|responded|answered|unexpected).{0,40}\b(?:429|500)\b|429 Too Many Requests|rate limit.{0,20}exceeded/i,
    () => ({ is: "denied" }),
  ],
  [
    anyCase(
      /too many open files|\bEMFILE\b/,
      /failed to create new OS thread|max user (?:processes|instances)/,
      /licen[cs]e (?:key )?(?:has |is )?(?:expired|invalid|not valid)/,
      /leader election lost|another process (?:holds|has) the lock/,
    ),
    () => ({ is: "denied" }),
  ],
  [
    /lookup ([A-Za-z0-9._-]+?)\.?(?: on \S+)?:? (?:no such host|server misbehaving|.*i\/o timeout|Temporary failure)/i,
    (match) => unreachable(match[1], null, "unknown-host"),
  ],
  [
    /(?:name|DNS) resolution failed for (?:target )?(?:dns:\/*)?([A-Za-z0-9._-]+?)\.?(?::(\d+))?(?:[\s:"',]|$)/i,
    (match) => unreachable(match[1], match[2], "unknown-host"),
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
    anyCase(
      /connect(?:ion)? timed? ?out|connection reset|connection (?:was )?closed|broken pipe/,
      /no route to host|network is unreachable/,
      /(?:could not|cannot|can't|failed to|unable ?to|not possible to) ?connect/,
      /connection (?:to \S+ )?(?:failed|error|refused)/,
      /waiting for .* to (?:be|become|come)/,
      /(?:is )?not (?:reachable|accepting connections)/,
      /ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ECONNRESET/, // Node
      /i\/o timeout|deadline exceeded|unexpected EOF/, // Go
      /(?:code = |status )Unavailable/, // gRPC
      /upstream (?:connect|unavailable)/, // Envoy, nginx
      /502 Bad Gateway|503 Service Unavailable|504 Gateway/,
    ),
    (match) => {
      const near = hostNear(match.input ?? "");
      return unreachable(near.host, near.port, howOf(match.input ?? ""));
    },
  ],
];

function unreachable(
  host: string | undefined,
  port: string | number | null | undefined,
  how: Unreachable["how"],
): Said | undefined {
  if (host === undefined || host === "") return undefined;
  const number = port === undefined || port === null || port === "" ? null : Number(port);
  return { is: "unreachable", host: host.replace(/\.$/, ""), port: number, how };
}

function howOf(text: string): Unreachable["how"] {
  if (/no such host|ENOTFOUND|in name resolution|resolution failed/i.test(text)) return "unknown-host";
  if (/refused/i.test(text)) return "refused";
  if (/time|deadline|route|unreachable/i.test(text)) return "timeout";
  if (/reset|closed|EOF|pipe/i.test(text)) return "cut";
  return "unavailable";
}
