import { describe, expect, test } from "vitest";
import { resolveFile } from "../../../src/diagnosis/reference/file.ts";
import { resolveName } from "../../../src/diagnosis/reference/name.ts";
import type { Resolution } from "../../../src/diagnosis/reference/resolution.ts";
import { type Changes, historyOf } from "../commits.ts";

const kustomization = (name: string) =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: ${name}\n`;

const release = (name: string, chart: string) =>
  `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: ${name}\nspec:\n  chart:\n    spec:\n      chart: ${chart}\n`;

const brief = (resolution: Resolution) =>
  resolution.is === "follow" ? `${resolution.to} (${resolution.basis})` : resolution.is;

describe("a file that a manifest names and that is not there", () => {
  const resolve = (
    path: string,
    present: readonly string[],
    listed: readonly string[],
    ...commits: readonly Changes[]
  ) =>
    brief(
      resolveFile(historyOf(...commits), {
        path,
        candidates: present,
        isFree: (candidate) => present.includes(candidate) && !listed.includes(candidate),
      }),
    );

  test("follows its content where a commit moved it", () => {
    const moved: Changes = { "apps/db/app/a.yaml": ["a: 1", null], "data/db/app/a.yaml": [null, "a: 1"] };
    expect(resolve("apps/db/app", ["data/db/app"], [], moved)).toBe("data/db/app (moved)");
  });

  test("follows the one file that the same commit put in its folder", () => {
    const replaced: Changes = { "app/secret.yaml": ["a: 1", null], "app/external.yaml": [null, "b: 1"] };
    expect(resolve("app/secret.yaml", ["app/external.yaml"], [], replaced)).toBe("app/external.yaml (successor)");
  });

  test("goes where its commit put nothing in its place, or what is listed already", () => {
    const removed: Changes = { "app/secret.yaml": ["a: 1", null] };
    expect(resolve("app/secret.yaml", [], [], removed)).toBe("remove");
    const replaced: Changes = { "app/secret.yaml": ["a: 1", null], "app/external.yaml": [null, "b: 1"] };
    expect(resolve("app/secret.yaml", ["app/external.yaml"], ["app/external.yaml"], replaced)).toBe("remove");
  });

  test("is unclear where the commit added two that could be meant", () => {
    const split: Changes = { "app/s.yaml": ["a: 1", null], "app/x.yaml": [null, "b: 1"], "app/y.yaml": [null, "c: 1"] };
    expect(resolve("app/s.yaml", ["app/x.yaml", "app/y.yaml"], [], split)).toBe("unclear");
  });

  test("that never was is the sibling a slip away, or the folder one step aside", () => {
    expect(resolve("app/extgernal.yaml", ["app/external.yaml", "app/a.yaml"], [])).toBe(
      "app/external.yaml (nearest-name)",
    );
    expect(resolve("nas/storage/path/app", ["nas/system/path/app", "nas/system/other/app"], [])).toBe(
      "nas/system/path/app (nearest-name)",
    );
  });

  test("that never was is no file whose name begins with a blank", () => {
    expect(resolve("app/maddy.conf", ["app/ maddy.conf"], [])).toBe("unclear");
  });

  test("that never was is the one that its commit added beside and listed nowhere", () => {
    const written = (...files: readonly string[]): string => {
      const changes: Changes = Object.fromEntries(files.map((file) => [file, [null, "a: 1"]]));
      const history = historyOf(changes);
      const introduced = history.known ? history.commits[0] : undefined;
      const isFree = (path: string): boolean => path !== "app/listed.toml";
      return brief(resolveFile(history, { path: "app/config.toml", candidates: files, isFree, introduced }));
    };
    expect(written("app/neolink.toml", "app/listed.toml")).toBe("app/neolink.toml (left-out)");
    expect(written("app/neolink.toml", "app/camera.toml")).toBe("unclear");
    expect(written("app/neolink.yaml", "web/neolink.toml", "app/ config.toml")).toBe("unclear");
  });

  test("that never was is unclear where two come near, or none", () => {
    expect(resolve("nas/storage/path/app", ["nas/system/path/app", "nas/web/path/app"], [])).toBe("unclear");
    expect(resolve("app/cache.yaml", ["app/service.yaml"], [])).toBe("unclear");
  });
});

describe("an object that a manifest names and that does not exist", () => {
  const resolve = (name: string, candidates: readonly string[], ...commits: readonly Changes[]) =>
    brief(
      resolveName(historyOf(...commits), {
        kind: commits.some((changes) => JSON.stringify(changes).includes("HelmRelease"))
          ? "HelmRelease"
          : "Kustomization",
        name,
        candidates,
      }),
    );

  test("follows the one of its kind that the same commit added", () => {
    const renamed: Changes = { "ks.yaml": [kustomization("snapshotter"), kustomization("snapshot-controller")] };
    expect(resolve("snapshotter", ["snapshot-controller", "apps"], renamed)).toBe("snapshot-controller (successor)");
  });

  test("goes where its commit added none", () => {
    expect(resolve("crds", ["apps"], { "crds.yaml": [kustomization("crds"), null] })).toBe("remove");
  });

  test("follows another name for the same chart, and is unclear where two have it", () => {
    const before = release("ingress", "ingress-nginx");
    const renamed: Changes = { "a.yaml": [before, null], "b.yaml": [null, release("edge", "ingress-nginx")] };
    expect(resolve("ingress", ["edge"], renamed)).toBe("edge (moved)");
    const split: Changes = { ...renamed, "c.yaml": [null, release("inner", "ingress-nginx")] };
    expect(resolve("ingress", ["edge", "inner"], split)).toBe("unclear");
  });

  test("is unclear where its successor does not exist yet", () => {
    const renamed: Changes = { "a.yaml": [release("postgres", "cnpg"), release("cloudnative-pg", "cnpg")] };
    expect(resolve("postgres", ["redis"], renamed)).toBe("unclear");
  });

  test("follows what the same or a later commit wrote in its place elsewhere", () => {
    const removed: Changes = { "a.yaml": [release("postgres", "cnpg"), null] };
    const switched: Changes = { "web.yaml": ["dependsOn:\n  - name: postgres\n", "dependsOn:\n  - name: database\n"] };
    expect(resolve("postgres", ["database", "redis"], switched, removed)).toBe("database (changed-alike)");
  });

  test("goes although its commit added what is no kin of it", () => {
    const both = [release("chat", "app"), release("wiki", "app")].map(
      (text) => `${text}  values: {image: ${text.length}}\n`,
    );
    const removed: Changes = { "apps/old/x.yaml": [release("crds", "crds"), null] };
    const added = Object.fromEntries(both.map((text, at) => [`apps/${at}/x.yaml`, [null, text] as const]));
    expect(resolve("crds", ["chat", "wiki"], { ...removed, ...added })).toBe("remove");
    expect(resolve("crds", ["chat"], { ...removed, "apps/0/x.yaml": [null, both[0] ?? null] })).toBe("unclear");
  });

  test("is unclear where what stood beside it was moved elsewhere", () => {
    const moved: Changes = {
      "db/postgres/release.yaml": [release("postgres", "cnpg"), null],
      "db/postgres/backup.yaml": ["bucket: db\n", null],
      "data/cluster/backup.yaml": [null, "bucket: db\n"],
    };
    expect(resolve("postgres", ["redis"], moved)).toBe("unclear");
  });

  test("was not taken away by the commit that moved it to another file", () => {
    const moved: Changes = { "a.yaml": [kustomization("crds"), null], "b.yaml": [null, kustomization("crds")] };
    expect(resolve("crds", ["apps"], moved)).toBe("unclear");
  });

  test("follows a new name that begins as another of its commit does now", () => {
    const renamed: Changes = {
      "web.yaml": [kustomization("shop-web"), kustomization("store-web")],
      "cache.yaml": [kustomization("shop-cache-app"), kustomization("store-cache-app")],
      "queue.yaml": [null, kustomization("queue-cache-app")],
    };
    const there = ["store-web", "store-cache-app", "queue-cache-app"];
    expect(resolve("shop-cache-app", there, renamed)).toBe("store-cache-app (successor)");
  });

  test("that never was is the one a slip away", () => {
    expect(resolve("cert-manger", ["cert-manager", "apps"])).toBe("cert-manager (nearest-name)");
    expect(resolve("postgres", ["redis"])).toBe("unclear");
  });
});
