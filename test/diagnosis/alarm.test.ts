import { expect, test } from "vitest";
import { alarmsOf } from "../../src/diagnosis/alarm.ts";
import { lookupOf } from "../../src/diagnosis/lookup.ts";
import type { KubernetesObject } from "../../src/signal/object.ts";
import { refOf } from "../../src/signal/object.ts";
import type { Signal } from "../../src/signal/signal.ts";

const now = new Date("2026-11-21T12:00:00Z");
// The fix was merged while Flux waited for the health of what was broken: it tells of that, and tries the fix.
const catalog: KubernetesObject = {
  apiVersion: "kustomize.toolkit.fluxcd.io/v1",
  kind: "Kustomization",
  metadata: { name: "catalog", namespace: "flux-system" },
  status: { conditions: [{ type: "Ready", status: "Unknown", reason: "Progressing", message: "In progress" }] },
};
const lookup = lookupOf({ now, objects: [catalog], listed: new Set(), logs: new Map(), unknown: [] });
const heard: Signal = {
  source: "flux",
  fingerprint: "1",
  object: refOf(catalog),
  reason: "HealthCheckFailed",
  severity: "critical",
  text: "health check failed after 30s",
  startsAt: now,
  labels: {},
};

test("an event of Flux alone is no trouble: its object's conditions tell the same, and are newer", () => {
  expect(alarmsOf(lookup, [heard])).toEqual([]);
});

test("an alert alone is a trouble where the cluster shows nothing of it", () => {
  const alert = { ...heard, source: "alertmanager", reason: "CatalogSlow" } as const;
  expect(alarmsOf(lookup, [alert]).map(({ root }) => root)).toEqual([refOf(catalog)]);
});

test.each([
  ["The catalog is slow.\nMost answers take 2 s.", "CatalogSlow fires: The catalog is slow. Most answers take 2 s"],
  ["CatalogSlow", "CatalogSlow fires"],
])("it is told in one sentence: %j", (text, told) => {
  const alert = { ...heard, source: "alertmanager", reason: "CatalogSlow", text } as const;
  expect(alarmsOf(lookup, [alert])[0]?.symptoms[0]?.text).toBe(told);
});

test("a storm of alerts that name no object reads the rules that let them fire once", () => {
  let reads = 0;
  const rule: KubernetesObject = {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: { name: "shop", namespace: "monitoring" },
    get spec() {
      reads++;
      return { groups: [{ name: "shop", rules: [{ alert: "ShopSlow", expr: "up == 0" }, { alert: "ShopDown" }] }] };
    },
  };
  const twin = { ...rule, metadata: { ...rule.metadata, name: "twin" }, spec: { rules: [{ alert: "ShopDown" }] } };
  const world = lookupOf({ now, objects: [rule, twin], listed: new Set(), logs: new Map(), unknown: [] });
  reads = 0;
  const storm = Array.from({ length: 1000 }, (_, at): Signal => {
    const reason = ["ShopSlow", "ShopDown", "Unheard"][at % 3] ?? "";
    return { ...heard, source: "alertmanager", fingerprint: String(at), object: null, reason };
  });
  // Which of two objects lets ShopDown fire is not known.
  expect(alarmsOf(world, storm).map(({ root }) => root)).toEqual([refOf(rule)]);
  expect(reads).toBe(1);
});
