import { describe, expect, test } from "vitest";
import type { Intent } from "../../src/diagnosis/intent.ts";
import type { ChangedFile, Commit } from "../../src/evidence/commit.ts";
import { openManifests } from "../../src/manifest/manifests.ts";
import { treeOf } from "../../src/manifest/tree.ts";
import { type Made, makePatch } from "../../src/patch/make.ts";
import { withCharts } from "../../src/pipeline/charted.ts";
import type { Charts } from "../../src/ports.ts";
import { flux } from "../manifest/flux/fleet.ts";
import { CHARTED, release } from "../manifest/helm/chart.ts";
import { twinCharts } from "../twins/charts.ts";

type Files = Readonly<Record<string, string>>;

const WEB = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "shop" };
const CONTAINER = ["spec", "template", "spec", "containers", "[name=web]"];
const IMAGE = [...CONTAINER, "image"];
const imageOf = (tag: string): string => `registry.example.test/web:${tag}`;

const bytes = (text: string | undefined): Uint8Array | null =>
  text === undefined ? null : new TextEncoder().encode(text);

/** A commit that turned one repository into the other. */
function commitBetween(good: Files, bad: Files): Commit {
  const files = Object.keys({ ...good, ...bad })
    .filter((path) => good[path] !== bad[path])
    .map((path): ChangedFile => ({ path, before: bytes(good[path]), after: bytes(bad[path]) }));
  return { hash: "c0ffee", author: "A. Writer", at: "2026-01-01T00:00:00Z", subject: "Tidy up", files };
}

function made(
  files: Files,
  intent: Intent,
  commit: Commit | null = null,
  charts: Charts = twinCharts(),
): Promise<Made> {
  const tree = treeOf({ ...files });
  return withCharts(charts, (rendered) =>
    makePatch({ manifests: openManifests(tree, null, [], rendered), intent, commit, world: null }),
  );
}

const undo = (path: string[], from: string | number, to: string | number): Intent => ({
  kind: "restore-fields",
  object: WEB,
  fields: [{ path, from, to }],
  commit: "c0ffee",
});

const set = (path: string[], from: string | number, to: string | number): Intent => ({
  kind: "set-resources",
  object: WEB,
  fields: [{ path, from, to }],
  basis: "the cluster",
});

/** The files of a patch as text; the refusal where there is none. */
function filesOf(result: Made): unknown {
  if (!result.ok) return result.refusal;
  return Object.fromEntries([...result.patch.files].map(([path, text]) => [path, Buffer.from(text ?? "").toString()]));
}

const changed = (path: string, from: string, to: string, files: Files = CHARTED): Files => ({
  ...files,
  [path]: (files[path] ?? "").replace(from, to),
});

describe("what a commit changed in the values of a release is undone there", () => {
  test("a tag, proven by rendering the chart", async () => {
    const bad = changed("apps/shop.yaml", "tag: 1.2.0", "tag: 1.3.0");
    const result = await made(bad, undo(IMAGE, imageOf("1.3.0"), imageOf("1.2.0")), commitBetween(CHARTED, bad));
    expect(filesOf(result)).toEqual({ "apps/shop.yaml": CHARTED["apps/shop.yaml"] });
    expect(result.ok && result.patch.proof.rendered).toMatchObject([
      { kustomization: "flux-system/apps", changed: [{ path: ["spec", "values", "image", "tag"] }] },
      {
        kustomization: "HelmRelease shop/shop of flux-system/apps",
        changed: [{ path: IMAGE }, { path: ["metadata", "labels", "version"] }],
      },
    ]);
  });

  test("a default of the chart, for every release that takes it", async () => {
    const both = { ...CHARTED, "apps/admin.yaml": release("admin") };
    const bad = changed("charts/web/values.yaml", "memory: 64Mi", "memory: 6Mi", both);
    const memory = [...CONTAINER, "resources", "limits", "memory"];
    const result = await made(bad, undo(memory, "6Mi", "64Mi"), commitBetween(both, bad));
    expect(filesOf(result)).toEqual({ "charts/web/values.yaml": CHARTED["charts/web/values.yaml"] });
    expect(result.ok && result.patch.proof.because).toContain("HelmRelease shop/admin");
  });

  test("a line of a template", async () => {
    const template = "charts/web/templates/deployment.yaml";
    const bad = changed(template, "terminationGracePeriodSeconds: 30", "terminationGracePeriodSeconds: 0");
    const grace = ["spec", "template", "spec", "terminationGracePeriodSeconds"];
    const result = await made(bad, undo(grace, 0, 30), commitBetween(CHARTED, bad));
    expect(filesOf(result)).toEqual({ [template]: CHARTED[template] });
  });
});

test("what a template computes is taken back in the file of the chart that the commit changed", async () => {
  const template = "charts/web/templates/deployment.yaml";
  const versioned = "{{ .Values.image.repository }}:{{ .Chart.AppVersion }}";
  const good = {
    ...changed(template, "{{ .Values.image.repository }}:{{ .Values.image.tag }}", versioned),
    "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\nappVersion: 2.0.0\n",
  };
  const bad = changed("charts/web/Chart.yaml", "appVersion: 2.0.0", "appVersion: 2.1.0", good);
  const result = await made(bad, undo(IMAGE, imageOf("2.1.0"), imageOf("2.0.0")), commitBetween(good, bad));
  expect(filesOf(result)).toEqual({ "charts/web/Chart.yaml": good["charts/web/Chart.yaml"] });
});

describe("a value that is asked for", () => {
  test("is written where the release says it", async () => {
    expect(filesOf(await made(CHARTED, set(["spec", "replicas"], 3, 5)))).toEqual({
      "apps/shop.yaml": CHARTED["apps/shop.yaml"]?.replace("replicas: 3", "replicas: 5"),
    });
  });

  test("is said by the release itself where other releases share the chart's", async () => {
    const both = { ...CHARTED, "apps/admin.yaml": release("admin") };
    const memory = [...CONTAINER, "resources", "limits", "memory"];
    expect(filesOf(await made(both, set(memory, "64Mi", "128Mi")))).toEqual({
      "apps/shop.yaml": `${CHARTED["apps/shop.yaml"]}    resources:\n      limits:\n        memory: 128Mi\n`,
    });
  });

  test("is refused where it sets another object too", async () => {
    const port = [...CONTAINER, "ports", "[containerPort=8080]", "containerPort"];
    expect(filesOf(await made(CHARTED, set(port, 8080, 8081)))).toMatchObject({ code: "REACHES_FURTHER" });
  });
});

describe("without a helm", () => {
  test("a release's values are undone, and the proof says what it does not show", async () => {
    const bad = changed("apps/shop.yaml", "tag: 1.2.0", "tag: 1.3.0");
    const object = { apiVersion: "helm.toolkit.fluxcd.io/v2", kind: "HelmRelease", namespace: "shop", name: "shop" };
    const fields = [{ path: ["spec", "values", "image", "tag"], from: "1.3.0", to: "1.2.0" }];
    const commit = commitBetween(CHARTED, bad);
    const intent: Intent = { kind: "restore-fields", object, fields, commit: "c0ffee" };
    const result = makePatch({ manifests: openManifests(treeOf({ ...bad }), null), intent, commit, world: null });
    expect(filesOf(result)).toEqual({ "apps/shop.yaml": CHARTED["apps/shop.yaml"] });
    expect(result.ok && result.patch.proof.because).toContain("not proven by rendering");
  });
});

test("a Kustomization that builds again may bring releases whose chart nobody here has", async () => {
  const object = {
    apiVersion: "kustomize.toolkit.fluxcd.io/v1",
    kind: "Kustomization",
    namespace: "flux-system",
    name: "apps",
  };
  const remote = release("shop").replaceAll("GitRepository", "HelmRepository");
  // What Flux's object puts into the release makes that a reader of its file.
  const good = { ...CHARTED, "clusters/prod/apps.yaml": flux("apps", "./apps", "  targetNamespace: shop\n") };
  const bad = { ...changed("clusters/prod/apps.yaml", "./apps", "./app", good), "apps/shop.yaml": remote };
  const fields = [{ path: ["spec", "path"], from: "./app", to: "./apps" }];
  const result = await made(bad, { kind: "set-flux", object, fields, basis: "the repository" });
  expect(filesOf(result)).toEqual({ "clusters/prod/apps.yaml": good["clusters/prod/apps.yaml"] });
});
