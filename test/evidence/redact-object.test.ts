import { describe, expect, test } from "vitest";
import { redactObject } from "../../src/evidence/redact-object.ts";
import type { KubernetesObject } from "../../src/signal/object.ts";

function object(kind: string, rest: Readonly<Record<string, unknown>>, metadata = {}): KubernetesObject {
  const apiVersion = kind === "Deployment" ? "apps/v1" : "v1";
  return { apiVersion, kind, metadata: { name: "shop", namespace: "shop", ...metadata }, ...rest };
}

const container = (rest: Readonly<Record<string, unknown>>) => ({
  spec: { template: { spec: { containers: [{ name: "app", image: "shop:1", ...rest }] } } },
});

describe("redacting an object", () => {
  test("drops what a Secret holds and keeps the names of its keys", () => {
    const secret = object("Secret", {
      type: "Opaque",
      data: { password: "aHVudGVyMg==", empty: "" },
      stringData: { user: "ada" },
    });
    expect(redactObject(secret)).toMatchObject({
      type: "Opaque",
      data: { password: "<redacted>", empty: "" },
      stringData: { user: "<redacted>" },
    });
  });

  test("drops the configuration last applied and keeps other annotations", () => {
    const annotations = {
      "kubectl.kubernetes.io/last-applied-configuration": '{"data":{"password":"hunter2"}}',
      "deployment.kubernetes.io/revision": "3",
      "example.org/token": "hunter2",
    };
    expect(redactObject(object("Deployment", {}, { annotations })).metadata.annotations).toEqual({
      "deployment.kubernetes.io/revision": "3",
      "example.org/token": "<redacted>",
    });
  });

  test("replaces variables by their name, and leaves references and harmless values", () => {
    const env = [
      { name: "DB_PASSWORD", value: "hunter2" },
      { name: "DATABASE_URL", value: "postgres://shop:hunter2@db/shop" },
      { name: "TOKEN_FILE", value: "/run/token" },
      { name: "API_KEY", value: "$(OTHER)" },
      { name: "AUTH_TOKEN", valueFrom: { secretKeyRef: { name: "db-secret", key: "password" } } },
      { name: "LOG_LEVEL", value: "debug" },
    ];
    expect(redactObject(object("Deployment", container({ env })))).toEqual(
      object(
        "Deployment",
        container({
          env: [
            { name: "DB_PASSWORD", value: "<redacted>" },
            { name: "DATABASE_URL", value: "postgres://shop:<redacted>@db/shop" },
            ...env.slice(2),
          ],
        }),
      ),
    );
  });

  test.each([
    ["redis-cli -h redis -a hunter2-hunter2 ping"],
    ["mc alias set store http://minio:9000 shop hunter2-hunter2"],
    ["mysqldump -uroot -phunter2-hunter2 shop"],
  ])("arguments that only their whole line tells of: %s", (line) => {
    const redacted = JSON.stringify(redactObject(object("Deployment", container({ command: line.split(" ") }))));
    expect(redacted).not.toContain("hunter2");
    expect(redacted).toContain(`"${line.split(" ")[0]}"`);
  });

  test("replaces the values of flags, joined or apart", () => {
    const args = ["--password", "hunter2", "--token=hunter2", "--token-file", "/run/token", "--verbose", "serve"];
    expect(redactObject(object("Deployment", container({ args })))).toEqual(
      object(
        "Deployment",
        container({
          args: ["--password", "<redacted>", "--token=<redacted>", "--token-file", "/run/token", "--verbose", "serve"],
        }),
      ),
    );
  });

  test("replaces settings in ConfigMaps and Helm values, and keeps names of objects", () => {
    const data = { DB_PASSWORD: "hunter2", "app.ini": "user = shop\npassword = hunter2\nport = 80\n", PORT: "8080" };
    expect(redactObject(object("ConfigMap", { data }))).toMatchObject({
      data: { DB_PASSWORD: "<redacted>", "app.ini": "user = shop\npassword = <redacted>\nport = 80\n", PORT: "8080" },
    });
    const values = {
      auth: {
        existingSecret: "the-secret-of-the-database",
        secretKey: "API_TOKEN",
        password: "hunter2",
        enabled: true,
      },
      tls: { secretName: "tls" },
    };
    expect(redactObject(object("HelmRelease", { spec: { values } }))).toMatchObject({
      spec: {
        values: {
          auth: {
            existingSecret: "the-secret-of-the-database",
            secretKey: "API_TOKEN",
            password: "<redacted>",
            enabled: true,
          },
          tls: { secretName: "tls" },
        },
      },
    });
  });

  test("replaces nothing where there is nothing, so that nothing is copied", () => {
    const deployment = object("Deployment", container({ env: [{ name: "PORT", value: "8080" }] }));
    expect(redactObject(deployment)).toBe(deployment);
  });

  test("a second time changes nothing more", () => {
    const env = [{ name: "DB_PASSWORD", value: "hunter2" }];
    const once = redactObject(object("Deployment", container({ env, args: ["--password", "x1y2z3"] })));
    expect(redactObject(once)).toBe(once);
  });
});
