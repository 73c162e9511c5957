import { describe, expect, test } from "vitest";
import { resolveFile } from "../../../src/diagnosis/reference/file.ts";
import { resolveName } from "../../../src/diagnosis/reference/name.ts";
import type { Resolution } from "../../../src/diagnosis/reference/resolution.ts";
import { type Changes, historyOf } from "../commits.ts";

const kustomization = (name: string) =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: ${name}\n`;

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

  test("that never was is unclear where two come near, or none", () => {
    expect(resolve("nas/storage/path/app", ["nas/system/path/app", "nas/web/path/app"], [])).toBe("unclear");
    expect(resolve("app/cache.yaml", ["app/service.yaml"], [])).toBe("unclear");
  });
});

describe("an object that a manifest names and that does not exist", () => {
  const resolve = (name: string, candidates: readonly string[], ...commits: readonly Changes[]) =>
    brief(resolveName(historyOf(...commits), { kind: "Kustomization", name, candidates }));

  test("follows the one of its kind that the same commit added", () => {
    const renamed: Changes = { "ks.yaml": [kustomization("snapshotter"), kustomization("snapshot-controller")] };
    expect(resolve("snapshotter", ["snapshot-controller", "apps"], renamed)).toBe("snapshot-controller (successor)");
  });

  test("goes where its commit added none", () => {
    expect(resolve("crds", ["apps"], { "crds.yaml": [kustomization("crds"), null] })).toBe("remove");
  });

  test("was not taken away by the commit that moved it to another file", () => {
    const moved: Changes = { "a.yaml": [kustomization("crds"), null], "b.yaml": [null, kustomization("crds")] };
    expect(resolve("crds", ["apps"], moved)).toBe("unclear");
  });

  test("that never was is the one a slip away", () => {
    expect(resolve("cert-manger", ["cert-manager", "apps"])).toBe("cert-manager (nearest-name)");
    expect(resolve("postgres", ["redis"])).toBe("unclear");
  });
});
