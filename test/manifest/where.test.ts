import { describe, expect, test } from "vitest";
import { expandQuery, parseFieldQuery } from "../../src/manifest/field-query.ts";
import { openManifests } from "../../src/manifest/manifests.ts";
import { pathText } from "../../src/manifest/path.ts";
import { bytesOfLine, originPosition, positionText } from "../../src/manifest/position.ts";
import { treeOf } from "../../src/manifest/tree.ts";
import { fieldsTouchedBy, fieldsWithin, shownValue, whereIs } from "../../src/manifest/where.ts";
import { configMap, FLEET } from "./flux/fleet.ts";

const files: Readonly<Record<string, string>> = {
  ...FLEET,
  "apps/prod/kustomization.yaml": `resources: [../base, key.yaml]
namespace: shop
images:
  - name: shop/web
    newTag: 1.5.0
`,
  "apps/prod/key.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: key}\nstringData: {a: hidden}\n",
  "apps/base/kustomization.yaml": "resources: [web.yaml, settings.yaml]\n",
  "apps/base/settings.yaml": configMap("settings", "shop", "mode: fast", "'a.b/c': d"),
};
const manifests = openManifests(treeOf(files), null);
const web = { kind: "Deployment", namespace: "shop", name: "web" };

function find(wanted: typeof web, field: string) {
  return whereIs(manifests, wanted, parseFieldQuery(field) ?? []);
}

const told = (found: ReturnType<typeof find>) =>
  found.map(
    ({ path, origin }) =>
      `${pathText(path)} ${origin === undefined ? "" : positionText(originPosition(manifests.tree, origin))}`,
  );

describe("where a field is set", () => {
  test("says file, line and column, and what was replaced", () => {
    const [image] = find(web, "spec.template.spec.containers[web].image");
    expect(image?.value).toBe("shop/web:1.5.0");
    const position = image?.origin && originPosition(manifests.tree, image.origin);
    expect(position && positionText(position)).toBe("apps/prod/kustomization.yaml:5:13 (images entry)");
    expect(position?.behind && positionText(position.behind)).toBe("apps/base/web.yaml:11:18 (resource)");
  });

  test("a star means every item and every key", () => {
    expect(told(find(web, "spec.template.spec.containers[*].env[*].*"))).toEqual([
      "spec.template.spec.containers[web].env[HOST].name apps/base/web.yaml:13:21 (resource)",
      "spec.template.spec.containers[web].env[HOST].value apps/base/web.yaml:14:22 (substitution)",
    ]);
  });

  test("an object alone is its document, and all that is in it", () => {
    const [object] = find({ ...web, kind: "deployment" }, "");
    expect(object?.origin).toMatchObject({ file: "apps/base/web.yaml", start: 0 });
    expect(fieldsWithin(manifests, object === undefined ? [] : [object])).toHaveLength(9);
  });

  test("a Secret's values are never shown, nor what is opaque", () => {
    const [value] = find({ ...web, kind: "Secret", name: "key" }, "stringData.a");
    expect(value && shownValue(value)).toBe("<redacted>");
    const [mode] = find({ ...web, kind: "ConfigMap", name: "settings" }, "data.mode");
    expect(mode && shownValue(mode)).toBe("fast");
  });

  test("what nothing sets is not found", () => {
    expect(find(web, "spec.paused")).toEqual([]);
    expect(find({ ...web, name: "gone" }, "spec")).toEqual([]);
  });
});

describe("what a line sets", () => {
  const setBy = (file: string, line: number) => {
    const bytes = bytesOfLine(new TextEncoder().encode(files[file]), line);
    return fieldsTouchedBy(manifests, { file, start: 0, end: 0, ...bytes }).map(
      ({ kustomization, path, bearing }) => `${bearing} ${kustomization} ${pathText(path)}`,
    );
  };

  test("sets a field in every consumer, unless an overlay replaced it", () => {
    expect(setBy("apps/base/web.yaml", 11)).toEqual([
      "replaced flux-system/apps spec.template.spec.containers[web].image",
      "sets clusters/staging:flux-system/apps spec.template.spec.containers[web].image",
    ]);
  });

  test("a variable's line bears on what it is substituted in", () => {
    expect(setBy("clusters/prod/vars.yaml", 7)).toEqual([
      "sets flux-system/flux-system data.REPLICAS",
      "variable flux-system/apps spec.replicas",
    ]);
  });

  test("a line with no field sets none, and there is no line behind the last", () => {
    expect(setBy("apps/prod/kustomization.yaml", 3)).toEqual([]);
    const bytes = new TextEncoder().encode("a\nb\n");
    expect([1, 2, 3, 0].map((line) => bytesOfLine(bytes, line))).toEqual([
      { start: 0, end: 1 },
      { start: 2, end: 3 },
      undefined,
      undefined,
    ]);
  });
});

describe("a field as people write it", () => {
  test.each([
    ["spec.replicas", ["spec", "replicas"]],
    ["containers[app].image", ["containers", "[app]", "image"]],
    ["containers[name=app]", ["containers", "[name=app]"]],
    ["ports[0]", ["ports", 0]],
    ["items[*].*", ["items", "*", "*"]],
    ['labels["app.kubernetes.io/name"]', ["labels", "app.kubernetes.io/name"]],
    ["", []],
    ["spec..x", undefined],
    ["spec[", undefined],
  ])("%s", (text, expected) => {
    expect(parseFieldQuery(text)).toEqual(expected);
  });

  test("finds items by any key that tells them apart, and keys written like items", () => {
    const value = {
      ports: [{ containerPort: 80 }, { containerPort: 443 }],
      args: ["-v", "-x"],
      labels: { app: "web" },
    };
    const means = (text: string) => expandQuery(value, parseFieldQuery(text) ?? []).map(pathText);
    expect(means("ports[443]")).toEqual([]);
    expect(means("ports[containerPort=443]")).toEqual(["ports[containerPort=443]"]);
    expect(means("ports[1]")).toEqual(["ports[containerPort=443]"]);
    expect(means("args[-x]")).toEqual(["args[1]"]);
    expect(means("labels[app]")).toEqual(["labels.app"]);
  });
});
