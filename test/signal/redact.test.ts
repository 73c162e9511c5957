import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { redactSecrets, redactText } from "../../src/signal/redact.ts";
import { processorTime } from "../processor-time.ts";
import { anyText } from "./any-text.ts";

// Put together at run time: a secret in one piece would alarm every scanner of this repository.
const made = (...parts: string[]): string => parts.join("");
const HEX = "0123456789abcdef0123456789abcdef";
const WORD = "Zk3vQ9xT7mB2nL5pR8sW1yD4fG6hJ0aC2eU4iO6k";

const TOKENS = [
  made("ghp", "_", WORD),
  made("github", "_pat_", WORD),
  made("glpat", "-", WORD.slice(0, 20)),
  made("AKIA", "IOSFODNN7EXAMPLE"),
  made("xoxb", "-1234567890-", WORD.slice(0, 12)),
  made("AIza", WORD.slice(0, 35)),
  made("sk_", "live_", WORD.slice(0, 24)),
  made("sk-", "ant-api03-", WORD),
  made("npm", "_", WORD.slice(0, 36)),
  made("dckr", "_pat_", WORD.slice(0, 27)),
  made("hvs", ".", WORD),
  made("glsa", "_", WORD),
  made("SG", ".", WORD.slice(0, 22), ".", WORD),
  made("dapi", HEX),
  made("AGE-SECRET", "-KEY-1", "Q".repeat(58)),
  made("gsk", "_", WORD),
  made("xai", "-", WORD, WORD),
  made("r8", "_", WORD),
  made("1234567890", ":AAF", WORD.slice(0, 32)),
  made("GR1348941", WORD.slice(0, 20)),
  made("abc8", "Q~", WORD.slice(0, 31)),
  made("s", ".", WORD.slice(0, 24)),
  made(HEX, "-us12"),
  made("SK", HEX),
  made("MTA5", WORD.slice(0, 20), ".GaBcDe.", WORD),
  made("sq0atp", "-", WORD.slice(0, 22)),
  made("rubygems", "_", HEX, HEX.slice(0, 16)),
  made("cio", WORD.slice(0, 32)),
  made("ATATT3", "xFfGF0", WORD),
  made("pat", WORD.slice(0, 14), ".", HEX, HEX),
  made("CCIPAT", "_", WORD.slice(0, 22), "_", HEX, "01234567"),
  made("squ", "_", HEX, "01234567"),
  made("nfp", "_", WORD),
  made("K10", HEX, HEX, "::server:", HEX),
  made("1/", "1199887766554433", ":", HEX),
  made("2/", "1199887766554433", "/1200112233445566", ":", HEX),
  made("0/", HEX),
  made("LTAI", WORD.slice(0, 20)),
  made("$2b$12$", WORD, WORD.slice(0, 13)),
  made("eyJhbGciOiJSUzI1NiIs", ".", "eyJzdWIiOiJzeXN0ZW06", ".", WORD),
];

const TEXTS = [
  "postgres://shop:hunter2-hunter2@db:5432/shop",
  "Authorization: Bearer hunter2-hunter2",
  "authorization: Basic hunter2-hunter2",
  '{"password":"hunter2-hunter2","user":"shop"}',
  '{\\"api_key\\":\\"hunter2-hunter2\\"}',
  "DB_PASSWORD=hunter2-hunter2 DB_USER=shop",
  "connecting with --token=hunter2-hunter2",
  'password: "hunter2-hunter2 with spaces"',
  "  clientSecret: hunter2-hunter2",
  "GET /hook?access_token=hunter2-hunter2&x=1",
  "Set-Cookie: session=hunter2-hunter2; Path=/",
  "https://hooks.slack.com/services/T0/B0/hunter2-hunter2",
  "shop:hunter2-hunter2@tcp(db:3306)/shop",
  "jdbc:oracle:thin:scott/hunter2-hunter2@//db:1521/shop",
  "DB_PASS=hunter2-hunter2",
  '{"db_pass":"hunter2-hunter2"}',
  "BW_SESSION=hunter2-hunter2",
  "x-honeycomb-team: hunter2-hunter2",
  "PASSWORD_SALT=hunter2-hunter2",
  "PresharedKey = hunter2-hunter2",
  "    client-key-data: hunter2-hunter2",
  "kubeadm join 10.0.0.1:6443 --token hunter2.hunter2hunter2",
  "curl -s -u admin:hunter2-hunter2 https://shop.example.org",
  "mysqldump -uroot -phunter2-hunter2 shop",
  "postgres:5432:shop:app:hunter2-hunter2",
  'echo "db.example.org:6432:*:app:hunter2-hunter2" > ~/.pgpass',
  "*:*:*:postgres:hunter2-hunter2",
  "mc alias set store http://minio:9000 shop hunter2-hunter2",
  "mc --insecure alias set store https://minio:9000 'shop' 'hunter2-hunter2' --api s3v4",
  "mc config host add store http://minio:9000 shop hunter2-hunter2",
  "AWS_ACCESS_KEY_ID=hunter2-hunter2",
  '{"private_key_id": "hunter2-hunter2"}',
  "applicationKeyId: hunter2hunter2",
  "redis-cli -h redis -a hunter2-hunter2 ping",
  "openssl rsa -passin pass:hunter2-hunter2",
  "Authorization: SSWS hunter2-hunter2",
  "login as robot$ci:hunter2-hunter2",
  "-----BEGIN RSA PRIVATE KEY-----\nhunter2-hunter2\n-----END RSA PRIVATE KEY-----",
  "-----BEGIN PRIVATE KEY-----\nhunter2-hunter2 and then the log was cut",
];

// What a cluster says every day, and rules read word for word.
const HARMLESS = [
  'secret "db-credentials-7f9c" not found',
  "couldn't find key password in Secret shop/db",
  'MountVolume.SetUp failed for volume "token" : secret "x7" not found',
  'failed to get secret: secrets "db" not found',
  'failed to fetch token: pod "x" not found',
  "no basic auth credentials",
  'Failed to pull image "registry.example.org/shop/checkout:1.2.3": not found',
  "pull access denied, repository does not exist or may require authorization: server message: denied",
  'FATAL: password authentication failed for user "shop"',
  "Readiness probe failed: HTTP probe failed with statuscode: 503",
  "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.",
  'exec: "/app/serve": stat /app/serve: no such file or directory',
  "at serve (main.c:1234:shop:error:expected a semicolon)",
  "cached tenant:1234:cart:items:open for 5m",
  "fe80:0:0:5432:abcd:ef01:2345:aaaa",
  "etag 1.0/0123456789abcdef0123456789abcdef of chunk 0/12",
  "mc alias list; mc admin info store http://minio:9000 is up",
  "registry:5000/shop/catalog:1.4.2 and 10.0.0.1:6443: connection refused",
  "tests pass: 12 of 12, compass: north, bypass: denied",
  "pass --token to authenticate, or --password authentication is off",
  "mysql: [Warning] Using a password on the command line interface can be insecure.",
  "TOKEN_FILE=/var/run/secrets/token PASSWORD=$(DB_PASSWORD) SECRET=${secret}",
  "token: expired",
  "[db]\nPassword =\nVerify_SSL = False",
  "password: '{DB_PASSWORD}'\napi_key: !env_var API_KEY\nsecret=$DB_SECRET",
  "Applied revision: main@sha1:1e295bd68e470056880f0a17818cfcf4100940d5",
  "ghcr.io/shop/checkout@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
];

describe("redacting a text", () => {
  test.each(TOKENS)("%s in a log line", (token) => {
    expect(redactText(`level=info msg="using ${token}" retry=1`)).toBe('level=info msg="using <redacted>" retry=1');
    expect(redactText(token)).toBe("<redacted>");
  });

  test.each(TEXTS)("%s", (text) => {
    expect(redactText(text)).not.toContain("hunter2");
    expect(redactText(text)).toContain("<redacted>");
  });

  test.each(HARMLESS)("leaves alone: %s", (text) => {
    expect(redactText(text)).toBe(text);
  });

  test("keeps what stands around a secret", () => {
    expect(redactText("2026 postgres://shop:hunter2@db/shop refused")).toBe(
      "2026 postgres://shop:<redacted>@db/shop refused",
    );
    expect(redactText('{"password":"hunter2","user":"shop"}')).toBe('{"password":"<redacted>","user":"shop"}');
  });

  test("a second time changes nothing more", () => {
    fc.assert(
      fc.property(anyText(...TEXTS, ...TOKENS, ...HARMLESS, "\n", " ", "=", ": ", '"'), (text) => {
        const once = redactText(text);
        expect(redactText(once)).toBe(once);
      }),
    );
  });

  test("takes no longer than linear time on hostile lines", () => {
    const spent = processorTime();
    for (const part of [
      "a",
      "password",
      "password=",
      "-----BEGIN PRIVATE KEY-----",
      "://a:",
      "eyJ",
      "token: ",
      "?key=",
      "mc alias set ",
      "a:5432:",
    ])
      redactText(part.repeat(200_000 / part.length));
    expect(spent()).toBeLessThan(1000);
  });
});

describe("removing known values", () => {
  test("as they are and in base64, the longer one first", () => {
    const text = "login correct-horse-battery then correct-horse, Y29ycmVjdC1ob3JzZQ==";
    expect(redactSecrets(text, ["correct-horse", "correct-horse-battery"])).toBe(
      "login <redacted> then <redacted>, <redacted>",
    );
  });

  test("but not words too short to be secrets", () => {
    expect(redactSecrets("admin logs in", ["admin", "", "true"])).toBe("admin logs in");
  });
});
