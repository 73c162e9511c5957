import { describe, expect, test } from "vitest";
import { servedFacts, servedInstead } from "../../src/diagnosis/flux/served.ts";
import { lookupOf } from "../../src/diagnosis/lookup.ts";
import type { KubernetesObject } from "../../src/signal/object.ts";

const certificates: KubernetesObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "certificates.cert-manager.io" },
  spec: {
    group: "cert-manager.io",
    names: { kind: "Certificate" },
    versions: [
      { name: "v1alpha2", served: false },
      { name: "v1", served: true },
    ],
  },
};
const node: KubernetesObject = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "worker-1" },
  status: { nodeInfo: { kubeletVersion: "v1.31.4+k3s1" } },
};
const objects = [certificates, node];
const lookup = lookupOf({
  ...{ now: new Date("2026-11-21T12:00:00Z"), objects, listed: new Set<string>(), logs: new Map(), unknown: [] },
});

describe("what serves a kind in place of an old version", () => {
  test.each([
    ["PodDisruptionBudget", "policy/v1beta1", { apiVersion: "policy/v1", since: "1.25" }],
    ["PodSecurityPolicy", "policy/v1beta1", { apiVersion: null, since: "1.25" }],
    ["HorizontalPodAutoscaler", "autoscaling/v2beta2", { apiVersion: "autoscaling/v2", since: "1.26" }],
    ["Ingress", "extensions/v1beta1", { apiVersion: "networking.k8s.io/v1", since: "1.22" }],
    ["Certificate", "cert-manager.io/v1alpha2", { apiVersion: "cert-manager.io/v1", since: null }],
    ["ServiceMonitor", "monitoring.coreos.com/v1", undefined],
    ["PodDisruptionBudget", "policy/v1", undefined],
  ])("%s in %s", (kind, apiVersion, expected) => {
    expect(servedInstead(lookup, kind, apiVersion)).toEqual(expected);
  });

  test("is told beside the version that the cluster runs", () => {
    expect(servedFacts(lookup, "CronJob", "batch/v1beta1").map(({ text }) => text)).toEqual([
      "CronJob is served in batch/v1, and not in batch/v1beta1 since Kubernetes 1.25 (this cluster runs 1.31)",
    ]);
    expect(servedFacts(lookup, "ServiceMonitor", "monitoring.coreos.com/v1")).toEqual([]);
  });
});
