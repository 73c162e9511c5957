import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readSettings, settingsHelp } from "../../src/settings.ts";

const GITHUB = "https://api.github.com";
const PEM = generateKeyPairSync("rsa", { modulusLength: 1024 })
  .privateKey.export({ type: "pkcs1", format: "pem" })
  .toString();
const good = {
  APP_ID: "1",
  PRIVATE_KEY: PEM.replaceAll("\n", "\\n"),
  WEBHOOK_SECRET: "s",
  OAKUM_CLUSTER: "prod",
  OAKUM_REPOSITORIES: "larkspur/fleet=ssh://git@git.larkspur.test/platform/fleet, larkspur/other",
};

describe("settings", () => {
  test("the least that is needed", () => {
    const settings = readSettings(good, GITHUB);
    expect(settings).toMatchObject({
      spacing: true,
      dryRun: false,
      notify: null,
      port: 3000,
      host: "localhost",
      alertmanager: [],
      flux: [],
    });
    expect(settings.app.privateKey).toBe(PEM);
    expect(settings.repositories).toEqual([
      {
        repository: { owner: "larkspur", name: "fleet" },
        urls: ["https://github.com/larkspur/fleet", "ssh://git@git.larkspur.test/platform/fleet"],
      },
      { repository: { owner: "larkspur", name: "other" }, urls: ["https://github.com/larkspur/other"] },
    ]);
  });

  test("every problem is told at once", () => {
    const bad = {
      OAKUM_REPOSITORIES: "fleet",
      OAKUM_SPACING: "off",
      OAKUM_DRY_RUN: "yes",
      OAKUM_POLL_SECONDS: "-1",
      OAKUM_ALERTMANAGER_USER: "am",
      OAKUM_CLUSTR: "prod",
      PORT: "99999",
    };
    expect(() => readSettings(bad, GITHUB)).toThrow(
      [
        "the configuration is not usable:",
        "- OAKUM_CLUSTR is not a setting of Oakum",
        "- WEBHOOK_SECRET is not set: the App's webhook secret",
        "- OAKUM_SPACING is off, but https://api.github.com is not on this machine",
        "- APP_ID is not set: the id of the GitHub App",
        "- PRIVATE_KEY is not set: the App's private key, or PRIVATE_KEY_PATH",
        '- PORT is "99999": expected a port, 0 to 65535',
        "- OAKUM_CLUSTER is not set: what this cluster is called",
        '- OAKUM_REPOSITORIES has "fleet": expected owner/name or owner/name=URL',
        "- OAKUM_ALERTMANAGER_USER and OAKUM_ALERTMANAGER_PASSWORD are set together or not at all",
        '- OAKUM_DRY_RUN is "yes": expected false or true',
        '- OAKUM_POLL_SECONDS is "-1": expected a number above 0',
      ].join("\n"),
    );
  });

  test("an App is named by its number, and the API by an address", () => {
    expect(() => readSettings({ ...good, APP_ID: "oakum" }, GITHUB)).toThrow(/APP_ID is "oakum"/);
    expect(() => readSettings(good, "garbage")).toThrow(/GITHUB_API_URL or GHE_HOST makes no address/);
  });

  test("what Kubernetes sets for a Service called oakum is no setting", () => {
    const service = {
      OAKUM_SERVICE_HOST: "10.0.0.1",
      OAKUM_SERVICE_PORT_HTTP: "80",
      OAKUM_PORT: "tcp://10.0.0.1:80",
      OAKUM_PORT_80_TCP_ADDR: "10.0.0.1",
      OAKUM_WEBHOOKS_SERVICE_PORT: "80",
    };
    expect(readSettings({ ...good, ...service }, GITHUB).cluster).toBe("prod");
  });

  test("seconds and minutes become what the lifecycle counts in", () => {
    const { limits } = readSettings({ ...good, OAKUM_QUIET_SECONDS: "1.5", OAKUM_RECOVERY_MINUTES: "2" }, GITHUB);
    expect(limits).toMatchObject({ quietFor: 1500, recoveryWindow: 120_000 });
  });

  test("writes follow each other without a pause on this machine only", () => {
    expect(readSettings({ ...good, OAKUM_SPACING: "off" }, "http://127.0.0.1:4000").spacing).toBe(false);
    expect(() => readSettings({ ...good, OAKUM_SPACING: "off" }, "http://127.0.0.1.example.test")).toThrow(
      /not on this/,
    );
  });

  test("an Enterprise Server's repositories are on its own host", () => {
    const { repositories } = readSettings(good, "https://ghe.test/api/v3");
    expect(repositories[0].urls[0]).toBe("https://ghe.test/larkspur/fleet");
  });

  test("the help names every setting", () => {
    expect(settingsHelp()).toContain("OAKUM_MAX_OPEN");
  });

  test("a key that is none, and a database that is none, are told without what they hold", () => {
    const bad = { ...good, PRIVATE_KEY: "hunter2", DATABASE_URL: "garbage:hunter2" };
    expect(() => readSettings(bad, GITHUB)).toThrow(
      [
        "- PRIVATE_KEY is no private key: expected the App's, in PEM form",
        "- DATABASE_URL is no address of a Postgres: expected one like postgres://user@host:5432/oakum",
      ].join("\n"),
    );
  });

  test("a database with several hosts is one", () => {
    const DATABASE_URL = "postgres://oakum:secret@db-1:5432,db-2:5432/oakum";
    expect(readSettings({ ...good, DATABASE_URL }, GITHUB).databaseUrl).toBe(DATABASE_URL);
  });

  test("a metrics server, and how it knows Oakum", () => {
    const url = "http://vm:8481/select/0/prometheus";
    const metricsOf = (env: object) => readSettings({ ...good, ...env }, GITHUB).metrics;
    expect(metricsOf({})).toBeNull();
    expect(metricsOf({ OAKUM_PROMETHEUS_URL: url })).toEqual({ url, authorization: null });
    expect(metricsOf({ OAKUM_PROMETHEUS_URL: url, OAKUM_PROMETHEUS_TOKEN: "t" })?.authorization).toBe("Bearer t");
    const basic = { OAKUM_PROMETHEUS_USER: "kim", OAKUM_PROMETHEUS_PASSWORD: "p" };
    expect(metricsOf({ OAKUM_PROMETHEUS_URL: url, ...basic })?.authorization).toBe("Basic a2ltOnA=");
  });

  test.each([
    [{ OAKUM_PROMETHEUS_URL: "prometheus:9090" }, "the address of Prometheus is none"],
    [{ OAKUM_PROMETHEUS_URL: "http://kim:canary@prometheus" }, "the address of Prometheus holds a password"],
    [{ OAKUM_PROMETHEUS_USER: "kim" }, "OAKUM_PROMETHEUS_USER and OAKUM_PROMETHEUS_PASSWORD are set together"],
    [{ OAKUM_PROMETHEUS_TOKEN: "canary\n" }, "OAKUM_PROMETHEUS_TOKEN holds a space or a line break"],
  ])("%o is told, and nothing secret of it", (env, problem) => {
    const read = () => readSettings({ ...good, ...env }, GITHUB);
    expect(read).toThrow(problem);
    expect(read).not.toThrow("canary");
  });
});
