import { describe, expect, test } from "vitest";
import { type Lookup, lookupOf } from "../../src/diagnosis/lookup.ts";
import { isProven, settledAt } from "../../src/diagnosis/proven.ts";
import { type KubernetesObject, refOf } from "../../src/signal/object.ts";

const catalog: KubernetesObject = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "catalog", namespace: "shop", uid: "catalog" },
};

/** A pod of the catalog, made at that time. */
function pod(made: string, isReady: boolean, restartCount: number): KubernetesObject {
  const { apiVersion, kind, metadata } = catalog;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `catalog-${made}`,
      namespace: "shop",
      creationTimestamp: made,
      ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: "catalog", controller: true }],
    },
    status: {
      conditions: [{ type: "Ready", status: isReady ? "True" : "False" }],
      containerStatuses: [{ name: "catalog", restartCount }],
    },
  };
}

function lookupWith(pods: readonly KubernetesObject[]): Lookup {
  return lookupOf({
    now: new Date("2026-11-22T12:00:00Z"),
    objects: [catalog, ...pods],
    listed: new Set(["/Pod"]),
    logs: new Map(),
    unknown: [],
  });
}

const ROLLED_OUT = "2026-11-21T02:00:00Z";
const EARLY = "2026-11-21T01:59:00Z";

describe("a template has proven itself where its rollout was done", () => {
  test.each([
    ["and its pods ran for hours before they began to crash", [pod(EARLY, false, 4)], true],
    ["and one of its pods crashes, beside one that never did", [pod(EARLY, false, 4), pod(EARLY, true, 0)], true],
    ["and a day later a pod was made that never came up", [pod("2026-11-22T11:50:00Z", false, 3)], true],
    ["but its pods crash as long as they are there", [pod(EARLY, false, 400)], false],
    ["but they are ready, and when their programs began to complain is not known", [pod(EARLY, true, 0)], false],
    ["but none of its pods is left", [], false],
  ])("%s", (_, pods, expected) => {
    const lookup = lookupWith(pods);
    expect(isProven(lookup, refOf(catalog), ROLLED_OUT)).toBe(expected);
  });
});

describe("a set of pods came up with its template", () => {
  test.each([
    [
      "when the oldest of them was made, where all ran for hours",
      [pod(EARLY, false, 4), pod(ROLLED_OUT, true, 0)],
      EARLY,
    ],
    [
      "a day before one was made that crashes as long as it is there",
      [pod(EARLY, true, 0), pod(ROLLED_OUT, false, 400)],
      "2026-11-20T02:00:00.000Z",
    ],
    ["nobody knows when, where none is left", [], ""],
  ])("%s", (_, pods, expected) => {
    expect(settledAt(lookupWith(pods), refOf(catalog))).toBe(expected);
  });
});
