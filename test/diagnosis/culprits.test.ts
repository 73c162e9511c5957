import { describe, expect, test } from "vitest";
import { culprits } from "../../src/diagnosis/lost/culprits.ts";
import type { Lost } from "../../src/diagnosis/lost/lost.ts";
import { openScene } from "../../src/diagnosis/open-scene.ts";
import { pathText } from "../../src/manifest/path.ts";
import { refOf } from "../../src/signal/object.ts";
import { configMap, from } from "../cases/build/manifests.ts";
import { casesOf, materialOf } from "../cases/build/story.ts";
import { changed, type Tree, withObject } from "../cases/build/tree.ts";
import { inContainer, SHOP } from "../cases/stories/shop.ts";

const CATALOG = "Deployment/shop/catalog";
const SETTINGS = "ConfigMap/shop/catalog-settings";
const REFERENCE = inContainer("catalog", "env.PAGE_SIZE.valueFrom.configMapKeyRef");

/** The fields that are blamed for what the catalog cannot find, after one commit. */
function blamed(good: Tree, bad: Tree, lost: Lost): readonly string[] {
  const [made] = casesOf({ id: "lost", tells: "", good, bad, git: { expected: "issue", category: [], roots: [] } });
  if (made === undefined) throw new Error("The story has no case");
  const { world, checkout } = materialOf(made);
  const catalog = world.objects.find(({ kind, metadata }) => kind === "Deployment" && metadata.name === "catalog");
  if (catalog === undefined) throw new Error("The cluster has no catalog");
  const scene = openScene(world, checkout.tree, checkout.history);
  return culprits(scene, refOf(catalog), lost).map(({ object, path }) => `${object.name} ${pathText(path)}`);
}

describe("the workload asks for another thing", () => {
  const HOST = inContainer("catalog", "env.DB_HOST.value");

  test("the reference is blamed, not what the same commit changed beside it", () => {
    const bad = changed(changed(SHOP, CATALOG, `${REFERENCE}.name`, "catalog-setings"), CATALOG, HOST, "db");
    const lost: Lost = { kind: "ConfigMap", name: "catalog-setings", key: null };
    expect(blamed(SHOP, bad, lost)).toEqual([
      "catalog spec.template.spec.containers[catalog].env[PAGE_SIZE].valueFrom.configMapKeyRef.name",
    ]);
  });

  test("the key is blamed, where the reference asks for another one", () => {
    const bad = changed(SHOP, CATALOG, `${REFERENCE}.key`, "page_sise");
    expect(blamed(SHOP, bad, { kind: "ConfigMap", name: "catalog-settings", key: "page_sise" })).toEqual([
      "catalog spec.template.spec.containers[catalog].env[PAGE_SIZE].valueFrom.configMapKeyRef.key",
    ]);
  });

  test("no other key of what is gone, and no variable that only says its name", () => {
    const good = changed(SHOP, CATALOG, `${REFERENCE}.name`, "gone");
    const bad = changed(changed(good, CATALOG, `${REFERENCE}.key`, "items"), CATALOG, HOST, "gone");
    expect(blamed(good, bad, { kind: "ConfigMap", name: "gone", key: null })).toEqual([]);
  });

  test("a variable that came with the reference in it, not one that came beside it", () => {
    const token = { name: "TOKEN", valueFrom: from("secret", "pay", "token") };
    const beside = changed(SHOP, CATALOG, inContainer("catalog", "env.3"), { name: "LEVEL", value: "pay" });
    const both = changed(beside, CATALOG, inContainer("catalog", "env.4"), token);
    const lost: Lost = { kind: "Secret", name: "pay", key: null };
    expect(blamed(SHOP, both, lost)).toEqual(["catalog spec.template.spec.containers[catalog].env[TOKEN]"]);
  });

  test("no list that asked for it before", () => {
    const reads = (...names: string[]): object[] => names.map((name) => ({ configMapRef: { name } }));
    const good = changed(SHOP, CATALOG, inContainer("catalog", "envFrom"), reads("gone"));
    const bad = changed(SHOP, CATALOG, inContainer("catalog", "envFrom"), reads("gone", "catalog-settings"));
    expect(blamed(good, bad, { kind: "ConfigMap", name: "gone", key: null })).toEqual([]);
  });
});

describe("what it reads has lost a key", () => {
  const LOST: Lost = { kind: "ConfigMap", name: "catalog-settings", key: "page_size" };
  const RENAMED = changed(changed(SHOP, SETTINGS, "data.page_size"), SETTINGS, "data.items", "40");

  test("the key is blamed, with the one that took its value", () => {
    expect(blamed(SHOP, RENAMED, LOST)).toEqual(["catalog-settings data.page_size", "catalog-settings data.items"]);
  });

  test("no key that came with another value, or had another before", () => {
    const good = changed(SHOP, SETTINGS, "data.rows", "30");
    const bad = changed(
      changed(changed(good, SETTINGS, "data.page_size"), SETTINGS, "data.rows", "40"),
      SETTINGS,
      "data.level",
      "info",
    );
    expect(blamed(good, bad, LOST)).toEqual(["catalog-settings data.page_size"]);
  });

  test("not where another key was taken, or the key has another value", () => {
    const other: Lost = { ...LOST, key: "rows" };
    expect(blamed(SHOP, changed(SHOP, SETTINGS, "data.page_size"), other)).toEqual([]);
    expect(blamed(SHOP, changed(SHOP, SETTINGS, "data.page_size", "50"), LOST)).toEqual([]);
  });

  test("not where another object that the pods read lost a key of that name", () => {
    const MORE = withObject(
      changed(SHOP, CATALOG, inContainer("catalog", "envFrom"), [{ configMapRef: { name: "extra" } }]),
      "apps/catalog.yaml",
      configMap("extra", { rows: "40", level: "info" }),
    );
    const bad = changed(MORE, "ConfigMap/shop/extra", "data.rows");
    expect(blamed(MORE, bad, { ...LOST, key: "rows" })).toEqual([]);
    expect(blamed(MORE, bad, { kind: "Secret", name: "extra", key: "rows" })).toEqual([]);
    const moved = changed(changed(MORE, SETTINGS, "data.page_size"), "ConfigMap/shop/extra", "data.size", "40");
    expect(blamed(MORE, moved, LOST)).toEqual(["catalog-settings data.page_size"]);
    // The kubelet does not always say which object it is.
    expect(blamed(MORE, moved, { ...LOST, name: null })).toEqual(["catalog-settings data.page_size"]);
  });
});
