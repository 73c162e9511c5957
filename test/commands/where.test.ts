import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../../src/commands/where.ts";
import { FLEET } from "../manifest/flux/fleet.ts";
import { CHARTED } from "../manifest/helm/chart.ts";
import { runIn } from "../twins/terminal.ts";

let folder: string;
let charted: string;

function written(files: Readonly<Record<string, string>>): string {
  const made = mkdtempSync(join(tmpdir(), "oakum-where-"));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(made, dirname(file)), { recursive: true });
    writeFileSync(join(made, file), text);
  }
  return made;
}

beforeAll(() => {
  folder = written(FLEET);
  charted = written(CHARTED);
  const git = (...args: string[]) => execFileSync("git", ["-C", folder, ...args], { stdio: "ignore" });
  git("init", "--initial-branch=main");
  git("add", ".");
  git("-c", "user.name=Kim", "-c", "user.email=kim@example.test", "commit", "-m", "begin");
});
afterAll(() => {
  for (const made of [folder, charted]) rmSync(made, { recursive: true });
});

function where(...args: string[]) {
  return whereFrom(folder, ...args);
}

function whereFrom(cwd: string, ...args: string[]) {
  return runIn(cwd, run, args, { OAKUM_HELM: "none" });
}

test("a field: its bytes, its variables, who uses the file and who changed the line", async () => {
  const { code, stdout, stderr } = await where("deploy/shop/web", "spec.replicas");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(
    /^Deployment\/shop\/web spec\.replicas = 3\n {2}apps\/base\/web\.yaml:6:13 \(substitution\)\n {4}REPLICAS stands at clusters\/prod\/vars\.yaml:7:13 \(resource\)\n/,
  );
  expect(stdout).toContain("  rendered by flux-system/apps\n");
  expect(stdout).toContain("  the file is also used by clusters/staging:flux-system/apps\n");
  expect(stdout).toMatch(/ {2}last changed by Kim in [0-9a-f]{8} \(\d{4}-\d\d-\d\d\): begin\n$/);
});

test("an object, a line, and both as JSON", async () => {
  const object = await where("Deployment/shop/web");
  expect(object.stdout).toMatch(/^Deployment\/shop\/web\n {2}apps\/base\/web\.yaml:1:1 \(resource\)\n/);
  const line = await where("clusters/prod/vars.yaml:7");
  expect(line.stdout).toContain("is a variable of Deployment/shop/web spec.replicas = 3 (flux-system/apps)");
  const json = await where("Deployment/shop/web", "spec.replicas", "--output", "json");
  expect(JSON.parse(json.stdout)).toMatchObject([
    { value: 3, origin: { file: "apps/base/web.yaml", line: 6, column: 13 } },
  ]);
});

test.each([
  [["Deployment/shop/gone"], "No Kustomization renders Deployment/shop/gone.\n"],
  [["constructor/gone"], "No Kustomization renders constructor/gone.\n"],
  [["Deployment/shop/web", "spec.paused"], "No Kustomization renders Deployment/shop/web with a field spec.paused.\n"],
])("what is not there: %j", async (args, stdout) => {
  expect(await where(...args)).toMatchObject({ code: 1, stdout });
});

test("an object that a chart makes, which nobody renders here", async () => {
  const { code, stdout, stderr } = await where("Deployment/shop/shop", "--repo", charted);
  const because =
    "What HelmRelease shop/shop makes is not known: no helm is at hand to render its chart: install it or set OAKUM_HELM.\n";
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: `No Kustomization renders Deployment/shop/shop.\n${because}`,
    stderr: because,
  });
});

test("a field of what a chart made, told from its templates and not proven", async () => {
  const labels = { "helm.toolkit.fluxcd.io/name": "shop", "helm.toolkit.fluxcd.io/namespace": "shop" };
  const image = "registry.example.test/web:1.2.0";
  const web = {
    ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "shop", namespace: "shop", labels } },
    spec: { replicas: 3, paused: false, template: { spec: { containers: [{ name: "web", image }] } } },
  };
  const snapshot = written({ "objects.json": JSON.stringify({ apiVersion: "v1", kind: "List", items: [web] }) });
  const ask = (field: string, ...more: string[]) =>
    where("deployments/shop/shop", field, "--repo", charted, "--snapshot", snapshot, ...more);
  const replicas = await ask("spec.replicas");
  expect(replicas.code).toBe(1);
  expect(replicas.stdout).toMatch(
    /\nDeployment\/shop\/shop spec\.replicas = 3 \(in the cluster\)\n {2}looks as if this value set it:\n {4}replicas stands at apps\/shop\.yaml:18:15 \(resource\)\n {2}not proven by rendering: no helm is at hand\n {2}made by HelmRelease shop\/shop of flux-system\/apps\n$/,
  );
  expect((await ask("spec.paused")).stdout).toContain("  no value of the release is seen behind it\n");
  const several = await ask("spec.template.spec.containers[web].image", "--output", "json");
  expect(JSON.parse(several.stdout)).toMatchObject([
    { proven: false, origin: null, candidates: [{ name: "image.repository" }, { name: "image.tag" }] },
  ]);
  rmSync(snapshot, { recursive: true });
});

test.each([
  [[], /Expected an object/],
  [["web"], /Expected KIND/],
  [["Deployment/shop/web", "spec["], /no field/],
  [["Deployment/shop/web", "--output", "xml"], /text or json/],
  [["apps/base/web.yaml:99"], /no line 99/],
  [["apps/base/wep.yaml:9"], /There is no file apps\/base\/wep\.yaml/],
  [["Deployment/shop/web", "--repo", "nowhere"], /nowhere/],
])("bad input %j is refused in a sentence", async (args, sentence) => {
  await expect(where(...args)).rejects.toThrow(sentence);
});

test("a folder within the checkout sees all of it, and its own files by their names there", async () => {
  const { code, stdout } = await whereFrom(join(folder, "apps/base"), "./web.yaml:6");
  expect(code).toBe(0);
  expect(stdout).toContain("apps/base/web.yaml:6 bears on\n  sets Deployment/shop/web spec.replicas = 3");
  expect((await whereFrom(join(folder, "apps"), "clusters/prod/vars.yaml:7")).code).toBe(0);
});

test("kinds may be told as kubectl takes them", async () => {
  const singular = await where("Deployment/shop/web", "spec.replicas");
  expect(await where("deployments/shop/web", "spec.replicas")).toEqual(singular);
  expect(await where("deployment/web", "spec.replicas", "--repo", folder)).toMatchObject({ code: 0 });
});
