import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withFiles } from "../../src/manifest/tree.ts";
import { healthOf } from "../../src/recovery/health.ts";
import { openClusterTwin } from "../twins/cluster.ts";
import { type Case, openCase, RECORDED } from "./case.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oakum-cluster-"));
});
afterAll(() => rm(folder, { recursive: true }));

const NEW = "d".repeat(40);
const now = () => new Date("2026-11-20T12:00:00Z");

/** The case's tree with the files that its truth wants. */
function mended({ checkout, truth }: Case) {
  const files = Object.entries(truth.files ?? {}).map(([path, text]): [string, Uint8Array] => [
    path,
    Buffer.from(text),
  ]);
  return withFiles(checkout.tree, new Map(files));
}

describe.each(readdirSync(RECORDED))("the recorded cluster of %s", (name) => {
  let opened: Case;
  beforeAll(async () => {
    opened = await openCase(join(RECORDED, name), join(folder, name));
  });

  function start(isBeyondRepair = false) {
    const { world, checkout, truth } = opened;
    return openClusterTwin({ world, before: checkout.tree, truth, now, isBeyondRepair });
  }

  test("stays broken when what is merged does not mend it", async () => {
    const twin = start();
    twin.reconcile(opened.checkout.tree, NEW);
    expect(twin.isMended()).toBe(false);
  });

  test("becomes healthy when the right change is merged, and only then", async () => {
    const { truth } = opened;
    if (truth.expected !== "propose") return;
    const twin = start();
    twin.reconcile(mended(opened), NEW);
    expect(twin.isMended()).toBe(true);
    const world = await twin.look();
    for (const root of truth.roots)
      expect(healthOf(world, { apiVersion: apiVersionOf(root.kind), ...root })).toMatchObject({ is: "healthy" });
    const beyond = start(true);
    beyond.reconcile(mended(opened), NEW);
    expect(beyond.isMended()).toBe(false);
  });
});

function apiVersionOf(kind: string): string {
  return kind === "Kustomization" ? "kustomize.toolkit.fluxcd.io/v1" : "apps/v1";
}
