import { describe, expect, test } from "vitest";
import { affinity } from "../../src/diagnosis/match.ts";
import type { Said } from "../../src/diagnosis/message/complaint.ts";
import type { FieldPath } from "../../src/manifest/path.ts";
import type { Json } from "../../src/signal/object.ts";

const CONTAINER = ["spec", "template", "spec", "containers", "[name=catalog]"];

type Change = { readonly kind?: string; readonly path: FieldPath; readonly from?: Json; readonly to?: Json };

/** How well what the catalog says fits one change. */
function fits(line: string, said: Said, { kind = "Deployment", path, from, to }: Change): number {
  const object = { apiVersion: "v1", kind, namespace: "shop", name: "catalog" };
  return affinity([{ line, ...said }], { object, path, from, to, commit: null, worked: null });
}

const variable = (name: string, from?: Json, to?: Json): Change => ({
  path: [...CONTAINER, "env", `[name=${name}]`, "value"],
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
});
const argument = (from: string, to: string, field = "args"): Change => ({ path: [...CONTAINER, field, 1], from, to });
const content = (key: string, from: Json, to: Json, kind = "ConfigMap"): Change => ({
  kind,
  path: ["data", key],
  from,
  to,
});
const within = (path: FieldPath, from?: Json, to?: Json): Change => ({
  path: [...CONTAINER, ...path],
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
});

describe("a program names a setting", () => {
  test("it is that variable, not the one beside it", () => {
    const unset: Said = { is: "unset", name: "CURRENCY" };
    expect(fits("CURRENCY is not set", unset, variable("CURRENCY", "EUR"))).toBe(3);
    expect(fits("CURRENCY is not set", unset, variable("PAGE_SIZE", "40"))).toBe(0);
    const refused: Said = { is: "bad-value", name: "DB_PORT", value: "none" };
    expect(fits("invalid DB_PORT", refused, variable("DB_PORT", 5432, "x"))).toBe(2);
    expect(fits("invalid DB_PORT", refused, variable("DB_HOST", "a1", "b1"))).toBe(0);
    expect(fits("a value is invalid", { ...refused, name: null }, variable("DB_PORT", "5432", "x"))).toBe(0);
  });

  test("a key of a ConfigMap is a variable, a field that is called the same is none", () => {
    const unset: Said = { is: "unset", name: "memory" };
    expect(fits("memory is not set", unset, content("memory", "64", "65"))).toBe(2);
    expect(fits("memory is not set", unset, content("currency", "64", "65"))).toBe(0);
    expect(fits("memory is not set", unset, within(["resources", "limits", "memory"], "64Mi", "32Mi"))).toBe(0);
  });

  test("a flag stands in a command or its arguments, not in a variable that says the same word", () => {
    const flag: Said = { is: "bad-argument", argument: "--lisen" };
    expect(fits("unknown flag", flag, argument("--listen", "--lisen"))).toBe(2);
    expect(fits("unknown flag", flag, argument("--listen", "--lisen", "command"))).toBe(2);
    expect(fits("unknown flag", flag, argument("--level=1", "--level=2"))).toBe(0);
    expect(fits("unknown flag", flag, variable("OPTIONS", "--listen", "--lisen"))).toBe(0);
  });
});

describe("a program names a file", () => {
  test("what it cannot parse is that key of a ConfigMap, or one of that format", () => {
    const parsed: Said = { is: "bad-config", file: "/etc/catalog/limits.conf" };
    expect(fits("cannot parse", parsed, content("limits.conf", "a", "b"))).toBe(2);
    expect(fits("cannot parse", parsed, content("other.conf", "a", "b"))).toBe(0);
    expect(fits("cannot parse", parsed, { path: ["metadata", "annotations", "limits.conf"] })).toBe(0);
    const nameless: Said = { is: "bad-config", file: null };
    expect(fits("yaml: line 5", nameless, content("app.yml", "a", "b"))).toBe(2);
    expect(fits("yaml: line 5", nameless, content("app.json", "a", "b"))).toBe(0);
  });

  test("what it may not open is what a new path leads to, or its security context", () => {
    const denied: Said = { is: "file-denied", file: "/srv/catalog/cache" };
    const mount = ["volumeMounts", "[name=cache]", "mountPath"];
    expect(fits("denied", denied, within(["securityContext", "runAsUser"], 0, 1000))).toBe(2);
    expect(fits("denied", denied, within(mount, "/var/cache", "/srv/catalog"))).toBe(2);
    expect(fits("denied", denied, within(mount, "/var/cache", "/srv/cat"))).toBe(0);
    expect(fits("denied", denied, within(mount, "/srv/catalog", "/srv/catalog"))).toBe(0);
    expect(fits("denied", { ...denied, file: "/srv" }, within(mount, "/var/cache", "/srv/catalog"))).toBe(2);
    expect(fits("denied", { ...denied, file: "" }, within(mount, "/var/cache", "/srv/catalog"))).toBe(0);
    const written: Said = { is: "read-only", file: "/srv/catalog/cache" };
    expect(fits("no write", written, within(["securityContext", "readOnlyRootFilesystem"], false, true))).toBe(2);
    expect(fits("no write", written, within(mount, "/var/cache", "/srv/catalog"))).toBe(2);
    expect(fits("no write", written, variable("LEVEL", "1", "2"))).toBe(0);
  });

  test("what is not there was mounted by name or by its folder; a token is mounted by a switch", () => {
    const missing: Said = { is: "file-missing", file: "/etc/catalog/limits.conf" };
    const mount = ["volumeMounts", "[name=settings]", "mountPath"];
    expect(fits("no such file", missing, within(mount, "/etc/catalog", "/etc/katalog"))).toBe(2);
    expect(fits("no such file", missing, within(mount, "/etc/orders", "/etc/koders"))).toBe(0);
    expect(fits("no such file", missing, content("limits.conf", "a", "b"))).toBe(2);
    expect(fits("no such file", { ...missing, file: "/x" }, within(mount, "/x", "/y"))).toBe(2);
    expect(fits("no such file", { ...missing, file: "/x" }, within(mount, "/a/b", "/c/d"))).toBe(0);
    const token: Said = { is: "file-missing", file: "/var/run/secrets/kubernetes.io/serviceaccount/token" };
    const folder = "/var/run/secrets/kubernetes.io/serviceaccount";
    expect(fits("no such file", token, { path: ["spec", "automountServiceAccountToken"], to: false })).toBe(2);
    expect(fits("no such file", token, variable("TOKEN_FOLDER", "/tmp", folder))).toBe(0);
  });

  test("a disk that is full is an emptyDir", () => {
    const full: Said = { is: "disk-full" };
    const volume = ["spec", "template", "spec", "volumes", "[name=tmp]"];
    expect(fits("no space", full, { path: [...volume, "emptyDir", "sizeLimit"], from: "1Gi", to: "1Mi" })).toBe(2);
    expect(fits("no space", full, { path: [...volume, "configMap", "name"], from: "a1", to: "b1" })).toBe(0);
  });

  test("a script stands in a command of several words, or in a file that is one", () => {
    const script: Said = { is: "bad-script" };
    expect(fits("syntax error", script, argument("serve all", "serve (all"))).toBe(2);
    expect(fits("syntax error", script, argument("serve", "server"))).toBe(0);
    expect(fits("syntax error", script, content("start.sh", "a", "b (c"))).toBe(2);
    expect(fits("syntax error", script, content("notes.txt", "a", "b (c"))).toBe(0);
    expect(fits("syntax error", script, variable("NOTE", "a", "b (c"))).toBe(0);
  });
});

describe("a program names a peer, a port or a credential", () => {
  test("the change brought that address, with the port where one is said", () => {
    const refused: Said = { is: "unreachable", host: "orders", port: 8081, how: "refused" };
    const url = variable("ORDERS_URL", "http://orders:80", "http://orders:8081");
    expect(fits("refused", refused, url)).toBe(2);
    expect(fits("refused", { ...refused, port: 9090 }, url)).toBe(0);
    const unknown: Said = { is: "unreachable", host: "ordres", port: null, how: "unknown-host" };
    expect(fits("no such host", unknown, variable("ORDERS_URL", "http://orders", "http://ordres"))).toBe(2);
    expect(fits("no such host", unknown, variable("ORDERS_URL", "http://ordres", "http://ordres:1"))).toBe(0);
  });

  test("a port that is taken is one of its own, or that of a container that came along", () => {
    const taken: Said = { is: "port-taken", port: 8080 };
    const agent = ["spec", "template", "spec", "containers", "[name=agent]"];
    expect(fits("in use", taken, within(["ports", 0, "containerPort"], 80, 8080))).toBe(1);
    expect(fits("in use", taken, { path: agent, to: { name: "agent", args: ["--listen=:8080"] } })).toBe(2);
    expect(fits("in use", taken, { path: agent, to: { name: "agent", args: ["--listen=:18080"] } })).toBe(0);
    expect(fits("in use", taken, { path: [...agent, "args"], to: ["--peer=:8080"] })).toBe(0);
    expect(fits("in use", taken, { path: agent, from: { name: "agent" }, to: { args: ["--listen=:8080"] } })).toBe(0);
    expect(fits("in use", { is: "port-taken", port: null }, { path: agent, to: { name: "agent" } })).toBe(0);
  });

  test("what it may not log in with, or whom it does not trust, says the name of the field", () => {
    const login: Said = { is: "login-failed" };
    expect(fits("refused", login, variable("DB_PASSWORD", "a1", "b1"))).toBe(2);
    expect(fits("refused", login, variable("DB_POOL", "a1", "b1"))).toBe(0);
    const trust: Said = { is: "certificate" };
    expect(fits("unknown issuer", trust, variable("SSL_MODE", "a1", "b1"))).toBe(2);
    expect(fits("unknown issuer", trust, variable("DB_POOL", "a1", "b1"))).toBe(0);
  });
});

describe("the words of a line", () => {
  const fatal: Said = { is: "fatal" };

  test("are whole words: page is neither in pages nor in homepage", () => {
    expect(fits("cannot open page", fatal, variable("STORE", "cache", "page"))).toBe(1);
    expect(fits("cannot open pages", fatal, variable("STORE", "cache", "page"))).toBe(0);
    expect(fits("cannot open homepage", fatal, variable("STORE", "cache", "page"))).toBe(0);
  });

  test("count where they are no numbers, which stand in many a line of a program that only fails", () => {
    expect(fits("gave up after 8080 tries", fatal, variable("LISTEN", "80", "8080"))).toBe(0);
    expect(fits("gave up after 30s", fatal, variable("TIMEOUT", "10s", "30s"))).toBe(0);
    const refused: Said = { is: "bad-value", name: null, value: "8080" };
    expect(fits("8080 is not free", refused, variable("LISTEN", "80", "8080"))).toBe(1);
  });

  test("prove nothing where the change did not bring or take them, or every log has them", () => {
    expect(fits("cannot open ledger", fatal, variable("STORE", "cache", "ledger"))).toBe(1);
    expect(fits("cannot open ledger", fatal, variable("STORE", "ledger 1", "ledger 2"))).toBe(0);
    expect(fits("server error", fatal, variable("STORE", "ledger", "server error"))).toBe(0);
  });

  test("may ask for what was taken away, but for words that are short", () => {
    expect(fits("cannot open ledger", fatal, variable("STORE", "ledger", "cache"))).toBe(1);
    expect(fits("cannot open it", fatal, variable("STORE", "it", "cache"))).toBe(0);
    // A peer that does not answer is not one that was taken away.
    const cut: Said = { is: "unreachable", host: "10.0.0.1", port: null, how: "timeout" };
    expect(fits("no answer of ledger", cut, variable("STORE", "ledger", "cache"))).toBe(0);
  });

  test("name a variable as it is written; a long one in small letters too", () => {
    expect(fits("check DB_HOST", fatal, variable("DB_HOST", "a1", "b1"))).toBe(1);
    expect(fits("check db_host", fatal, variable("DB_HOST", "a1", "b1"))).toBe(0);
    expect(fits("check database-host", fatal, variable("DATABASE_HOST", "a1", "b1"))).toBe(1);
    expect(fits("feature new_checkout broke", fatal, variable("FEATURE_NEW_CHECKOUT", "off", "on"))).toBe(1);
    expect(fits("feature old_checkout broke", fatal, variable("FEATURE_NEW_CHECKOUT", "off", "on"))).toBe(0);
    expect(fits("the GPU is lost", fatal, content("GPU", "a1", "b1"))).toBe(1);
    expect(
      fits("the GPU is lost", fatal, { path: ["spec", "template", "spec", "nodeSelector", "GPU"], to: "b1" }),
    ).toBe(0);
  });
});
