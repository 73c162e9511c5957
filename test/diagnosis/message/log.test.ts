import { describe, expect, test } from "vitest";
import type { Complaint } from "../../../src/diagnosis/message/complaint.ts";
import { complaintsOf } from "../../../src/diagnosis/message/log.ts";

/** What the last line of a log complains of, without the line. */
function last(log: string): Omit<Complaint, "line"> | undefined {
  const complaint = complaintsOf(log).at(-1);
  if (complaint === undefined) return undefined;
  const { line: _, ...rest } = complaint;
  return rest;
}

const UNREACHABLE: readonly (readonly [line: string, host: string, port: number | null, how: string])[] = [
  [
    "WARN request to http://catalog:8080 failed: dial tcp 10.96.33.45:8080: connect: connection refused",
    "catalog",
    8080,
    "refused",
  ],
  ["request to https://api.psp.test failed: dial tcp 203.0.113.54:443: i/o timeout", "api.psp.test", 443, "timeout"],
  ["Error: connect ECONNREFUSED 10.96.12.7:5432", "10.96.12.7", 5432, "refused"],
  ["dial tcp: lookup productcatalog on 10.96.0.10:53: no such host", "productcatalog", null, "unknown-host"],
  ["Error: getaddrinfo ENOTFOUND mongo-headless.data", "mongo-headless.data", null, "unknown-host"],
  ["getaddrinfo EAI_AGAIN redis:6379", "redis", 6379, "unknown-host"],
  [
    'psycopg2.OperationalError: could not translate host name "db-primary" to address: Name or service not known',
    "db-primary",
    null,
    "unknown-host",
  ],
  ['connection to server at "db" (10.96.4.4), port 5432 failed: Connection refused', "db", 5432, "refused"],
  [
    "org.postgresql.util.PSQLException: Connection to booking-db:5432 refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.",
    "booking-db",
    5432,
    "refused",
  ],
  [
    "Error: 4 DEADLINE_EXCEEDED: Deadline exceeded after 5.001s,name resolution: 0.001s,remote_addr=recommendation:8080",
    "recommendation",
    8080,
    "timeout",
  ],
  ["java.net.UnknownHostException: kafka-broker", "kafka-broker", null, "unknown-host"],
  [
    "redis.exceptions.ConnectionError: Error 111 connecting to redis-cart:6379. Connection refused.",
    "redis-cart",
    6379,
    "refused",
  ],
  ["nc: bad address 'mydb'", "mydb", null, "unknown-host"],
  ["waiting for postgres:5432 to be ready", "postgres", 5432, "unavailable"],
  [
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.8.1.2:3550: connect: connection refused"',
    "10.8.1.2",
    3550,
    "refused",
  ],
  ["curl: (6) Could not resolve host: payments", "payments", null, "unknown-host"],
  [
    '[emerg] 1#1: host not found in upstream "backend-svc" in /etc/nginx/conf.d/default.conf:4',
    "backend-svc",
    null,
    "unknown-host",
  ],
  ["MongoNetworkError: failed to connect to server [mongodb:27017] on first connect", "mongodb", 27017, "unavailable"],
];

describe("a peer that cannot be reached", () => {
  test.each(UNREACHABLE)("%s", (line, host, port, how) => {
    expect(last(line)).toEqual({ is: "unreachable", host, port, how });
  });
});

const OTHERS: readonly (readonly [line: string, complaint: object])[] = [
  ["2026-10-22T23:07:30Z ERROR config: DB_HOST is not set", { is: "unset", name: "DB_HOST" }],
  ["FATAL required variable DB_HOST is not set", { is: "unset", name: "DB_HOST" }],
  ["KeyError: 'DEPLOY_ENV'", { is: "unset", name: "DEPLOY_ENV" }],
  ["Error: missing required environment variable DATABASE_URL", { is: "unset", name: "DATABASE_URL" }],
  [
    'panic: environment variable "PRODUCT_CATALOG_SERVICE_ADDR" not set',
    { is: "unset", name: "PRODUCT_CATALOG_SERVICE_ADDR" },
  ],
  [
    "error: database is uninitialized and superuser password is not specified. You must specify POSTGRES_PASSWORD",
    { is: "unset", name: "POSTGRES_PASSWORD" },
  ],
  ["ERROR invalid WORKERS: has a bad value: '6x'", { is: "bad-value", name: "WORKERS", value: "6x" }],
  [
    "strconv.Atoi: parsing CONCURRENCY: has a bad value: 'auto'",
    { is: "bad-value", name: "CONCURRENCY", value: "auto" },
  ],
  ['strconv.Atoi: parsing "auto": invalid syntax', { is: "bad-value", name: null, value: "auto" }],
  ["ValueError: invalid literal for int() with base 10: 'abc'", { is: "bad-value", name: null, value: "abc" }],
  ["ERROR panic: unknown geo provider opnmap", { is: "bad-value", name: null, value: null }],
  ["Error: unknown flag: --lock_timeout", { is: "bad-argument", argument: "lock_timeout" }],
  ["flag provided but not defined: -foo", { is: "bad-argument", argument: "foo" }],
  ["usage: app [-h]\napp: error: unrecognized arguments: --verbos", { is: "bad-argument", argument: "verbos" }],
  ["error: unexpected argument '--prot' found", { is: "bad-argument", argument: "prot" }],
  ['Error: unknown command "strat" for "server"', { is: "bad-argument", argument: "strat" }],
  ["/bin/sh: 1: sleeep: not found", { is: "not-found-command", command: "sleeep" }],
  ["sh: foo: command not found", { is: "not-found-command", command: "foo" }],
  [
    "FATAL open /etc/orders/config.yaml: no such file or directory",
    { is: "file-missing", file: "/etc/orders/config.yaml" },
  ],
  [
    "Error: ENOENT: no such file or directory, open '/app/config.json'",
    { is: "file-missing", file: "/app/config.json" },
  ],
  [
    "FileNotFoundError: [Errno 2] No such file or directory: '/data/in.csv'",
    { is: "file-missing", file: "/data/in.csv" },
  ],
  [
    "python: can't open file '/app/mian.py': [Errno 2] No such file or directory",
    { is: "file-missing", file: "/app/mian.py" },
  ],
  ["mkdir: cannot create directory '/var/lib/data': Permission denied", { is: "file-denied", file: "/var/lib/data" }],
  ["touch: /data/x: Read-only file system", { is: "read-only", file: "/data/x" }],
  ["listen tcp :8080: bind: address already in use", { is: "port-taken", port: 8080 }],
  ["Error: listen EADDRINUSE: address already in use :::3000", { is: "port-taken", port: 3000 }],
  ['pq: password authentication failed for user "app" (SQLSTATE 28P01)', { is: "login-failed" }],
  ["ERROR 1045 (28000): Access denied for user 'root'@'10.1.2.3' (using password: YES)", { is: "login-failed" }],
  ["MongoServerError: Authentication failed.", { is: "login-failed" }],
  ["WRONGPASS invalid username-password pair or user is disabled.", { is: "login-failed" }],
  [
    'pods is forbidden: User "system:serviceaccount:shop:reader" cannot list resource "pods" in API group "" in the namespace "shop"',
    { is: "forbidden", account: "system:serviceaccount:shop:reader", verb: "list", resource: "pods" },
  ],
  ["java.lang.OutOfMemoryError: Java heap space", { is: "out-of-memory" }],
  [`>>> 'maxmemory "100mbb"'`, { is: "bad-value", name: "maxmemory", value: "100mbb" }],
  ["x509: certificate has expired or is not yet valid", { is: "certificate" }],
  ["write /data/wal: no space left on device", { is: "disk-full" }],
  [
    "FATAL load /etc/orders/config.yaml: queue.backend: unknown backend (want one of: redis, memory)",
    { is: "bad-config", file: "/etc/orders/config.yaml" },
  ],
  [
    "SyntaxError: Expected double-quoted property name in JSON at position 61 (line 4 column 3)",
    { is: "bad-config", file: null },
  ],
  [`SyntaxError: Unexpected token '}', "{ "a": 1, }" is not valid JSON`, { is: "bad-config", file: null }],
  ['ERROR: relation "users" does not exist', { is: "database" }],
  ["ERROR redis: ERR max number of clients reached", { is: "database" }],
  ["2026-11-18T09:39:11Z FTL db.go:41 > not authorized on geo to execute command { count: 1 }", { is: "database" }],
  [
    '"GET / HTTP/1.1" 403 - rbac_access_denied_matched_policy[ns[shop]-policy[deny]-rule[0]] - "-" 0 19',
    { is: "mesh", how: "denied" },
  ],
  ["FATAL request to http://orders:8080/v1/carts failed: 500 Internal Server Error", { is: "denied" }],
  ["FATAL https://rates.carrier.test/v2 answered 429 Too Many Requests", { is: "denied" }],
  ["FATAL accept tcp [::]:8080: accept4: too many open files", { is: "denied" }],
  ["FATAL request to https://s3.vendor.test/bucket failed: 403 Forbidden: AccessDenied", { is: "login-failed" }],
  ["FATAL license expired on 2026-11-17, contact sales", { is: "denied" }],
  ["FATAL pq: the database system is starting up", { is: "database" }],
  ["read /var/lib/search/seg: input/output error", { is: "disk-full" }],
  ["error: Dirty database version 41. Fix and force version.", { is: "schema" }],
  ["ERROR unexpected status 418 from the feed of rates after 30s", { is: "fatal" }],
  ['{"level":60,"msg":"consumer limit exceeded (10026)"}', { is: "fatal" }],
  ["FATAL open segment _4f: checksum mismatch: index is corrupt", { is: "database" }],
  ['WARN request to https://psp.test failed: 401 Unauthorized: {"error":"invalid_api_key"}', { is: "login-failed" }],
];

describe("what else a program complains of", () => {
  test.each(OTHERS)("%s", (line, complaint) => {
    expect(last(line)).toEqual(complaint);
  });
});

describe("no complaint", () => {
  test.each([
    "2026-11-14T08:35:18Z INFO  postgres 17.4 starting",
    "listening on :8080",
    'level=info msg="retrying after connection refused"',
    "GET /healthz 200 0.3ms",
    "Ready to accept connections tcp",
  ])("%s", (line) => {
    expect(last(line)).toBeUndefined();
  });
});
