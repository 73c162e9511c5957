import { describe, expect, test } from "vitest";
import { CATEGORIES } from "../../src/diagnosis/category.ts";
import { stopOf, takenAs } from "../../src/diagnosis/flux/stop.ts";
import { lookupOf } from "../../src/diagnosis/lookup.ts";
import { fluxReason } from "../../src/diagnosis/rules/flux-reason.ts";
import type { KubernetesObject } from "../../src/signal/object.ts";
import { FLUX_REASONS } from "./flux-reasons.ts";

const ALL = Object.entries(FLUX_REASONS).flatMap(([kind, reasons]) =>
  reasons.split(" ").map((reason) => ({ kind, reason, stop: stopOf(kind, reason) })),
);

describe("the reasons of Flux", () => {
  test("each has a category, and somebody's turn it is", () => {
    expect(ALL.filter(({ stop }) => stop === undefined)).toEqual([]);
    expect(ALL.filter(({ stop }) => stop !== undefined && !CATEGORIES.includes(stop.category))).toEqual([]);
    expect(new Set(ALL.map(({ stop }) => stop?.course))).toEqual(new Set(["act", "wait", "retry"]));
  });

  test("are all within what the rule says it can name, but for those that are no fault", () => {
    const told = new Set(ALL.flatMap(({ stop }) => (stop === undefined ? [] : [stop.category])));
    told.delete("no_op");
    expect([...told].filter((category) => !fluxReason.categories.includes(category))).toEqual([]);
  });

  // What a controller marks as Stalled it does not try again: somebody must act.
  test.each([
    ["GitRepository", "URLInvalid"],
    ["GitRepository", "InvalidProviderConfiguration"],
    ["Bucket", "InvalidSTSConfiguration"],
    ["HelmChart", "UnsupportedSourceKind"],
    ["HelmChart", "InvalidChartReference"],
    ["GitRepository", "InvalidVerificationMode"],
    ["Kustomization", "InvalidCELExpression"],
    ["Kustomization", "AccessDenied"],
    ["HelmRelease", "RetriesExceeded"],
    ["HelmRelease", "MissingRollbackTarget"],
    ["ImageRepository", "ImageURLInvalid"],
    ["ImagePolicy", "InvalidPolicy"],
    ["ImageUpdateAutomation", "InvalidPolicySelector"],
    ["Receiver", "ValidationFailed"],
  ])("%s that stalled by %s is somebody's to mend", (kind, reason) => {
    expect(stopOf(kind, reason)?.course).toBe("act");
  });

  test.each([
    ["Kustomization", "DependencyNotReady"],
    ["HelmRelease", "SourceNotReady"],
    ["GitRepository", "NoArtifact"],
    ["Kustomization", "HealthCheckFailed"],
  ])("%s with %s waits for another object", (kind, reason) => {
    expect(stopOf(kind, reason)?.course).toBe("wait");
  });

  test.each([
    ["GitRepository", "AcquireLockFailed"],
    ["HelmRelease", "PendingRelease"],
    ["HelmRelease", "RESTClientError"],
    ["Kustomization", "ProgressingWithRetry"],
  ])("%s with %s is tried again by Flux", (kind, reason) => {
    expect(stopOf(kind, reason)?.course).toBe("retry");
  });

  test("a signature that is not trusted never blames the settings that check it", () => {
    for (const reason of ["InvalidCommitSignature", "InvalidTagSignature", "InvalidGitObject"])
      expect(stopOf("GitRepository", reason)).toMatchObject({ course: "act", settings: null });
  });

  test("a reason of nobody's is not made up", () => {
    expect(stopOf("Kustomization", "SomethingElse")).toBeUndefined();
  });

  test("an OCIRepository is a source of files where a Kustomization takes it", () => {
    const metadata = { name: "manifests", namespace: "flux-system" };
    const source = { apiVersion: "source.toolkit.fluxcd.io/v1", kind: "OCIRepository", metadata };
    const sourceRef = { kind: "OCIRepository", name: "manifests" };
    const taker = {
      ...{ apiVersion: "kustomize.toolkit.fluxcd.io/v1", kind: "Kustomization" },
      ...{ metadata: { name: "apps", namespace: "flux-system" }, spec: { sourceRef } },
    };
    const lookup = (...objects: readonly KubernetesObject[]) =>
      lookupOf({ now: new Date(0), objects, listed: new Set(), logs: new Map(), unknown: [] });
    expect(takenAs("helm_source", lookup(source, taker), source)).toBe("flux_source");
    expect(takenAs("helm_source", lookup(source), source)).toBe("helm_source");
  });
});
