import { describe, expect, test } from "vitest";
import { lookupOf } from "../../src/diagnosis/lookup.ts";
import { fluxSymptoms } from "../../src/diagnosis/symptoms/flux.ts";
import type { KubernetesObject } from "../../src/signal/object.ts";

const now = new Date("2026-11-21T12:00:00Z");
const MESSAGE = "kustomize build failed: app.config: no such file or directory";

/** A Kustomization in the middle of another try of revision `b`. */
const trying: KubernetesObject = {
  apiVersion: "kustomize.toolkit.fluxcd.io/v1",
  kind: "Kustomization",
  metadata: { name: "catalog", namespace: "flux-system" },
  status: {
    lastAttemptedRevision: "main@sha1:b",
    conditions: [
      { type: "Reconciling", status: "True", reason: "Progressing", message: "Building manifests" },
      { type: "Ready", status: "Unknown", reason: "Progressing", message: "Reconciliation in progress" },
    ],
  },
};

function event(minute: number, type: string, reason: string, revision: string): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: {
      name: `catalog.${minute}`,
      namespace: "flux-system",
      annotations: { "kustomize.toolkit.fluxcd.io/revision": `main@sha1:${revision}` },
    },
    involvedObject: { kind: "Kustomization", namespace: "flux-system", name: "catalog" },
    type,
    reason,
    message: MESSAGE,
    lastTimestamp: `2026-11-21T11:0${minute}:00Z`,
  };
}

function symptoms(...events: readonly KubernetesObject[]) {
  const objects = [trying, ...events];
  return fluxSymptoms(lookupOf({ now, objects, listed: new Set(), logs: new Map(), unknown: [] }), trying);
}

describe("a Kustomization that is tried again", () => {
  test("still has the trouble that the try before ended with", () => {
    const told = symptoms(event(1, "Warning", "BuildFailed", "b"), event(2, "Normal", "Progressing", "b"));
    expect(told.map(({ text }) => text)).toEqual([`BuildFailed: ${MESSAGE}`]);
  });

  test("has none where it worked since, or where another revision failed", () => {
    const failed = event(1, "Warning", "BuildFailed", "b");
    expect(symptoms(failed, event(2, "Normal", "ReconciliationSucceeded", "b"))).toEqual([]);
    expect(symptoms(event(1, "Warning", "BuildFailed", "a"))).toEqual([]);
    expect(symptoms()).toEqual([]);
  });
});
