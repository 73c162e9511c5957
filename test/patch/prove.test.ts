import { describe, expect, test } from "vitest";
import type { FieldChange } from "../../src/manifest/difference.ts";
import { type Proven, prove } from "../../src/patch/prove.ts";
import { SHOP, shop, WEB } from "./shop.ts";

const IMAGE = ["spec", "template", "spec", "containers", "[name=web]", "image"];
const tagged: FieldChange = { object: WEB, path: IMAGE, from: "shop/web:1.4.2", to: "shop/web:1.4.3" };

function proven(
  changed: Readonly<Record<string, string>>,
  changes: readonly FieldChange[] = [tagged],
  before = shop(),
): Proven {
  const files = new Map(Object.entries(changed).map(([path, text]) => [path, new TextEncoder().encode(text)]));
  return prove(before, before.withFiles(files), Object.keys(changed), { changes, undone: null });
}

const prod = (from: string, to: string): string => (SHOP["apps/prod/kustomization.yaml"] ?? "").replace(from, to);

describe("a change is proven by what it renders to", () => {
  test("exactly what was meant", () => {
    const shown = proven({ "apps/prod/kustomization.yaml": prod("1.4.2", "1.4.3") });
    expect(shown).toMatchObject({
      ok: true,
      shown: {
        proven: true,
        because: expect.stringContaining("spec.template.spec.containers[web].image of Deployment/shop/web changes"),
        rendered: [{ kustomization: "flux-system/apps" }],
      },
    });
  });

  test("a field more is one too many", () => {
    const shown = proven({
      "apps/prod/kustomization.yaml": prod("1.4.2", "1.4.3").replace(
        "namespace: shop",
        "namespace: shop\ncommonAnnotations: {a: b}",
      ),
    });
    expect(shown).toMatchObject({ code: "REACHES_FURTHER", because: expect.stringContaining("which is not meant") });
  });

  test("another value is not what was meant", () => {
    expect(proven({ "apps/prod/kustomization.yaml": prod("1.4.2", "1.4.4") })).toMatchObject({ ok: false });
  });

  test("half of what was meant is not enough", () => {
    const more: FieldChange = { object: WEB, path: ["spec", "replicas"], from: 2, to: 5 };
    expect(proven({ "apps/prod/kustomization.yaml": prod("1.4.2", "1.4.3") }, [tagged, more])).toMatchObject({
      code: "UNPROVEN",
      because: "spec.replicas of Deployment/shop/web would not become what it is to be.",
    });
  });

  test("the other half is not there because another object has it", () => {
    const more: FieldChange = { object: WEB, path: ["spec", "replicas"], from: 2, to: 5 };
    const job = (SHOP["apps/base/web.yaml"] ?? "").replaceAll("web", "job").replace("replicas: 2", "replicas: 5");
    const both = { "apps/base/job.yaml": job, "apps/base/kustomization.yaml": "resources: [web.yaml, job.yaml]\n" };
    const tag = { "apps/prod/kustomization.yaml": prod("1.4.2", "1.4.3") };
    expect(proven(tag, [tagged, more], shop(both))).toMatchObject({ code: "UNPROVEN" });
  });

  test("what names a generated object follows it, and nothing else", () => {
    const rendering = shop().render("flux-system/apps");
    const settings = rendering.ok ? rendering.objects.find(({ object }) => object.kind === "ConfigMap") : undefined;
    const name = settings?.object.metadata.name ?? "";
    const object = { apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name };
    const slow: FieldChange = { object, path: ["data", "mode"], from: "fast", to: "slow" };
    const file = "apps/prod/kustomization.yaml";
    expect(proven({ [file]: prod("mode=fast", "mode=slow") }, [slow])).toMatchObject({ ok: true });
    const astray = `      - op: replace\n        path: /spec/template/spec/containers/0/envFrom/0/configMapRef/name\n        value: others\n`;
    expect(proven({ [file]: `${prod("mode=fast", "mode=slow")}${astray}` }, [slow])).toMatchObject({
      code: "REACHES_FURTHER",
    });
  });

  test("the same change in another cluster is not meant", () => {
    const shown = proven(
      { "apps/base/web.yaml": (SHOP["apps/base/web.yaml"] ?? "").replace("replicas: 2", "replicas: 3") },
      [{ object: WEB, path: ["spec", "replicas"], from: 2, to: 3 }],
    );
    const because = expect.stringContaining("would change in clusters/staging:flux-system/apps too");
    expect(shown).toMatchObject({ code: "REACHES_FURTHER", because });
  });

  test("a consumer that stops building is named with the reason", () => {
    const shown = proven({ "apps/base/kustomization.yaml": "resources: [web.yaml, gone.yaml]\n" });
    const because = expect.stringMatching(/flux-system\/apps would not build any more: .*gone\.yaml/);
    expect(shown).toMatchObject({ code: "UNPROVEN", because });
  });

  test("nothing at all is no proof", () => {
    expect(proven({ "apps/prod/kustomization.yaml": `${prod("", "")}# note\n` }, [])).toMatchObject({
      code: "UNPROVEN",
      because: "Nothing that any Kustomization renders would change.",
    });
  });
});
