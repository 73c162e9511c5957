import { describe, expect, test } from "vitest";
import { BadInput } from "../../src/signal/bad-input.ts";
import { parseFluxEvent } from "../../src/signal/flux-event.ts";

const failed = {
  involvedObject: {
    apiVersion: "kustomize.toolkit.fluxcd.io/v1",
    kind: "Kustomization",
    namespace: "flux-system",
    name: "apps",
    uid: "1",
  },
  severity: "error",
  timestamp: "2026-01-01T00:00:00Z",
  message: "kustomize build failed: password=hunter2",
  reason: "BuildFailed",
  metadata: { revision: "main@sha1:07a684d5" },
  reportingController: "kustomize-controller",
};
const progress = { ...failed, severity: "info", reason: "Progressing" };
const succeeded = { ...failed, severity: "info", reason: "ReconciliationSucceeded", timestamp: "2026-01-01T00:05:00Z" };

describe("an event of Flux", () => {
  test("of severity error is trouble of its object", () => {
    expect(parseFluxEvent(failed)).toEqual([
      {
        source: "flux",
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
        object: {
          apiVersion: "kustomize.toolkit.fluxcd.io/v1",
          kind: "Kustomization",
          namespace: "flux-system",
          name: "apps",
        },
        reason: "BuildFailed",
        severity: "critical",
        text: "kustomize build failed: password=<redacted>",
        startsAt: new Date("2026-01-01T00:00:00Z"),
        labels: { revision: "main@sha1:07a684d5", controller: "kustomize-controller" },
      },
    ]);
  });

  test("of success ends that trouble", () => {
    const [trouble] = parseFluxEvent(failed);
    expect(parseFluxEvent(succeeded)).toMatchObject([
      { fingerprint: trouble?.fingerprint, endsAt: new Date("2026-01-01T00:05:00Z") },
    ]);
  });

  test("of progress says nothing", () => {
    expect(parseFluxEvent(progress)).toEqual([]);
    expect(parseFluxEvent({ ...progress, reason: "DependencyNotReady" })).toEqual([]);
  });

  test.each([
    [[], "Expected a map"],
    [{ ...failed, involvedObject: { kind: "Kustomization" } }, '"involvedObject" with apiVersion, kind and name'],
    [{ ...failed, reason: 7 }, 'a text "reason"'],
    [{ ...failed, severity: undefined }, 'a text "severity"'],
    [
      { ...failed, timestamp: "now" },
      'a time "timestamp" in the event of Flux\'s notification-controller, found "now"',
    ],
  ])("%j is refused with what was expected", (bad, because) => {
    expect(() => parseFluxEvent(bad)).toThrow(BadInput);
    expect(() => parseFluxEvent(bad)).toThrow(because);
  });
});
