import { describe, expect, test } from "vitest";
import type { FieldChange } from "../../src/manifest/difference.ts";
import { type Proven, prove } from "../../src/patch/prove.ts";
import { SHOP, shop, WEB } from "./shop.ts";

const IMAGE = ["spec", "template", "spec", "containers", "[name=web]", "image"];
const tagged: FieldChange = { object: WEB, path: IMAGE, from: "shop/web:1.4.2", to: "shop/web:1.4.3" };

function proven(changed: Readonly<Record<string, string>>, changes: readonly FieldChange[] = [tagged]): Proven {
  const before = shop();
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
