import { describe, expect, test } from "vitest";
import { readHelmRelease } from "../../../src/manifest/flux/helm-release.ts";
import { openManifests } from "../../../src/manifest/manifests.ts";
import { treeOf } from "../../../src/manifest/tree.ts";
import { flux, sync, worldOf } from "./fleet.ts";

const release = (spec: string): string => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: web
  namespace: shop
spec:
  interval: 1h
  chart:
    spec:
      chart: web
      version: 1.x
      sourceRef:
        kind: HelmRepository
        name: charts
        namespace: flux-system
${spec}`;

const shared = `apiVersion: v1
kind: ConfigMap
metadata:
  name: shared
  namespace: shop
data:
  values.yaml: |
    image:
      repository: shop/web
      tag: 1.4.2
    debug: yes
  replicas: "3"
  list: a,b
`;

const FROM = "  valuesFrom:\n    - {kind: ConfigMap, name: shared}\n";

const wanted = { kind: "HelmRelease", namespace: "shop", name: "web" };

function open(spec: string, more: Readonly<Record<string, string>> = {}) {
  const files = {
    "clusters/prod/flux-system/gotk-sync.yaml": sync("./clusters/prod"),
    "clusters/prod/apps.yaml": flux("apps", "./apps"),
    "apps/release.yaml": release(spec),
    "apps/shared.yaml": shared,
    ...more,
  };
  const manifests = openManifests(treeOf(files), worldOf({ "flux-system": "./clusters/prod", apps: "./apps" }));
  return { manifests, files, merged: manifests.valuesOf(wanted) };
}

const valuesIn = ({ merged }: ReturnType<typeof open>) => (merged?.ok === true ? merged.values : merged);

describe("the values of a HelmRelease", () => {
  test("its own stand over those it refers to, and each knows its bytes", () => {
    const opened = open(`${FROM}  values:\n    image: {tag: 1.5.0}\n`);
    expect(valuesIn(opened)).toEqual({ image: { repository: "shop/web", tag: "1.5.0" }, debug: true });
    const textAt = (...path: string[]) => {
      const origin = opened.merged?.ok === true ? opened.merged.originOf(path) : undefined;
      const file = Object.entries(opened.files).find(([name]) => name === origin?.file)?.[1];
      return `${origin?.file} ${origin?.way} ${file?.slice(origin?.start, origin?.end)}`;
    };
    expect(textAt("image", "tag")).toBe("apps/release.yaml resource 1.5.0");
    expect(textAt("image", "repository")).toBe("apps/shared.yaml values shop/web");
  });

  test("a value may be set by its path, as `helm --set` does", () => {
    const from =
      "  valuesFrom:\n    - {kind: ConfigMap, name: shared, valuesKey: replicas, targetPath: 'web.count[1]'}\n";
    expect(valuesIn(open(from))).toEqual({ web: { count: [null, 3] } });
  });

  test("beneath a map of its own, a value set by path stays; beside it, its own wins", () => {
    const from = (path: string) =>
      `  valuesFrom:\n    - {kind: ConfigMap, name: shared, valuesKey: replicas, targetPath: ${path}}\n`;
    const own = "  values:\n    count: 1\n    web: {count: 1}\n";
    expect(valuesIn(open(from("web.count") + own))).toEqual({ count: 1, web: { count: 3 } });
    expect(valuesIn(open(from("count") + own))).toEqual({ count: 1, web: { count: 1 } });
  });

  test("a list for `--set` is refused by name, taken as it stands where it says so", () => {
    const from =
      "  valuesFrom:\n    - {kind: ConfigMap, name: shared, valuesKey: list, targetPath: tags, literal: false}\n";
    expect(open(from).merged).toMatchObject({ ok: false, refusal: { code: "UNSUPPORTED" } });
    expect(valuesIn(open(from.replace("literal: false", "literal: true")))).toEqual({ tags: "a,b" });
  });

  test("what is missing refuses, unless it may; a Secret's values are unknown", () => {
    const from = (more: string) => `  valuesFrom:\n    - {kind: ConfigMap, name: gone${more}}\n`;
    expect(open(from("")).merged).toMatchObject({ ok: false, refusal: { code: "VALUES_MISSING" } });
    expect(valuesIn(open(from(", optional: true")))).toEqual({});
    const secret =
      "apiVersion: v1\nkind: Secret\nmetadata: {name: key, namespace: shop}\nstringData: {values.yaml: 'a: b'}\n";
    const opened = open("  valuesFrom:\n    - {kind: Secret, name: key}\n", { "apps/secret.yaml": secret });
    expect(opened.merged).toMatchObject({ ok: true, values: {}, unknown: ["Secret/key key 'values.yaml'"] });
  });

  test("a generated ConfigMap leads into the file it was generated of", () => {
    const opened = open("  valuesFrom:\n    - {kind: ConfigMap, name: made}\n", {
      "apps/kustomization.yaml": `resources: [release.yaml]
namespace: shop
configMapGenerator:
  - name: made
    files: [values.yaml=web.yaml]
generatorOptions: {disableNameSuffixHash: true}
`,
      "apps/web.yaml": "size: 2\nname: große\nlast: x\n",
    });
    const origin = opened.merged?.ok === true ? opened.merged.originOf(["last"]) : undefined;
    expect(origin).toMatchObject({ file: "apps/web.yaml", start: 27, end: 28, way: "values" });
  });
});

describe("a HelmRelease", () => {
  test("is read with the defaults of its controller", () => {
    const { manifests } = open("  targetNamespace: prod\n");
    const [found] = manifests.findObject(wanted);
    expect(found && readHelmRelease(found.rendered.object)).toMatchObject({
      chart: { kind: "chart", name: "web", version: "1.x", sourceRef: { namespace: "flux-system", name: "charts" } },
      releaseName: "prod-web",
      releaseNamespace: "prod",
    });
  });

  test("may refer to a chart", () => {
    const spec = { chartRef: { kind: "OCIRepository", name: "web" } };
    const metadata = { name: "web", namespace: "shop" };
    expect(
      readHelmRelease({ apiVersion: "helm.toolkit.fluxcd.io/v2", kind: "HelmRelease", metadata, spec }),
    ).toMatchObject({
      chart: { kind: "reference", sourceRef: { kind: "OCIRepository", namespace: "shop", name: "web" } },
      values: {},
    });
  });
});
