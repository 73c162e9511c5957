import { describe, expect, test } from "vitest";
import { openScene } from "../../src/diagnosis/open-scene.ts";
import { redactField } from "../../src/manifest/redact-field.ts";
import { secretPlaces } from "../../src/manifest/secret-lines.ts";
import { treeOf } from "../../src/manifest/tree.ts";
import { discreet } from "../../src/proposal/discretion.ts";
import type { ReportedIncident } from "../../src/proposal/report.ts";
import { files, reported } from "../proposal/reported.ts";
import { cluster } from "../recovery/worlds.ts";

const secret = { apiVersion: "v1", kind: "Secret", namespace: "shop", name: "db" };
const deployment = { ...secret, apiVersion: "apps/v1", kind: "Deployment" };
const inContainer = ["spec", "template", "spec", "containers", "[name=app]"];

describe("one field, told", () => {
  test.each([
    [secret, ["data", "password"], "aHVudGVyMg==", "<redacted>"],
    [secret, ["stringData"], { user: "ada" }, { user: "<redacted>" }],
    [deployment, [...inContainer, "env", "[name=DB_PASSWORD]", "value"], "hunter2", "<redacted>"],
    [deployment, [...inContainer, "env", "[name=DB_PASSWORD]"], { value: "hunter2" }, { value: "<redacted>" }],
    [deployment, [...inContainer, "env", "[name=DB_HOST]", "value"], "postgres", "postgres"],
    [deployment, [...inContainer, "args", 1], "--token=hunter2", "--token=<redacted>"],
    [deployment, [...inContainer, "image"], "shop:2.4.1", "shop:2.4.1"],
    [deployment, ["metadata", "annotations", "example.org/api-key"], "hunter2", "<redacted>"],
    [{ ...secret, kind: "ConfigMap" }, ["data", "app.ini"], "password = hunter2", "password = <redacted>"],
  ] as const)("%j %j", (object, path, value, told) => {
    expect({ told: redactField(object, path, value) }).toMatchObject({ told });
  });
});

const text = (...lines: readonly string[]): Uint8Array => Buffer.from(`${lines.join("\n")}\n`);
const linesOf = (file: string, bytes: Uint8Array): readonly number[] => [...secretPlaces(file, bytes).lines].sort();

describe("the lines of a file that show a secret", () => {
  test.each([
    ["a Secret", ["apiVersion: v1", "kind: Secret", "data:", "  a: aHVudGVyMg==", "  b: ''"], [4]],
    ["a generator's literals", ["secretGenerator:", "- name: db", "  literals:", "  - a=hunter2"], [4]],
    ["a variable", ["kind: Pod", "spec:", "  env:", "  - name: API_KEY", "    value: hunter2"], [5]],
    ["Helm values", ["kind: HelmRelease", "spec: {values: {auth: {", "  password: hunter2 }}}"], [3]],
    [
      "a variable of Flux",
      ["kind: Kustomization", "spec: {postBuild: {substitute: {", "  DB_PASSWORD: hunter2}}}"],
      [3],
    ],
    ["a token anywhere", ["kind: ConfigMap", "data:", `  note: ghp_${"a1".repeat(18)}`], [3]],
    ["a comment", ["kind: ConfigMap", `# token=hunter2`, "data: {}"], [2]],
    ["a comment with U+2028", ["kind: ConfigMap", "# \u2028token=hunter2", "data: {}"], [2]],
    [
      "a patch within",
      ["patches:", "- patch: |", "    apiVersion: v1", "    kind: Secret", "    data: {a: aHVudGVyMg==}"],
      [2, 3, 4, 5],
    ],
    ["what is no YAML", ["a: [", "password: hunter2", "b: c"], [2]],
    ["a key that stands twice", ["data:", "  password: hunter2", "data:", "  notes: https://shop.test/1"], [2]],
    ["a broken Secret", ["kind: Secret", "data:", "  a: aHVudGVyMg==", " b: ["], [3, 4]],
    [
      "references and placeholders",
      ["kind: Secret", "apiVersion: v1", "stringData: {a: '${PASSWORD}', b: op://x/y}"],
      [],
    ],
    ["ciphertext", ["kind: Secret", "apiVersion: v1", "data: {a: 'ENC[AES256_GCM,data:x]'}"], []],
  ])("%s", (_, lines, shown) => {
    expect(linesOf("a.yaml", text(...lines))).toEqual(shown);
  });

  test("variables in a file, and a key in many lines", () => {
    expect(linesOf("db.env", text("HOST=db", "DB_PASSWORD=hunter2"))).toEqual([2]);
    expect(linesOf("key.pem", text("x", "-----BEGIN PRIVATE KEY-----", "abc", "-----END PRIVATE KEY-----"))).toEqual([
      2, 3,
    ]);
  });
});

describe("a report, told", () => {
  const scene = openScene(cluster({}), treeOf(files), { known: false, because: "" });
  const told = (change: Partial<ReportedIncident>): ReportedIncident | undefined =>
    discreet({ version: 1, incidents: [{ ...reported, ...change }], healthy: false, unknown: [] }, scene).incidents[0];
  const [change] = reported.changes;

  test("stays as it is where nothing is secret", () => {
    expect(told({})).toEqual(reported);
  });

  test("a change of a secret becomes an issue that does not show it", () => {
    const path = [...inContainer, "env", "[name=DB_PASSWORD]", "value"];
    const changes = [{ object: deployment, path, from: "hunter3", to: "hunter2" }];
    const intent = { kind: "restore-fields", object: deployment, fields: [{ path, from: "hunter3", to: "hunter2" }] };
    const incident = told({ changes, intent });
    expect(incident).toMatchObject({ decision: "issue", patch: null, edits: [], operations: [] });
    expect(JSON.stringify(incident)).not.toContain("hunter");
  });

  test("a value that Oakum only knows redacted is never written into a file", () => {
    if (change === undefined) throw new Error("The report has no change");
    expect(told({ changes: [{ ...change, to: "<redacted>" }] })).toMatchObject({
      decision: "issue",
      because: expect.stringContaining("a person has to write it"),
    });
  });
});
