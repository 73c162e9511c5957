import { describe, expect, test } from "vitest";
import { leavesOf } from "../../src/manifest/field-query.ts";
import { isEqual } from "../../src/manifest/json.ts";
import { type Manifests, openManifests } from "../../src/manifest/manifests.ts";
import type { Origin } from "../../src/manifest/origin.ts";
import { type FieldPath, pathText, valueAt } from "../../src/manifest/path.ts";
import { treeOf } from "../../src/manifest/tree.ts";
import type { Json } from "../../src/signal/object.ts";
import { FLEET, flux, variablesOf } from "./flux/fleet.ts";

const files: Readonly<Record<string, string>> = {
  ...FLEET,
  "clusters/prod/apps.yaml": flux(
    "apps",
    "./apps/prod",
    `${variablesOf("ConfigMap", "vars")}  targetNamespace: shop
  commonMetadata:
    labels: {owner: web}
  images:
    - name: shop/side
      newTag: 2.0.1
  patches:
    - target: {kind: Deployment}
      patch: |
        - op: add
          path: /spec/minReadySeconds
          value: 12
    - patch: |-
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          progressDeadlineSeconds: 77
`,
  ),
  "apps/prod/kustomization.yaml": `resources: [../base]
components: [../side]
labels:
  - pairs: {tier: front}
commonAnnotations: {note: hello}
replicas:
  - name: web
    count: 4
images:
  - name: shop/web
    newTag: 1.5.0
configMapGenerator:
  - name: settings
    literals: [mode=fast]
    options: {disableNameSuffixHash: true}
`,
  "apps/side/kustomization.yaml": `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches: [{path: side.yaml}]
`,
  "apps/side/side.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: side
          image: shop/side:2
          args: ["--level", 'info']
`,
};

const manifests = openManifests(treeOf(files), null);

/** Another legal value in the place of the bytes; undefined where they are no plain, single value. */
function changed({ file, start, end }: Origin): string | undefined {
  const bytes = Buffer.from(files[file] ?? "");
  const was = bytes.subarray(start, end).toString();
  const quote = /^(["']).*\1$/s.test(was) ? was.charAt(0) : "";
  const inner = quote === "" ? was : was.slice(1, -1);
  if (!/^[^\n:{}[\]]+$/.test(inner) || inner.includes("$")) return undefined;
  const now = /^\d+$/.test(inner) ? String(Number(inner) + 1) : `${inner}x`;
  return bytes.subarray(0, start).toString() + quote + now + quote + bytes.subarray(end).toString();
}

function fieldsOf(rendered: Manifests): Map<string, Json> {
  const fields = new Map<string, Json>();
  for (const { id } of rendered.kustomizations) {
    const rendering = rendered.render(id);
    for (const { object } of rendering.ok ? rendering.objects : []) {
      for (const path of leavesOf(object))
        fields.set(`${id} ${object.kind} ${pathText(path)}`, valueAt(object, path) as Json);
    }
  }
  return fields;
}

/** The bytes behind every field: those of the variable where there is one. */
function settersOf(rendered: Manifests): Map<string, Origin | undefined> {
  const setters = new Map<string, Origin | undefined>();
  for (const { id } of rendered.kustomizations) {
    const rendering = rendered.render(id);
    for (const { object, originOf } of rendering.ok ? rendering.objects : []) {
      for (const path of leavesOf(object)) {
        const origin = originOf(path);
        setters.set(`${id} ${object.kind} ${pathText(path)}`, origin?.variables?.[0]?.origin ?? origin);
      }
    }
  }
  return setters;
}

/** An inline patch is a field of its own, which holds those it sets. */
function holds(outer: Origin | undefined, { file, start, end }: Origin): boolean {
  return outer?.file === file && outer.start <= start && end <= outer.end;
}

function leavesOfApps(): readonly {
  readonly name: string;
  readonly path: FieldPath;
  readonly origin: Origin | undefined;
}[] {
  const rendering = manifests.render("flux-system/apps");
  return (rendering.ok ? rendering.objects : []).flatMap(({ object, originOf }) =>
    leavesOf(object).map((path) => ({
      name: `${object.kind} ${pathText(path)}`,
      path,
      origin: originOf(path),
    })),
  );
}

describe("every origin is where its field is set", () => {
  const before = fieldsOf(manifests);
  const setters = settersOf(manifests);

  test("each field of each object has one", () => {
    expect(leavesOfApps().length).toBeGreaterThan(20);
    expect(leavesOfApps().filter(({ origin }) => origin === undefined)).toEqual([]);
  });

  // Names and kinds are how a field is found again.
  const telling = leavesOfApps()
    .filter(({ path }) => !["apiVersion", "kind", "name"].includes(String(path.at(-1))))
    .flatMap(({ name, origin }) => {
      const at = origin?.variables?.[0]?.origin ?? origin;
      const text = at && changed(at);
      return at === undefined || text === undefined ? [] : [{ name, at, text }];
    });

  test.each(telling)("other bytes there change $name", ({ name, at, text }) => {
    const after = fieldsOf(manifests.withFiles(new Map([[at.file, new TextEncoder().encode(text)]])));
    const different = [...before.keys()].filter((key) => !isEqual(after.get(key), before.get(key)));
    expect(different).toContain(`flux-system/apps ${name}`);
    expect(different.every((key) => holds(setters.get(key), at))).toBe(true);
  });
});
