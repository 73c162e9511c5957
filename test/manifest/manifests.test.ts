import { describe, expect, test } from "vitest";
import type { World } from "../../src/evidence/world.ts";
import { type Manifests, openManifests } from "../../src/manifest/manifests.ts";
import type { Rendering } from "../../src/manifest/rendered.ts";
import { treeOf } from "../../src/manifest/tree.ts";
import { configMap, FLEET, flux, sync, variablesOf, worldOf } from "./flux/fleet.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function open(files: Readonly<Record<string, string>>, world: World | null = null): Manifests {
  return openManifests(treeOf(files), world);
}

const ids = (manifests: Manifests) => manifests.kustomizations.map(({ id }) => id);

const web = { kind: "Deployment", namespace: "shop", name: "web" };

function refusalOf(rendering: Rendering): string {
  return rendering.ok ? "none" : `${rendering.refusal.code}: ${rendering.refusal.message}`;
}

describe("the tree of Kustomizations", () => {
  test("follows each cluster from its entry", () => {
    const { kustomizations } = open(FLEET);
    expect(kustomizations.map(({ id, parent, spec }) => [id, parent, spec.path])).toEqual([
      ["flux-system/flux-system", null, "clusters/prod"],
      ["flux-system/apps", "flux-system/flux-system", "apps/prod"],
      ["clusters/staging:flux-system/flux-system", null, "clusters/staging"],
      ["clusters/staging:flux-system/apps", "clusters/staging:flux-system/flux-system", "apps/staging"],
    ]);
  });

  test("knows the cluster that runs by what it runs", () => {
    const manifests = open(FLEET, worldOf({ "flux-system": "./clusters/staging", apps: "./apps/staging" }));
    expect(ids(manifests)).toEqual([
      "flux-system/flux-system",
      "flux-system/apps",
      "clusters/prod:flux-system/flux-system",
      "clusters/prod:flux-system/apps",
    ]);
    expect(manifests.kustomizations.map(({ live, cluster }) => [live, cluster])).toEqual([
      [true, "clusters/staging"],
      [true, "clusters/staging"],
      [false, "clusters/prod"],
      [false, "clusters/prod"],
    ]);
  });

  test("one Kustomization of a cluster is enough to know the whole", () => {
    const manifests = open(FLEET, worldOf({ apps: "./apps/prod" }));
    expect(manifests.kustomizations.filter(({ live }) => live).map(({ id }) => id)).toEqual([
      "flux-system/flux-system",
      "flux-system/apps",
    ]);
  });

  test("an entry that only the cluster knows leads to those it makes", () => {
    const files = {
      "clusters/prod/apps.yaml": flux("apps", "./apps"),
      "apps/web.yaml": configMap("web", "shop", "a: b"),
    };
    const manifests = open(files, worldOf({ "flux-system": "./clusters/prod", apps: "./apps" }));
    expect(manifests.kustomizations.map(({ id, parent, origin }) => [id, parent, origin?.file])).toEqual([
      ["flux-system/flux-system", null, undefined],
      ["flux-system/apps", "flux-system/flux-system", "clusters/prod/apps.yaml"],
    ]);
  });

  test("of two sources of one name, that is meant which hands out the path", () => {
    const only = (folder: string) => `  ignore: |\n    /*\n    !/clusters\n    !/${folder}\n`;
    const files = {
      "clusters/a/sync.yaml": sync("./clusters/a") + only("apps"),
      "clusters/b/sync.yaml": sync("./clusters/b") + only("sites"),
      "sites/flux/site.yaml": flux("site", "./sites/web"),
      "sites/web/web.yaml": configMap("web", "shop", "a: b"),
      "clusters/b/kustomization.yaml": "resources: [sync.yaml, ../../sites/flux/site.yaml]\n",
    };
    expect(open(files).render("flux-system/site").ok).toBe(true);
  });

  test("a FluxInstance is an entry, too", () => {
    const instance = `apiVersion: fluxcd.controlplane.io/v1
kind: FluxInstance
metadata:
  name: flux
  namespace: flux-system
spec:
  sync:
    kind: GitRepository
    url: https://git.test/platform/fleet
    path: kubernetes/prod
`;
    const files = {
      "bootstrap/instance.yaml": instance,
      "kubernetes/prod/apps.yaml": flux("apps", "./apps"),
      "apps/web.yaml": configMap("web", "shop", "a: b"),
    };
    expect(open(files).kustomizations.map(({ id, parent }) => [id, parent])).toEqual([
      ["flux-system/flux-system", null],
      ["flux-system/apps", "flux-system/flux-system"],
    ]);
  });

  test("a parent that does not build does not hide its children", () => {
    const broken = { ...FLEET, "clusters/prod/kustomization.yaml": "resources: [gone.yaml]\n" };
    const vars = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "vars", namespace: "flux-system" } };
    const world = worldOf({ "flux-system": "./clusters/prod", apps: "./apps/prod" }, [{ ...vars, data: { A: "b" } }]);
    const manifests = open(broken, world);
    expect(refusalOf(manifests.render("flux-system/flux-system"))).toMatch(/^MISSING_FILE: .*gone\.yaml/);
    expect(manifests.findObject(web)).toHaveLength(1);
  });

  test("what patches a Kustomization is no Kustomization", () => {
    const files = {
      "clusters/prod/flux-system/gotk-sync.yaml": sync("./clusters/prod"),
      "clusters/prod/kustomization.yaml":
        "resources: [flux-system/gotk-sync.yaml, ../../tenants]\npatches: [{path: apps-patch.yaml}]\n",
      "clusters/prod/apps-patch.yaml": flux("apps", "./apps/prod"),
      "tenants/kustomization.yaml": "resources: [apps.yaml]\n",
      "tenants/apps.yaml": flux("apps", "./apps"),
      "apps/prod/web.yaml": configMap("web", "shop", "a: b"),
    };
    expect(open(files).kustomizations.map(({ id, spec }) => [id, spec.path])).toEqual([
      ["flux-system/flux-system", "clusters/prod"],
      ["flux-system/apps", "apps/prod"],
    ]);
  });

  test("names what is built from elsewhere and guesses nothing of it", () => {
    const files = {
      ...FLEET,
      "clusters/prod/podinfo.yaml": `${flux("podinfo", "./kustomize", "", "podinfo")}---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: podinfo, namespace: flux-system}
spec: {url: "https://me:secret@git.test/podinfo", ref: {tag: v6}}
`,
    };
    const manifests = open(files);
    expect(refusalOf(manifests.render("flux-system/podinfo"))).toMatch(/^OTHER_SOURCE/);
    expect(manifests.unknown).toEqual([
      'What Kustomization flux-system/podinfo makes is not known: it is built from GitRepository flux-system/podinfo, which is https://git.test/podinfo at {"tag":"v6"}.',
    ]);
  });

  test("says once what holds for many", () => {
    const names = ["a", "b", "c", "d", "e"];
    const files = {
      ...FLEET,
      "clusters/prod/more.yaml": names.map((name) => flux(name, "./any", "", "elsewhere")).join("---\n"),
    };
    expect(open(files).unknown).toEqual([
      "What 5 Kustomizations make is not known (flux-system/a, flux-system/b, flux-system/c and 2 others); of each, it is built from GitRepository flux-system/elsewhere, of which nothing is known here.",
    ]);
  });

  test("Kustomizations that go on making others come to an end", () => {
    const more = "  postBuild: {substitute: {A: '${A}l'}}\n";
    const files = { "root.yaml": flux("root", "./again", more), "again/next.yaml": flux("next-${A}", "./again", more) };
    expect(open(files).kustomizations.length).toBeLessThan(10_000);
  });

  test("what is applied to another cluster comes after what is applied to this one", () => {
    const files = {
      ...FLEET,
      "clusters/prod/all.yaml": flux("all", "./apps/prod", "  kubeConfig: {secretRef: {name: other}}\n"),
    };
    const found = open(files).findObject(web);
    expect(found.map(({ kustomization }) => kustomization.id)).toEqual(["flux-system/apps", "flux-system/all"]);
  });

  test("without any Flux object every top folder of manifests counts as one", () => {
    const files = {
      ".github/test.yaml": "on: push\n",
      "apps/web.yaml": configMap("web", "shop", "a: b"),
      "docs/README.md": "# none\n",
    };
    const manifests = open(files);
    expect(manifests.kustomizations).toMatchObject([{ id: "apps", ref: null, spec: { path: "apps" } }]);
    expect(manifests.findObject({ kind: "ConfigMap", namespace: "shop", name: "web" })).toHaveLength(1);
  });
});

describe("variables", () => {
  test("become what YAML makes of them, and know where their value stands", () => {
    const manifests = open(FLEET);
    const [found] = manifests.findObject(web);
    expect(found?.rendered.object).toMatchObject({
      spec: { replicas: 3, template: { spec: { containers: [{ env: [{ value: "https://shop.example.org/" }] }] } } },
    });
    const origin = manifests.originOf(web, ["spec", "replicas"]);
    expect(origin).toMatchObject({ file: "apps/base/web.yaml", way: "substitution" });
    expect(origin?.variables).toMatchObject([{ name: "REPLICAS", origin: { file: "clusters/prod/vars.yaml" } }]);
    const value = origin?.variables?.[0]?.origin;
    const source = FLEET["clusters/prod/vars.yaml"] ?? "";
    expect(source.slice(value?.start, value?.end)).toBe("'3'");
  });

  test("of a running ConfigMap are taken where git has none; git comes first where it has", () => {
    const vars = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "vars", namespace: "flux-system" } };
    const world = worldOf({ apps: "./apps/prod" }, [{ ...vars, data: { REPLICAS: "9", HOST: "live" } }]);
    expect(open(FLEET, world).findObject(web)[0]?.rendered.object).toMatchObject({ spec: { replicas: 3 } });
    const { "clusters/prod/vars.yaml": _, ...without } = FLEET;
    expect(open(without, world).findObject(web)[0]?.rendered.object).toMatchObject({ spec: { replicas: 9 } });
  });

  test("a ConfigMap that is not there refuses, unless it may be missing", () => {
    const { "clusters/prod/vars.yaml": _, ...without } = FLEET;
    const world = worldOf({ apps: "./apps/prod" });
    expect(refusalOf(open(without, world).render("flux-system/apps"))).toBe(
      "BAD_SUBSTITUTION: post build failed for 'Deployment.v1.apps/web': substitute from 'ConfigMap/vars' error: there is no such ConfigMap",
    );
    const optional = {
      ...without,
      "clusters/prod/apps.yaml": flux("apps", "./apps/prod", variablesOf("ConfigMap", "vars", true)),
    };
    // Without a single variable Flux substitutes nothing.
    expect(open(optional, world).findObject(web)[0]?.rendered.object).toMatchObject({
      spec: { replicas: "${REPLICAS}" },
    });
  });

  test("of a Secret stay secret: always the same stands for them, and it is marked", () => {
    const files = {
      ...FLEET,
      "clusters/prod/apps.yaml": flux("apps", "./apps/prod", variablesOf("Secret", "vars")),
      "clusters/prod/vars.yaml":
        "apiVersion: v1\nkind: Secret\nmetadata: {name: vars, namespace: flux-system}\nstringData: {HOST: hidden.example.org}\n",
    };
    const manifests = open(files);
    const path = ["spec", "template", "spec", "containers", "[name=web]", "env", "[name=HOST]", "value"];
    expect(manifests.originOf(web, path)?.variables).toMatchObject([{ name: "HOST", isOpaque: true }]);
    expect(JSON.stringify(manifests.findObject(web)[0]?.rendered.object)).toContain("https://opaque-host/");
  });

  test("of sources nobody knows are named, and a path with one of them is not followed", () => {
    const files = {
      "clusters/prod/flux-system/gotk-sync.yaml": `${flux("flux-system", "./clusters/prod", variablesOf("ConfigMap", "cluster"))}`,
      "clusters/prod/apps.yaml": flux("apps", "./apps/${CLUSTER}"),
      "apps/prod/web.yaml": configMap("web", "shop", "a: b"),
    };
    expect(open(files).unknown).toEqual([
      "Kustomization flux-system/flux-system substitutes variables of ConfigMap/cluster, which nobody here knows.",
      "What Kustomization flux-system/apps makes is not known: its path holds the variable CLUSTER, which nobody here knows.",
    ]);
  });

  test("an object may opt out; a bad expansion refuses all", () => {
    const optOut =
      "metadata:\n  name: raw\n  annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}\ndata: {a: '${b c}'}\n";
    const raw = `apiVersion: v1\nkind: ConfigMap\n${optOut}`;
    const files = {
      ...FLEET,
      "apps/base/raw.yaml": raw,
      "apps/base/kustomization.yaml": "resources: [web.yaml, raw.yaml]\n",
    };
    const ref = { kind: "ConfigMap", namespace: "shop", name: "raw" };
    expect(open(files).findObject(ref)[0]?.rendered.object).toMatchObject({ data: { a: "${b c}" } });
    const bad = { ...files, "apps/base/raw.yaml": raw.replace("disabled", "enabled") };
    expect(refusalOf(open(bad).render("flux-system/apps"))).toContain("ConfigMap.v1.[noGrp]/raw");
  });
});

describe("consumers and changes", () => {
  test("a file's consumers read it, stand in it or take variables from it", () => {
    const manifests = open(FLEET);
    const consumers = (file: string) => manifests.consumersOf(file).map(({ id }) => id);
    expect(consumers("apps/base/web.yaml")).toEqual(["flux-system/apps", "clusters/staging:flux-system/apps"]);
    expect(consumers("clusters/prod/vars.yaml")).toEqual(["flux-system/flux-system", "flux-system/apps"]);
    expect(consumers("clusters/staging/apps.yaml")).toEqual([
      "clusters/staging:flux-system/flux-system",
      "clusters/staging:flux-system/apps",
    ]);
    expect(consumers("README.md")).toEqual([]);
  });

  test("a changed file is rendered again where it is read, and nowhere else", () => {
    const before = open(FLEET);
    const rendered = ids(before).map((id) => before.render(id));
    const after = before.withFiles(
      new Map([["apps/prod/kustomization.yaml", bytes("resources: [../base]\nnamespace: shop\nnamePrefix: new-\n")]]),
    );
    expect(after.findObject({ ...web, name: "new-web" })).toHaveLength(1);
    expect(before.findObject(web)).toHaveLength(1);
    expect(ids(after).map((id, at) => after.render(id) === rendered[at])).toEqual([true, false, true, true]);
  });

  test("a new file in a folder without kustomization.yaml is seen; so is one that goes", () => {
    const before = open(FLEET);
    const added = before.withFiles(
      new Map([["clusters/prod/more.yaml", bytes(configMap("more", "flux-system", "a: b"))]]),
    );
    const ref = { kind: "ConfigMap", namespace: "flux-system", name: "more" };
    expect(added.findObject(ref)).toHaveLength(1);
    expect(added.withFiles(new Map([["clusters/prod/more.yaml", null]])).findObject(ref)).toEqual([]);
  });

  test("a changed variable changes what it is substituted in", () => {
    const after = open(FLEET).withFiles(
      new Map([["clusters/prod/vars.yaml", bytes(configMap("vars", "flux-system", "REPLICAS: '5'", "HOST: x"))]]),
    );
    expect(after.findObject(web)[0]?.rendered.object).toMatchObject({ spec: { replicas: 5 } });
  });

  test("what Flux's own object sets is found where it moved to, though it says the same", () => {
    const file = "clusters/prod/apps.yaml";
    const written = flux("apps", "./apps/prod", "  commonMetadata:\n    labels: {team: web}\n");
    const before = open({ ...FLEET, [file]: written });
    const after = before.withFiles(new Map([[file, bytes(`# moved\n${written}`)]]));
    const [was, is] = [before, after].map((each) => each.originOf(web, ["metadata", "labels", "team"])?.start ?? 0);
    expect(is).toBe((was ?? 0) + "# moved\n".length);
  });

  test("opening what was opened before costs no second build", () => {
    const before = open(FLEET);
    const [id = ""] = ids(before);
    expect(before.withFiles(new Map()).render(id)).toBe(before.render(id));
  });
});

describe("Flux's own steps", () => {
  const spec = (more: string, files: Readonly<Record<string, string>> = {}) =>
    open({
      "clusters/prod/flux-system/gotk-sync.yaml": sync("./clusters/prod"),
      "clusters/prod/apps.yaml": flux("apps", "./apps", more),
      "apps/web.yaml": (FLEET["apps/base/web.yaml"] ?? "").replace("${REPLICAS}", "2"),
      ...files,
    });

  test("targetNamespace, prefix, images, patches and common metadata all know their bytes", () => {
    const manifests = spec(`  targetNamespace: shop
  namePrefix: eu-
  images:
    - {name: shop/web, newTag: 1.5.0}
  commonMetadata:
    labels: {team: web}
  patches:
    - target: {kind: Deployment}
      patch: |
        - op: replace
          path: /spec/replicas
          value: 7
`);
    const ref = { ...web, name: "eu-web" };
    expect(manifests.findObject(ref)[0]?.rendered.object).toMatchObject({
      metadata: { namespace: "shop", labels: { team: "web" } },
      spec: { replicas: 7, template: { spec: { containers: [{ image: "shop/web:1.5.0" }] } } },
    });
    const wayTo = (...path: string[]) => {
      const origin = manifests.originOf(ref, path);
      return [origin?.file, origin?.way];
    };
    const here = "clusters/prod/apps.yaml";
    expect(wayTo("metadata", "namespace")).toEqual([here, "namespace"]);
    expect(wayTo("metadata", "labels", "team")).toEqual([here, "flux"]);
    expect(wayTo("spec", "replicas")).toEqual([here, "json-patch"]);
    expect(wayTo("spec", "template", "spec", "containers", "[name=web]", "image")).toEqual([here, "images"]);
  });

  test("an image that the folder names too keeps what only the folder says", () => {
    const manifests = spec("  images:\n    - {name: shop/web, newName: mirror.test/web}\n", {
      "apps/kustomization.yaml": "resources: [web.yaml]\nimages: [{name: shop/web, newTag: 1.6.0}]\n",
    });
    expect(JSON.stringify(manifests.findObject({ ...web, namespace: null })[0]?.rendered.object)).toContain(
      '"image":"mirror.test/web:1.6.0"',
    );
  });

  test("a component that is missing refuses, unless it may", () => {
    const missing = "  components: [../components/none]\n";
    expect(refusalOf(spec(missing).render("flux-system/apps"))).toMatch(/^MISSING_FILE/);
    expect(refusalOf(spec(`${missing}  ignoreMissingComponents: true\n`).render("flux-system/apps"))).toBe("none");
    expect(refusalOf(spec("  components: ['https://git.test/x']\n").render("flux-system/apps"))).toMatch(/^REMOTE/);
  });

  test("the folder's own kustomization.yaml may say what kustomize does not know, those beneath it may not", () => {
    const odd = "resources: [web.yaml]\nodd: true\n";
    expect(refusalOf(spec("", { "apps/kustomization.yaml": odd }).render("flux-system/apps"))).toBe("none");
    const files = { "apps/kustomization.yaml": "resources: [inner]\n", "apps/inner/kustomization.yaml": "odd: true\n" };
    expect(refusalOf(spec("", files).render("flux-system/apps"))).toMatch(/^UNKNOWN_FIELD/);
  });

  test("a folder without kustomization.yaml takes YAML files and folders that have one", () => {
    const rendering = spec("", {
      "apps/README.md": "no: manifest\n",
      "apps/more/deep.yml": configMap("deep", "shop", "a: b"),
      "apps/own/kustomization.yaml": "resources: [listed.yaml]\n",
      "apps/own/listed.yaml": configMap("listed", "shop", "a: b"),
      "apps/own/unlisted.yaml": configMap("unlisted", "shop", "a: b"),
    }).render("flux-system/apps");
    const names = rendering.ok ? rendering.objects.map(({ object }) => object.metadata.name) : [];
    expect(names).toEqual(["deep", "listed", "web"]);
  });

  test("a path that is not there is refused as Flux does", () => {
    const manifests = open({ ...FLEET, "clusters/prod/apps.yaml": flux("apps", "./apps/production") });
    expect(refusalOf(manifests.render("flux-system/apps"))).toBe(
      "PATH_NOT_FOUND: kustomization path not found: stat apps/production: no such file or directory",
    );
  });

  test("an encrypted Secret needs decryption; with it its values stay as they are", () => {
    const secret =
      "apiVersion: v1\nkind: Secret\nmetadata: {name: key, namespace: shop}\nstringData: {a: 'ENC[x]'}\nsops: {mac: y}\n";
    const files = { "apps/secret.yaml": secret };
    expect(refusalOf(spec("", files).render("flux-system/apps"))).toMatch(/^NOT_DECRYPTED/);
    const manifests = spec("  decryption: {provider: sops}\n", files);
    const [found] = manifests.findObject({ kind: "Secret", namespace: "shop", name: "key" });
    expect(found?.rendered.object).not.toHaveProperty("sops");
  });
});
test("a Secret generated from an encrypted file is known by its place only", () => {
  const manifests = open({
    "clusters/prod/sync.yaml": sync("./clusters/prod"),
    "clusters/prod/apps.yaml": flux("apps", "./apps", "  decryption:\n    provider: sops\n"),
    "apps/kustomization.yaml": "namespace: shop\nsecretGenerator: [{name: login, envs: [login.env]}]\n",
    "apps/login.env": "password=ENC[AES256_GCM,data:AAAA,type:str]\nsops_version=3.9.0\n",
  });
  expect(manifests.unknown).toEqual([
    expect.stringMatching(/^Kustomization flux-system\/apps generates Secret\/shop\/login-\w+ from an encrypted file/),
  ]);
});

describe("sources that several clusters call alike", () => {
  const source = (path: string, more: string): string => `${flux("flux-system", path)}---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: flux-system
  namespace: flux-system
spec:
  url: https://git.test/platform/fleet
  ignore: |
${more}`;
  const FILES = {
    "clusters/a/sync.yaml": source("./clusters/a", "    /*\n    !/clusters\n    !/only-a\n"),
    "clusters/a/apps.yaml": flux("apps", "./clusters/shared/apps"),
    "clusters/b/sync.yaml": source("./clusters/b", "    /*\n    !/clusters\n    !/only-b\n"),
    "clusters/b/apps.yaml": flux("apps", "./clusters/shared/apps"),
    "clusters/shared/apps/only.yaml": flux("only", "./only-b"),
    "only-b/web.yaml": configMap("web", "shop", "a: b"),
  };

  test("are told apart by what made the Kustomization that names them", () => {
    const manifests = open(FILES);
    expect(refusalOf(manifests.render("flux-system/only"))).toBe(
      "PATH_NOT_FOUND: kustomization path not found: stat only-b: no such file or directory: its source leaves it out (spec.ignore or .sourceignore)",
    );
    expect(manifests.render("clusters/b:flux-system/only").ok).toBe(true);
  });
});
